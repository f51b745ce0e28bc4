using Microsoft.Extensions.Logging;
using Vigint.Application.Common;
using Vigint.Application.Storage;
using Vigint.Domain.Videos;

namespace Vigint.Application.Videos.Renditions;

/// <summary>Queues new videos for their renditions, and removes the renditions of videos that are replaced or gone.</summary>
internal sealed class RenditionObserver(
    IRenditionRecords records,
    IRenditionFiles files,
    RenditionQueue queue,
    VideoLinks links,
    StorageRoom room,
    ILogger<RenditionObserver> logger
) : IVideoObserver
{
    public void Stored(Video video, Video? before, Caller by)
    {
        queue.Abandon(video.Id);
        if (before is not null)
            Remove(video.Id);
        queue.Add(video.Key, video.Owner);
    }

    // An upload that comes again is a reason to try a rendition again that failed.
    public async Task RepeatedAsync(Video video, Caller by, CancellationToken cancellationToken)
    {
        if (await records.FindAsync(video.Key, cancellationToken) is not { State: RenditionState.Failed })
            return;
        await records.ForgetAsync(video.Key, cancellationToken);
        links.Drop(video.Id);
        queue.Add(video.Key, video.Owner);
    }

    public void Settled(VideoId id, Video? stored)
    {
        if (stored is not null)
            queue.Add(stored.Key, stored.Owner);
    }

    public long Erasing(VideoStamp video)
    {
        queue.Abandon(video.Id);
        var freed = files.Delete(video.Id);
        room.StoredChangedBy(-freed);
        return freed;
    }

    public long Removed(VideoStamp video, Removal removal)
    {
        queue.Abandon(video.Id);
        return Remove(video.Id);
    }

    // The video is replaced or deleted by now, whatever becomes of its rendition; the next start tidies up.
    private long Remove(VideoId id)
    {
        try
        {
            var freed = files.Delete(id);
            room.StoredChangedBy(-freed);
            return freed;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            logger.RenditionStays(exception, id);
            return 0;
        }
    }
}
