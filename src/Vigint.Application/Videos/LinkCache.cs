using Vigint.Application.Common;
using Vigint.Domain.Videos;

namespace Vigint.Application.Videos;

/// <summary>All that opening a link needs, worked out once.</summary>
/// <param name="Owner">Whose video it is, for the audit.</param>
/// <param name="Tokens">Every token that opens the video.</param>
/// <param name="Original">The bytes as uploaded.</param>
/// <param name="Rendition">The form that browsers play; null when that is the original, or there is none yet.</param>
/// <param name="Poster">The still; null when there is none, or none yet.</param>
/// <param name="IsSettled">Nothing more is made of the video.</param>
/// <param name="HeldBack">While the video is being replaced: where its bytes are (<see cref="IInstallation.HeldBack"/>).</param>
public sealed record Playable(
    VideoKey Key,
    string Owner,
    IReadOnlyList<AccessToken> Tokens,
    LinkExpiration Expiration,
    PlayableForm Original,
    PlayableForm? Rendition,
    PlayableForm? Poster,
    bool IsSettled,
    string? HeldBack = null
)
{
    public VideoId Id => Key.Id;

    /// <param name="rendition">Null when the video has not had its turn.</param>
    public static Playable Of(Video video, TokenKey key, Rendition? rendition) =>
        new(
            video.Key,
            video.Owner,
            [.. video.LinkTexts.Select(text => AccessToken.For(video.Id, text, key.Value))],
            video.Expiration,
            PlayableForm.OfOriginal(video),
            rendition is { SizeBytes: > 0 } ? PlayableForm.OfRendition(video, rendition) : null,
            rendition is { PosterBytes: > 0 } ? PlayableForm.OfPoster(video, rendition) : null,
            rendition is { State: not RenditionState.Preparing }
        );

    public bool IsOpenedBy(string token)
    {
        // All are compared, so that the time does not tell which of them it was.
        var opened = false;
        foreach (var own in Tokens)
            opened |= own.Is(token);
        return opened;
    }
}

/// <summary>One of the files that a link gives: the same as long as its bytes are.</summary>
/// <param name="ETag">Quoted; no two forms of a video have the same.</param>
/// <param name="LastModified">
/// No two forms of a video have the same second, for a player may ask by it whether the bytes are still the same.
/// </param>
public sealed record PlayableForm(VideoId Id, string ContentType, string ETag, DateTimeOffset LastModified)
{
    public static PlayableForm OfOriginal(Video video) =>
        new(
            video.Id,
            video.Media.ContentType,
            video.Sha256 is { } sha ? $"\"{sha}\"" : $"\"{video.UploadedAt.UtcTicks:x}-{video.SizeBytes:x}\"",
            video.UploadedAt
        );

    public static PlayableForm OfRendition(Video video, Rendition rendition)
    {
        var earliest = video.UploadedAt.AddSeconds(1);
        return new PlayableForm(
            video.Id,
            "video/mp4",
            $"\"{video.Revision}-{rendition.MadeAt.UtcTicks:x}-{rendition.SizeBytes:x}\"",
            rendition.MadeAt > earliest ? rendition.MadeAt : earliest
        );
    }

    // A second before the original's, where the rendition's never is.
    public static PlayableForm OfPoster(Video video, Rendition rendition) =>
        new(video.Id, "image/jpeg", $"\"{video.Revision}-still-{rendition.PosterBytes:x}\"", video.UploadedAt.AddSeconds(-1));
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

    // What is held back must stay: without it a reader of the old link would open the new bytes. There are as many as uploads under way.
    private readonly BoundedMap<string, Playable> entries = new(
        most,
        mustStay: one => one.HeldBack is not null,
        comparer: StringComparer.Ordinal
    );
    private readonly long[] changes = new long[Stripes];
    private readonly Lock gate = new();

    public int Count => entries.Count;

    public Playable? Find(VideoId id) => entries.Find(id.Text);

    /// <summary>What is here at this moment, in no order.</summary>
    public IEnumerable<Playable> Entries => entries.Entries.Select(one => one.Value);

    public bool IsCurrent(Playable playable) => ReferenceEquals(entries.Find(playable.Id.Text), playable);

    /// <summary>Taken before the database is read, and given back to <see cref="Keep"/>.</summary>
    public long ChangesOf(VideoId id) => Volatile.Read(ref changes[Stripe(id)]);

    /// <summary>Keeps what a reader found in the database, unless something has changed since.</summary>
    public void Keep(Playable playable, long asOfChanges)
    {
        lock (gate)
        {
            if (changes[Stripe(playable.Id)] == asOfChanges)
                entries.TryAdd(playable.Id.Text, playable);
        }
    }

    /// <summary>Puts the entry in place after, or during, a change.</summary>
    public void Put(Playable playable)
    {
        lock (gate)
        {
            changes[Stripe(playable.Id)]++;
            if (playable.HeldBack is null)
                entries.TrySet(playable.Id.Text, playable);
            else
                entries.Force(playable.Id.Text, playable);
        }
    }

    /// <summary>Changes the entry if there is one; what nobody has opened lately is not kept for it.</summary>
    public void Change(Playable playable)
    {
        lock (gate)
        {
            if (entries.Contains(playable.Id.Text))
                Put(playable);
            else
                changes[Stripe(playable.Id)]++;
        }
    }

    public void Drop(VideoId id)
    {
        lock (gate)
        {
            changes[Stripe(id)]++;
            entries.Remove(id.Text);
        }
    }

    private static int Stripe(VideoId id) => (int)((uint)string.GetHashCode(id.Text, StringComparison.Ordinal) % Stripes);
}
