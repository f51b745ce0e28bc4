using System.Collections.Concurrent;
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

    private const int MostRemembered = 10_000;

    private readonly Caller theOperator = new(0, Caller.OperatorName, options.Email, Video.OperatorOwner);
    private readonly KeyDigest secret = KeyDigest.Of(options.Secret);
    private readonly KeyDigest videoStore = KeyDigest.Of(options.VideoStore);
    private readonly ConcurrentDictionary<KeyDigest, Remembering> remembered = [];
    private long changes;

    public bool IsAdministrator(string key) => secret.Is(KeyDigest.Of(key));

    public bool IsOperator(string key) => IsOperator(KeyDigest.Of(key));

    /// <returns>Null when the key is nobody's, or no longer.</returns>
    /// <exception cref="Domain.RefusedException"><see cref="Domain.Refusal.Unavailable"/> when it would have to be looked up and the database is away.</exception>
    public async ValueTask<Caller?> FindAsync(string key, CancellationToken cancellationToken)
    {
        var digest = KeyDigest.Of(key);
        if (IsOperator(digest))
            return theOperator;

        var now = clock.GetSteadyNow();
        var known = remembered.TryGetValue(digest, out var last) && last.AsOf == Interlocked.Read(ref changes) && now < last.Until
            ? last.Key
            : await LookUpAsync(digest, now, cancellationToken);
        return known is null || known.ExpiresAt <= clock.GetUtcNow() ? null : known.Caller;
    }

    /// <summary>Whether the key was right when it was last looked up, however long ago.</summary>
    public bool IsFamiliar(string key)
    {
        var digest = KeyDigest.Of(key);
        return IsOperator(digest) || remembered.ContainsKey(digest);
    }

    /// <summary>Has every key looked up again after a change of a client or a key, also after one of which nobody knows whether it succeeded.</summary>
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

    // Keys that are nobody's are not kept, or whoever guesses would fill the memory.
    private async Task<KnownKey?> LookUpAsync(KeyDigest digest, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var asOf = Interlocked.Read(ref changes);
        var found = await clients.FindKeyAsync(digest, cancellationToken);
        if (found is null)
        {
            remembered.TryRemove(digest, out _);
            return null;
        }

        if (remembered.Count >= MostRemembered)
            remembered.Clear();
        remembered[digest] = new Remembering(found, now + Remembered, asOf);
        return found;
    }

    /// <param name="AsOf">The number of changes before it was looked up: what was read before a change does not count after it.</param>
    private sealed record Remembering(KnownKey Key, DateTimeOffset Until, long AsOf);
}
