using Vigint.Application.Media;
using Vigint.Application.Videos.TakeInFolder;
using Vigint.Domain;
using Vigint.Domain.Videos;

namespace Vigint.Application.Videos;

/// <summary>
/// Finds videos: in the index, or in the folder while that is still being taken in or the record of a video is in doubt.
/// </summary>
public sealed class VideoFinder(
    VideoLocks locks,
    IVideoRecords records,
    IVideoFolder folder,
    UnsettledVideos unsettled,
    TakeInProgress takeIn
)
{
    /// <summary>
    /// The video as recorded, or as the folder has it while that is still being taken in: the index may be older than the folder.
    /// </summary>
    /// <param name="scope">The owner whose videos may be seen; null for everybody's.</param>
    /// <exception cref="RefusedException"><see cref="Refusal.Unavailable"/> when its files or the database cannot be read now.</exception>
    public async Task<Video?> FindAsync(VideoId id, string? scope, CancellationToken cancellationToken)
    {
        if (unsettled.IsTorn(id))
            throw VideoRefusals.CannotBeRead();
        if (unsettled.IsDoubtful(id))
            return IfSeen(folder.Read(id, out var trouble) ?? (trouble is null ? null : throw VideoRefusals.CannotBeRead()), scope);
        return !takeIn.IsFinished && folder.Read(id, out _) is { } stored
            ? IfSeen(stored, scope)
            : await records.FindAsync(id, scope, cancellationToken);
    }

    /// <summary>Leases a video without looking for it.</summary>
    public Task<VideoLease> LeaseAsync(VideoId id, CancellationToken cancellationToken) => locks.LeaseAsync(id, cancellationToken);

    /// <summary>Leases all videos, for some milliseconds.</summary>
    public Task<VideoLease> LeaseAllAsync(CancellationToken cancellationToken) => locks.LeaseAllAsync(cancellationToken);

    /// <summary>Leases a video and finds it. The caller disposes what it gets, whether the video is there or not.</summary>
    /// <param name="scope">As in <see cref="FindAsync"/>.</param>
    public Task<LeasedVideo> LeaseAsync(VideoId id, string? scope, CancellationToken cancellationToken) =>
        LeaseAsync(id, () => FindAsync(id, scope, cancellationToken), cancellationToken);

    /// <summary>
    /// The same for a video that is about to be changed, replaced or removed. One that has not been taken in yet is recorded first, so
    /// that the texts of its links are remembered longer than the video.
    /// </summary>
    /// <param name="scope">As in <see cref="FindAsync"/>.</param>
    public Task<LeasedVideo> LeaseForChangeAsync(VideoId id, string? scope, CancellationToken cancellationToken) =>
        LeaseAsync(
            id,
            async () =>
            {
                var video = await FindAsync(id, scope, cancellationToken);
                if (video is not null && !takeIn.IsFinished)
                    await records.SaveAsync([video], cancellationToken);
                return video;
            },
            cancellationToken
        );

    /// <summary>
    /// Gives the bytes of a video a second name in a scratch folder: what is read there stays the same, even while the video is replaced
    /// or deleted.
    /// </summary>
    /// <param name="scope">As in <see cref="FindAsync"/>.</param>
    /// <returns>Null when there is no such video.</returns>
    /// <exception cref="RefusedException"><see cref="Refusal.NoRoom"/> or <see cref="Refusal.Unavailable"/>.</exception>
    public async Task<SharedVideo?> ShareAsync(VideoId id, string? scope, IScratchFolder scratch, CancellationToken cancellationToken)
    {
        using var leased = await LeaseAsync(id, scope, cancellationToken);
        return leased.Video is { } video ? new SharedVideo(video, Share(leased.Lease, id, scratch)) : null;
    }

    /// <summary>The same for somebody who holds the lease.</summary>
    /// <returns>Null when the video's file is not there.</returns>
    /// <exception cref="RefusedException"><see cref="Refusal.NoRoom"/> or <see cref="Refusal.Unavailable"/>.</exception>
    public MediaFile? Share(VideoLease lease, VideoId id, IScratchFolder scratch)
    {
        lease.Require(id);
        return folder.Share(id, scratch);
    }

    /// <summary>
    /// Whether the folder has what is recorded. A record that may be out of date, see <see cref="FindAsync"/>, is no reason to delete
    /// anything.
    /// </summary>
    public bool IsAsRecorded(VideoLease lease, VideoStamp recorded)
    {
        lease.Require(recorded.Id);
        if (unsettled.IsTorn(recorded.Id))
            return false;
        if (takeIn.IsFinished && !unsettled.IsDoubtful(recorded.Id))
            return true;
        return folder.Read(recorded.Id, out _) is { } stored ? stored.Stamp == recorded : !folder.Holds(recorded.Id);
    }

    /// <summary>Whether a draft that arrived has the bytes of a stored video.</summary>
    public bool HasSameBytes(Video stored, IVideoDraft draft)
    {
        if (stored.SizeBytes != draft.SizeBytes)
            return false;
        using var bytes = folder.Open(stored.Id);
        if (bytes is null || bytes.SizeBytes != draft.SizeBytes)
            return false;
        return stored.Sha256 is { } hash ? hash == draft.Sha256 : bytes.HasSameContentAs(draft.Bytes);
    }

    private async Task<LeasedVideo> LeaseAsync(VideoId id, Func<Task<Video?>> findAsync, CancellationToken cancellationToken)
    {
        var lease = await locks.LeaseAsync(id, cancellationToken);
        try
        {
            return new LeasedVideo(lease, await findAsync());
        }
        catch
        {
            lease.Dispose();
            throw;
        }
    }

    private static Video? IfSeen(Video? video, string? scope) => scope is null || video?.Owner == scope ? video : null;
}

/// <param name="Video">As it is while the lease is held; null when there is none of that id.</param>
public sealed record LeasedVideo(VideoLease Lease, Video? Video) : IDisposable
{
    public void Dispose() => Lease.Dispose();
}

/// <param name="File">Null when the video's file is not there.</param>
public sealed record SharedVideo(Video Video, MediaFile? File);
