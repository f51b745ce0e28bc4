using Vigint.Application.Clients;
using Vigint.Application.Videos.Renditions;
using Vigint.Domain.Videos;

namespace Vigint.Application.Videos;

/// <summary>What private links open. Only this class writes the link cache.</summary>
public sealed class VideoLinks(VideoFinder finder, IRenditionRecords renditions, IClientRecords clients, TokenKey key, LinkCache cache)
{
    /// <summary>What a link to this id opens, from memory when it was used lately.</summary>
    public async ValueTask<Playable?> FindAsync(VideoId id, CancellationToken cancellationToken)
    {
        if (cache.Find(id) is { } known)
            return known;

        var changes = cache.ChangesOf(id);
        var video = await finder.FindAsync(id, scope: null, cancellationToken);
        if (video is null)
            return null;
        var playable = await OfAsync(video, cancellationToken);
        cache.Keep(playable, changes);
        return cache.Find(id) ?? playable;
    }

    /// <summary>Whether links open this, and nothing newer.</summary>
    public bool IsCurrent(Playable playable) => cache.IsCurrent(playable);

    /// <summary>What the links of a stored video open, with its rendition.</summary>
    public async Task<Playable> OfAsync(Video video, CancellationToken cancellationToken) =>
        Playable.Of(video, key, await renditions.FindAsync(video.Key, cancellationToken));

    /// <summary>From now on links open this, until the next change.</summary>
    public void Put(Playable playable) => cache.Put(playable);

    /// <summary>From now on links open the bytes of this video, which has no rendition yet.</summary>
    public void PutWithoutRendition(Video video) => cache.Put(Playable.Of(video, key, rendition: null));

    /// <summary>The rendition of a video changed.</summary>
    public void Change(Video video, Rendition rendition) => cache.Change(Playable.Of(video, key, rendition));

    /// <summary>From now on a link opens what is found for it anew.</summary>
    public void Drop(VideoId id) => cache.Drop(id);

    /// <summary>
    /// Forgets the links of clients that another server over the same database erased. Their records are gone, so their links open
    /// nothing then; what this server's folder still holds of them goes when it is taken in next.
    /// </summary>
    public async Task DropErasedAsync(CancellationToken cancellationToken)
    {
        var erased = await clients.ErasedAsync(cache.Entries.Select(playable => playable.Owner), cancellationToken);
        foreach (var playable in cache.Entries.Where(playable => erased.Contains(playable.Owner)))
            cache.Drop(playable.Id);
    }
}
