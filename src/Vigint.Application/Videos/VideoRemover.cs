using Vigint.Application.Audit;
using Vigint.Application.Common;
using Vigint.Application.Videos.Renditions;
using Vigint.Domain.Videos;

namespace Vigint.Application.Videos;

/// <summary>Removes videos: the link first, then bytes and sidecar, then the record.</summary>
public sealed class VideoRemover(
    IVideoRecords records,
    IVideoFolder folder,
    IRenditionFiles renditions,
    VideoLinks links,
    IEnumerable<IVideoObserver> observers
)
{
    /// <summary>Removes a video wholly.</summary>
    /// <param name="by">Null for the server itself.</param>
    /// <exception cref="IOException">The file system refuses; the record stays.</exception>
    public async Task RemoveAsync(VideoLease lease, Video video, AuditAction why, Caller? by)
    {
        RemoveFiles(lease, video.Stamp, why, by);
        await RemoveRecordsAsync(lease, [video.Key]);
    }

    /// <summary>
    /// The first half of removing, for those who remove many and then their records together. A record whose file is gone does no harm:
    /// its link answers that the file is missing, and start-up drops it.
    /// </summary>
    /// <param name="why">For the audit.</param>
    /// <param name="by">Null for the server itself.</param>
    /// <returns>The bytes that were freed, those of the rendition included.</returns>
    /// <exception cref="IOException">The file system refuses.</exception>
    public long RemoveFiles(VideoLease lease, VideoStamp video, AuditAction why, Caller? by)
    {
        lease.Require(video.Id);
        links.Drop(video.Id);
        folder.Delete(video.Id);
        return video.SizeBytes + observers.Sum(observer => observer.Removed(video, new Removal(why, by)));
    }

    /// <summary>
    /// The same for a video whose client is erased. Its rendition goes first, so that the video is recorded as long as anything of it is
    /// left; the audit is told nothing, because it is erased as well.
    /// </summary>
    /// <returns>The bytes that were freed, those of the rendition included.</returns>
    /// <exception cref="IOException">The file system refuses.</exception>
    public long EraseFiles(VideoLease lease, VideoStamp video)
    {
        lease.Require(video.Id);
        links.Drop(video.Id);
        var freed = observers.Sum(observer => observer.Erasing(video));
        folder.Delete(video.Id);
        return video.SizeBytes + freed + observers.Sum(observer => observer.Removed(video, Removal.Erasure));
    }

    /// <summary>Removes wholly what is in the folder of a client that was erased.</summary>
    /// <exception cref="IOException">The file system refuses; a record stays, if there is one.</exception>
    public async Task EraseAsync(VideoLease lease, Video video)
    {
        EraseFiles(lease, video.Stamp);

        // The record's revision may be that of an upload which was undone.
        var record = await records.FindAsync(video.Id, scope: null, CancellationToken.None);
        await RemoveRecordsAsync(lease, record is null ? [] : [record.Key]);
    }

    /// <summary>The second half: the records of videos whose files are gone.</summary>
    public async Task RemoveRecordsAsync(VideoLease lease, IReadOnlyCollection<VideoKey> videos)
    {
        foreach (var video in videos)
            lease.Require(video.Id);
        folder.Flush();
        await records.RemoveAsync(videos, CancellationToken.None);

        // A reader who found the record in between has kept it.
        foreach (var video in videos)
            links.Drop(video.Id);
    }

    /// <summary>What <see cref="RemoveFiles"/> would free, in bytes.</summary>
    public long StoredBytesOf(VideoStamp video) => video.SizeBytes + renditions.SizeOf(video.Id);
}
