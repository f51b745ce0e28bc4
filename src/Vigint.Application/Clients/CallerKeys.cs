using Vigint.Application.Common;
using Vigint.Domain.Clients;
using Vigint.Domain.Videos;

namespace Vigint.Application.Clients;

/// <param name="Secret"><c>SECRET_KEY</c>: operator and administrator.</param>
/// <param name="VideoStore"><c>SPARSE_AI_API_KEY</c>, else the same.</param>
/// <param name="Email"><c>EMAIL_TO</c>: where alerts of the operator's own key go; null when not set.</param>
public sealed record OperatorOptions(string Secret, string VideoStore, string? Email)
{
    public override string ToString() => "(secret)";
}

/// <summary>
/// Finds out whose a key is (contract §2). Clients' keys stay in memory for some seconds: a revocation on this instance is known
/// at once, one on another after these.
/// </summary>
public sealed class CallerKeys(OperatorOptions options, IClientRecords clients, TimeProvider clock)
{
    // Revocations are promised to be known everywhere within five seconds.
    private static readonly TimeSpan Remembered = TimeSpan.FromSeconds(4);

    // One that had to make room is looked up again.
    private const int MostRemembered = 10_000;

    private readonly Caller theOperator = new(0, Caller.OperatorName, options.Email, Video.OperatorOwner);
    private readonly KeyDigest secret = KeyDigest.Of(options.Secret);
    private readonly KeyDigest videoStore = KeyDigest.Of(options.VideoStore);
    private readonly BoundedMap<KeyDigest, Remembering> remembered = new(MostRemembered);
    private readonly Lock gate = new();
    private Task<KnownDigests>? reading;
    private volatile KnownDigests? digests;
    private long changes;

    public bool IsAdministrator(string key) => secret.Is(KeyDigest.Of(key));

    public bool IsOperator(string key) => IsOperator(KeyDigest.Of(key));

    /// <returns>Null when the key is nobody's, or no longer.</returns>
    /// <exception cref="Domain.RefusedException">
    /// <see cref="Domain.Refusal.Unavailable"/> when it would have to be looked up and the database is away.
    /// </exception>
    public async ValueTask<Caller?> FindAsync(string key, CancellationToken cancellationToken)
    {
        var digest = KeyDigest.Of(key);
        if (IsOperator(digest))
            return theOperator;

        var known =
            remembered.TryGet(digest, out var last) && IsFresh(last.ReadAt, last.AsOf)
                ? last.Key
                : await LookUpAsync(digest, cancellationToken);
        return known is null || known.ExpiresAt <= clock.GetUtcNow() ? null : known.Caller;
    }

    /// <summary>Whether the key was right when it was last looked up, however long ago.</summary>
    public bool IsFamiliar(string key)
    {
        var digest = KeyDigest.Of(key);
        return IsOperator(digest) || remembered.Contains(digest);
    }

    /// <summary>
    /// Whether the key is one that there is, at the same small cost however many are asked for: all keys are read at once, every few
    /// seconds at most. A flood of wrong ones is no flood of queries.
    /// </summary>
    /// <exception cref="Domain.RefusedException">
    /// <see cref="Domain.Refusal.Unavailable"/> when they were never read and the database is away.
    /// </exception>
    public async ValueTask<bool> IsThereAsync(string key, CancellationToken cancellationToken) =>
        (await DigestsAsync(cancellationToken)).All.Contains(KeyDigest.Of(key));

    /// <summary>
    /// Has every key looked up again after a change of a client or a key, also after one of which nobody knows whether it succeeded.
    /// </summary>
    public async Task<T> ForgetAfterAsync<T>(Task<T> change)
    {
        try
        {
            return await change;
        }
        finally
        {
            Interlocked.Increment(ref changes);
        }
    }

    private bool IsOperator(KeyDigest digest) => secret.Is(digest) | videoStore.Is(digest);

    // Unknown keys are not kept, because guesses would push out the known ones.
    private async Task<KnownKey?> LookUpAsync(KeyDigest digest, CancellationToken cancellationToken)
    {
        var (asOf, at) = (Interlocked.Read(ref changes), clock.GetTimestamp());
        var found = await clients.FindKeyAsync(digest, cancellationToken);
        if (found is null)
            remembered.Remove(digest);
        else
            remembered.TrySet(digest, new Remembering(found, at, asOf));
        return found;
    }

    private ValueTask<KnownDigests> DigestsAsync(CancellationToken cancellationToken)
    {
        if (digests is { } known && IsFresh(known.ReadAt, known.AsOf))
            return new ValueTask<KnownDigests>(known);
        lock (gate)
        {
            if (reading is null || reading.IsCompleted)
                reading = ReadDigestsAsync();
            return new ValueTask<KnownDigests>(reading.WaitAsync(cancellationToken));
        }
    }

    // For all who wait, so it is nobody's to cancel.
    private async Task<KnownDigests> ReadDigestsAsync()
    {
        await Task.Yield();
        var (asOf, at, before) = (Interlocked.Read(ref changes), clock.GetTimestamp(), digests);
        try
        {
            return digests = new KnownDigests((await clients.DigestsAsync(CancellationToken.None)).ToHashSet(), at, asOf);
        }
        catch (Domain.RefusedException) when (before is not null)
        {
            return digests = before with { ReadAt = at, AsOf = asOf };
        }
    }

    private bool IsFresh(long readAt, long asOf) => asOf == Interlocked.Read(ref changes) && clock.GetElapsedTime(readAt) < Remembered;

    /// <param name="ReadAt">As the clock counts.</param>
    /// <param name="AsOf">The number of changes before it was looked up: what was read before a change does not count after it.</param>
    private sealed record Remembering(KnownKey Key, long ReadAt, long AsOf);

    /// <param name="All">As many as administrators have made.</param>
    private sealed record KnownDigests(HashSet<KeyDigest> All, long ReadAt, long AsOf);
}
