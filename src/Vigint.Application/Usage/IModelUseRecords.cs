using Vigint.Application.Common;

namespace Vigint.Application.Usage;

/// <summary>
/// What the models were asked and what that cost. Every method throws <see cref="Domain.Refusal.Unavailable"/> when the database is away.
/// </summary>
public interface IModelUseRecords
{
    /// <summary>
    /// Records uses, all or none; those that are recorded already change nothing, nor do those of a client that was erased.
    /// </summary>
    Task AddAsync(IReadOnlyList<RecordedUse> uses, CancellationToken cancellationToken);

    /// <returns>What the client's uses have cost over the period, in euro.</returns>
    Task<decimal> CostAsync(int clientId, Period period, CancellationToken cancellationToken);

    /// <returns>What the client's uses of each model add up to, by their names.</returns>
    Task<IReadOnlyList<UsageOfModel>> SumsAsync(int clientId, Period period, CancellationToken cancellationToken);

    /// <returns>What everybody's uses of each model add up to, by client and name.</returns>
    Task<IReadOnlyList<ModelUsageOfClient>> SumsOfAllAsync(Period period, CancellationToken cancellationToken);

    /// <summary>Forgets the oldest of the uses before a time.</summary>
    /// <param name="most">About how many go at once.</param>
    /// <returns>How many; fewer than <paramref name="most"/> when there are no more.</returns>
    Task<int> ForgetAsync(DateTimeOffset before, int most, CancellationToken cancellationToken);

    /// <summary>Forgets the oldest of a client's uses.</summary>
    /// <param name="most">About how many go at once.</param>
    /// <returns>How many; fewer than <paramref name="most"/> when there are no more.</returns>
    Task<int> ForgetOfAsync(int clientId, int most, CancellationToken cancellationToken);
}

/// <param name="Id">Begins with the time.</param>
/// <param name="ClientId">0 for the operator.</param>
/// <param name="Cost">In euro.</param>
public sealed record RecordedUse(string Id, DateTimeOffset At, int ClientId, ModelUse Use, decimal Cost);

/// <param name="Calls">Questions to the model, including those without an answer in time.</param>
/// <param name="Cost">In euro.</param>
public sealed record UsageOfModel(string Model, long Calls, long InputTokens, long OutputTokens, decimal Cost);

/// <param name="ClientId">0 for the operator.</param>
/// <param name="ClientName">Null when there is no such client any more: it was erased, or a database was lost.</param>
public sealed record ModelUsageOfClient(int ClientId, string? ClientName, UsageOfModel Usage);
