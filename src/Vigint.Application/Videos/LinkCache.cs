using System.Collections.Concurrent;
using Vigint.Domain.Videos;

namespace Vigint.Application.Videos;

/// <summary>All that opening a link needs, worked out once.</summary>
/// <param name="Owner">Whose video it is, for the audit.</param>
/// <param name="Tokens">Every token that opens the video.</param>
/// <param name="ETag">Quoted; the same as long as the bytes are.</param>
/// <param name="HeldBack">While the video is being replaced: where its bytes are (<see cref="IInstallation.HeldBack"/>).</param>
public sealed record Playable(
    VideoId Id, string Owner, IReadOnlyList<AccessToken> Tokens, LinkExpiration Expiration, string ContentType, string ETag, DateTimeOffset LastModified,
    string? HeldBack = null)
{
    internal volatile bool WasUsed;

    public static Playable Of(Video video, TokenKey key) => new(
        video.Id,
        video.Owner,
        [.. video.LinkTexts.Select(text => AccessToken.For(video.Id, text, key.Value))],
        video.Expiration,
        video.Media.ContentType,
        video.Sha256 is { } sha ? $"\"{sha}\"" : $"\"{video.UploadedAt.UtcTicks:x}-{video.SizeBytes:x}\"",
        video.UploadedAt);

    public bool IsOpenedBy(string token)
    {
        // All are compared, so that the time does not tell which of them it was.
        var opened = false;
        foreach (var own in Tokens)
            opened |= own.Is(token);
        return opened;
    }
}

/// <summary>
/// The links that were opened or made lately. Readers take no lock; what a change writes is never overwritten by a reader who
/// looked at the database before it.
/// </summary>
public sealed class LinkCache(int most = LinkCache.DefaultMost)
{
    /// <summary>Most entries; about half a kilobyte each.</summary>
    public const int DefaultMost = 10_000;

    private const int Stripes = 64;

    private readonly ConcurrentDictionary<string, Playable> entries = new(StringComparer.Ordinal);
    private readonly Queue<Playable> byAge = new();
    private readonly long[] changes = new long[Stripes];
    private readonly Lock gate = new();

    public int Count => entries.Count;

    public Playable? Find(VideoId id)
    {
        if (!entries.TryGetValue(id.Text, out var found))
            return null;
        if (!found.WasUsed)
            found.WasUsed = true;
        return found;
    }

    public bool IsCurrent(Playable playable) => entries.TryGetValue(playable.Id.Text, out var found) && ReferenceEquals(found, playable);

    /// <summary>Taken before the database is read, and given back to <see cref="Keep"/>.</summary>
    public long ChangesOf(VideoId id) => Volatile.Read(ref changes[Stripe(id)]);

    /// <summary>Keeps what a reader found in the database, unless something has changed since.</summary>
    public void Keep(Playable playable, long asOfChanges)
    {
        lock (gate)
        {
            if (changes[Stripe(playable.Id)] == asOfChanges && entries.TryAdd(playable.Id.Text, playable))
                Admit(playable);
        }
    }

    /// <summary>Puts the entry in place after, or during, a change.</summary>
    public void Put(Playable playable)
    {
        lock (gate)
        {
            changes[Stripe(playable.Id)]++;
            entries[playable.Id.Text] = playable;
            Admit(playable);
        }
    }

    public void Drop(VideoId id)
    {
        lock (gate)
        {
            changes[Stripe(id)]++;
            entries.TryRemove(id.Text, out _);
        }
    }

    private static int Stripe(VideoId id) => (int)((uint)string.GetHashCode(id.Text, StringComparison.Ordinal) % Stripes);

    // Second chance: what was used since it was last looked at goes round once more. What is held back must stay: without it
    // a reader of the old link would open the new bytes.
    private void Admit(Playable playable)
    {
        byAge.Enqueue(playable);
        for (var looks = byAge.Count; byAge.Count > most && looks > 0; looks--)
        {
            var oldest = byAge.Dequeue();
            if (!IsCurrent(oldest))
                continue;
            if (oldest.HeldBack is not null || (oldest.WasUsed && looks > 1))
            {
                oldest.WasUsed = false;
                byAge.Enqueue(oldest);
            }
            else
            {
                entries.TryRemove(oldest.Id.Text, out _);
            }
        }
    }
}
