using Vigint.Application.Media;
using Vigint.Application.Storage;
using Vigint.Domain.Media;
using Vigint.Domain.Videos;

namespace Vigint.Application.Videos.Renditions;

/// <summary>Where the renditions of stored videos change: files, record and cached link, always in this order.</summary>
public sealed class RenditionStore(
    VideoStore store,
    IRenditionRecords records,
    IRenditionFiles files,
    RenditionLine line,
    LinkCache cache,
    StorageRoom room,
    TokenKey key,
    IContainerReader containers,
    TimeProvider clock
)
{
    /// <summary>Notes that the making begins, and takes hold of the bytes that it is made of.</summary>
    /// <param name="work">Where they get a second name.</param>
    /// <returns>Null when there is nothing to make: the video is not there any more, or its rendition is, or it was given up.</returns>
    public async Task<BegunRendition?> BeginAsync(VideoKey of, IScratchFolder work, CancellationToken cancellationToken)
    {
        using var _ = await store.LockAsync(of.Id, cancellationToken);
        if (await FindAsync(of, cancellationToken) is not { } video)
            return null;
        var before = await records.FindAsync(of, cancellationToken);
        if (before is { State: not RenditionState.Preparing } || files.Original(of.Id, work) is not { } original)
            return null;
        var begun = Rendition.Begin(of, before, clock.GetUtcNow());
        if (begun.State == RenditionState.Preparing && IsIndexMissing(work, original))
            begun = begun.Failed(MediaRefusals.IndexMissing().Message);
        return await RecordAsync(video, begun, cancellationToken) ? new BegunRendition(video, original, begun) : null;
    }

    /// <summary>Records how the making ended, and keeps what was made.</summary>
    /// <param name="playable">In scratch; null when none was made.</param>
    /// <param name="poster">In scratch; null when none was made.</param>
    public async Task KeepAsync(Rendition rendition, MediaFile? playable = null, MediaFile? poster = null)
    {
        // Short, and made by now: nobody's to cancel.
        using var _ = await store.LockAsync(rendition.Of.Id, CancellationToken.None);
        if (await FindAsync(rendition.Of, CancellationToken.None) is not { } video)
            return;
        if (rendition.State == RenditionState.Ready)
        {
            // A crash from here on leaves whole files without a record; they are found when their turn comes again.
            var kept = files.Keep(rendition.Of, playable, poster);
            rendition = rendition with
            {
                SizeBytes = kept.PlayableBytes,
                MadeAt = kept.MadeAt,
                PosterBytes = kept.PosterBytes,
                Reason = null,
            };
        }

        if (await RecordAsync(video, rendition, CancellationToken.None))
            room.StoredChangedBy(rendition.StoredBytes);
    }

    /// <summary>Has a rendition made anew whose files are gone.</summary>
    /// <returns>False when they are there.</returns>
    public async Task<bool> ForgetIfGoneAsync(Rendition rendition, CancellationToken cancellationToken)
    {
        using var _ = await store.LockAsync(rendition.Of.Id, cancellationToken);
        var kept = files.Find(rendition.Of);
        if (kept.PlayableBytes == rendition.SizeBytes && kept.PosterBytes == rendition.PosterBytes)
            return false;
        await records.ForgetAsync(rendition.Of, cancellationToken);
        cache.Drop(rendition.Of.Id);
        return true;
    }

    /// <summary>Has a rendition that failed made once more: the video was uploaded again.</summary>
    /// <remarks>The caller holds the lock of the id.</remarks>
    public async Task TryAgainAsync(Video video, CancellationToken cancellationToken)
    {
        if (await records.FindAsync(video.Key, cancellationToken) is not { State: RenditionState.Failed })
            return;
        await records.ForgetAsync(video.Key, cancellationToken);
        cache.Drop(video.Id);
        line.Add(video.Key, video.Owner);
    }

    /// <summary>Removes the files of an id that are of no stored video.</summary>
    /// <returns>The bytes that they took.</returns>
    public async Task<long> RemoveOrphansAsync(VideoId id, CancellationToken cancellationToken)
    {
        using var _ = await store.LockAsync(id, cancellationToken);
        var video = await store.FindAsync(id, scope: null, cancellationToken);
        return files.Delete(id, exceptRevision: video?.Revision);
    }

    // Known without a decoder, and no decoder would find a better word for it.
    private bool IsIndexMissing(IScratchFolder work, MediaFile original)
    {
        using var bytes = work.Open(Path.GetFileName(original.Path));
        return bytes is not null && containers.Look(bytes).IsIndexMissing;
    }

    private async Task<Video?> FindAsync(VideoKey of, CancellationToken cancellationToken) =>
        await store.FindAsync(of.Id, scope: null, cancellationToken) is { } video && video.Key == of ? video : null;

    private async Task<bool> RecordAsync(Video video, Rendition rendition, CancellationToken cancellationToken)
    {
        if (!await records.SaveAsync(rendition, cancellationToken))
            return false;
        cache.Change(Playable.Of(video, key, rendition));
        return true;
    }
}

/// <param name="Original">In scratch: stays what it is, even while the video is replaced.</param>
/// <param name="Rendition">Being prepared, or given up.</param>
public sealed record BegunRendition(Video Video, MediaFile Original, Rendition Rendition);
