using Vigint.Application.Common;

namespace Vigint.Application.Usage;

/// <summary>
/// The calls that were made with keys, one by one and added up per day. Every method throws <see cref="Domain.Refusal.Unavailable"/> when
/// the database is away.
/// </summary>
public interface IUsageRecords
{
    /// <summary>
    /// Records calls, all or none; those that are recorded already change nothing, nor do those of a client that was erased.
    /// </summary>
    Task AddAsync(IReadOnlyList<RecordedCall> calls, CancellationToken cancellationToken);

    /// <summary>The calls of a key, newest first.</summary>
    /// <param name="after">Where the page before ended; null for the first.</param>
    Task<IReadOnlyList<RecordedCall>> PageAsync(
        int keyId,
        Period period,
        PagePosition? after,
        int limit,
        CancellationToken cancellationToken
    );

    /// <summary>The calls of a key per day and endpoint, in this order. Whole days.</summary>
    Task<IReadOnlyList<UsageOfDay>> DaysAsync(int keyId, Period period, CancellationToken cancellationToken);

    /// <summary>Everybody's calls per client, day and endpoint, in this order. Whole days.</summary>
    Task<IReadOnlyList<UsageOfClient>> DaysOfAllAsync(Period period, CancellationToken cancellationToken);

    /// <summary>Forgets the oldest of the single calls made before a time; the days keep their sums.</summary>
    /// <param name="most">About how many go at once.</param>
    /// <returns>How many; fewer than <paramref name="most"/> when there are no more.</returns>
    Task<int> ForgetAsync(DateTimeOffset before, int most, CancellationToken cancellationToken);

    /// <summary>Forgets the oldest of the single calls of a key; the days keep their sums.</summary>
    /// <param name="most">About how many go at once.</param>
    /// <returns>How many; fewer than <paramref name="most"/> when there are no more.</returns>
    Task<int> ForgetOfAsync(int keyId, int most, CancellationToken cancellationToken);
}

/// <summary>A call with a key that was answered.</summary>
/// <param name="Id">Begins with the time, so that ids sort by it.</param>
/// <param name="ClientId">0 for the operator, as <paramref name="KeyId"/>.</param>
/// <param name="Endpoint">The route: never an id or a token.</param>
/// <param name="Cost">In euro.</param>
public sealed record RecordedCall(
    string Id,
    DateTimeOffset At,
    int ClientId,
    int KeyId,
    string Endpoint,
    string Method,
    int StatusCode,
    decimal Cost
)
{
    public PagePosition Position => new(At.ToUnixTimeMilliseconds(), Id);
}

/// <param name="Cost">In euro.</param>
public sealed record UsageOfDay(DateOnly Day, string Endpoint, long Calls, decimal Cost);

/// <param name="ClientName">Null when there is no such client any more: it was erased, or a database was lost.</param>
public sealed record UsageOfClient(int ClientId, string? ClientName, UsageOfDay Usage);
