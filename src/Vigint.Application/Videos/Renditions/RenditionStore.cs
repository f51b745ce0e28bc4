using Vigint.Application.Media;
using Vigint.Application.Storage;
using Vigint.Domain.Videos;

namespace Vigint.Application.Videos.Renditions;

/// <summary>Where the renditions of stored videos change: files, record and link, always in this order.</summary>
public sealed class RenditionStore(
    VideoFinder finder,
    IRenditionRecords records,
    IRenditionFiles files,
    VideoLinks links,
    StorageRoom room,
    TimeProvider clock
)
{
    /// <returns>The video that is to get a rendition; null when it is not there any more.</returns>
    public async Task<Video?> FindAsync(VideoKey of, CancellationToken cancellationToken) =>
        await finder.FindAsync(of.Id, scope: null, cancellationToken) is { } video && video.Key == of ? video : null;

    /// <summary>Notes that the making begins, and takes hold of the bytes that it is made of.</summary>
    /// <param name="work">Where they get a second name.</param>
    /// <returns>Null when there is nothing to make: the video is not there any more, or its rendition is, or it was given up.</returns>
    public async Task<BegunRendition?> BeginAsync(VideoKey of, IScratchFolder work, CancellationToken cancellationToken)
    {
        using var leased = await finder.LeaseAsync(of.Id, scope: null, cancellationToken);
        if (leased.Video is not { } video || video.Key != of)
            return null;
        var before = await records.FindAsync(of, cancellationToken);
        if (before is { State: not RenditionState.Preparing } || finder.Share(leased.Lease, of.Id, work) is not { } original)
            return null;
        var begun = Rendition.Begin(of, before, clock.GetUtcNow());
        return await RecordAsync(video, begun, cancellationToken) ? new BegunRendition(video, original, begun) : null;
    }

    /// <summary>Records how the making ended, and keeps what was made.</summary>
    /// <param name="playable">In scratch; null when none was made.</param>
    /// <param name="poster">In scratch; null when none was made.</param>
    public async Task KeepAsync(Rendition rendition, MediaFile? playable = null, MediaFile? poster = null)
    {
        // Short, and made by now: nobody's to cancel.
        using var leased = await finder.LeaseAsync(rendition.Of.Id, scope: null, CancellationToken.None);
        if (leased.Video is not { } video || video.Key != rendition.Of)
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

    /// <summary>Records that the making was broken off, through no fault of the video.</summary>
    public Task KeepInterruptedAsync(Rendition begun) => KeepAsync(begun.Interrupted(clock.GetUtcNow()));

    /// <summary>Has a rendition made anew whose files are gone.</summary>
    /// <returns>False when they are there.</returns>
    public async Task<bool> ForgetIfGoneAsync(Rendition rendition, CancellationToken cancellationToken)
    {
        using var lease = await finder.LeaseAsync(rendition.Of.Id, cancellationToken);
        var kept = files.Find(rendition.Of);
        if (kept.PlayableBytes == rendition.SizeBytes && kept.PosterBytes == rendition.PosterBytes)
            return false;
        await records.ForgetAsync(rendition.Of, cancellationToken);
        links.Drop(rendition.Of.Id);
        return true;
    }

    /// <summary>Removes the files of an id that are of no stored video.</summary>
    /// <returns>The bytes that they took.</returns>
    /// <exception cref="IOException">The file system refuses.</exception>
    public async Task<long> RemoveOrphansAsync(VideoId id, CancellationToken cancellationToken)
    {
        using var leased = await finder.LeaseAsync(id, scope: null, cancellationToken);
        return files.Delete(id, exceptRevision: leased.Video?.Revision);
    }

    private async Task<bool> RecordAsync(Video video, Rendition rendition, CancellationToken cancellationToken)
    {
        if (!await records.SaveAsync(rendition, cancellationToken))
            return false;
        links.Change(video, rendition);
        return true;
    }
}

/// <param name="Original">In scratch: stays what it is, even while the video is replaced.</param>
/// <param name="Rendition">Being prepared, or given up.</param>
public sealed record BegunRendition(Video Video, MediaFile Original, Rendition Rendition);
