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

    private readonly Caller theOperator = new(0, "operator", options.Email, Video.OperatorOwner);
    private readonly KeyDigest secret = KeyDigest.Of(options.Secret);
    private readonly KeyDigest videoStore = KeyDigest.Of(options.VideoStore);
    private readonly ConcurrentDictionary<KeyDigest, Remembering> remembered = [];
    private long changes;

    public bool IsAdministrator(string key) => secret.Is(KeyDigest.Of(key));

    /// <returns>Null when the key is nobody's, or no longer.</returns>
    /// <exception cref="Domain.RefusedException"><see cref="Domain.Refusal.Unavailable"/> when it would have to be looked up and the database is away.</exception>
    public async ValueTask<Caller?> FindAsync(string key, CancellationToken cancellationToken)
    {
        var digest = KeyDigest.Of(key);
        if (secret.Is(digest) | videoStore.Is(digest))
            return theOperator;

        var now = clock.GetUtcNow();
        var known = remembered.TryGetValue(digest, out var last) && now < last.Until && now >= last.Until - Remembered
            ? last.Key
            : await LookUpAsync(digest, now, cancellationToken);
        return known is null || known.ExpiresAt <= now ? null : known.Caller;
    }

    /// <summary>To be called after every change of a client or a key.</summary>
    public void Forget()
    {
        Interlocked.Increment(ref changes);
        remembered.Clear();
    }

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
        remembered[digest] = new Remembering(found, now + Remembered);

        // What was read before a change and is kept after it would outlive the change.
        if (Interlocked.Read(ref changes) != asOf)
            remembered.TryRemove(digest, out _);
        return found;
    }

    private sealed record Remembering(KnownKey Key, DateTimeOffset Until);
}
