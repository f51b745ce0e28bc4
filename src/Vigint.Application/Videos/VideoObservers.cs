using Microsoft.Extensions.Logging;
using Vigint.Application.Audit;
using Vigint.Application.Common;
using Vigint.Application.Storage;
using Vigint.Domain.Videos;

namespace Vigint.Application.Videos;

/// <summary>Keeps the sum of what is stored up to date.</summary>
internal sealed class RoomObserver(StorageRoom room) : IVideoObserver
{
    public void Stored(Video video, Video? before, Caller by) => room.StoredChangedBy(video.SizeBytes - (before?.SizeBytes ?? 0));

    public long Removed(VideoStamp video, Removal removal)
    {
        room.StoredChangedBy(-video.SizeBytes);
        return 0;
    }
}

/// <summary>Notes in the audit and in the log what happens to videos.</summary>
internal sealed class AuditObserver(AuditTrail audit, ILogger<AuditObserver> logger) : IVideoObserver
{
    public void Stored(Video video, Video? before, Caller by)
    {
        audit.Note(AuditAction.Uploaded, video.Id, video.Owner, by);
        logger.VideoStored(video.Id, by.ClientName, video.SizeBytes, video.Expiration.Text);
    }

    public Task RepeatedAsync(Video video, Caller by, CancellationToken cancellationToken)
    {
        audit.Note(AuditAction.Uploaded, video.Id, video.Owner, by);
        logger.UploadRepeated(video.Id, by.ClientName);
        return Task.CompletedTask;
    }

    public void Extended(Video video, Caller by)
    {
        audit.Note(AuditAction.Extended, video.Id, video.Owner, by);
        logger.LinkExtended(video.Id, by.ClientName, video.Expiration.Text);
    }

    public void Settled(VideoId id, Video? stored) => logger.RecordSettled(id);

    public long Removed(VideoStamp video, Removal removal)
    {
        if (removal.Why is { } why)
            audit.NoteGone(why, video.Key, video.Owner, removal.By);
        logger.VideoDeleted(video.Id);
        return 0;
    }
}

/// <summary>Counts uploads.</summary>
internal sealed class UploadCounter(VideoMetrics metrics) : IVideoObserver
{
    public void Stored(Video video, Video? before, Caller by) => metrics.Stored(video.SizeBytes);

    public Task RepeatedAsync(Video video, Caller by, CancellationToken cancellationToken)
    {
        metrics.Repeated(video.SizeBytes);
        return Task.CompletedTask;
    }
}
