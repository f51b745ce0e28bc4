using Microsoft.Extensions.Logging;
using Vigint.Domain.Videos;

namespace Vigint.Application.Videos;

/// <summary>Everything the video use cases log. Event ids 1000–1099; never a token, a key or a path.</summary>
public static partial class VideoLog
{
    [LoggerMessage(1000, LogLevel.Information, "Video {VideoId} stored by {Client}: {SizeBytes} bytes, until {Expiration}")]
    public static partial void VideoStored(this ILogger logger, VideoId videoId, string client, long sizeBytes, string expiration);

    [LoggerMessage(1001, LogLevel.Information, "Video {VideoId} came again from {Client} with the same bytes; its link stays")]
    public static partial void UploadRepeated(this ILogger logger, VideoId videoId, string client);

    [LoggerMessage(1002, LogLevel.Information, "Video {VideoId} deleted")]
    public static partial void VideoDeleted(this ILogger logger, VideoId videoId);

    [LoggerMessage(1003, LogLevel.Information, "Link of {VideoId} extended by {Client} until {Expiration}")]
    public static partial void LinkExtended(this ILogger logger, VideoId videoId, string client, string expiration);

    [LoggerMessage(
        1004,
        LogLevel.Warning,
        "The expiration_time that {Client} sent with {VideoId} was used by a video before it, or is one of very many; a link that "
            + "the client makes from it does not open this one"
    )]
    public static partial void ClientLinkRefused(this ILogger logger, VideoId videoId, string client);

    [LoggerMessage(
        1005,
        LogLevel.Information,
        "The record of video {VideoId}, in doubt since the database failed, agrees with the folder again"
    )]
    public static partial void RecordSettled(this ILogger logger, VideoId videoId);

    [LoggerMessage(
        1006,
        LogLevel.Warning,
        "What was made of video {VideoId}, deleted or replaced, cannot be removed; the next start tries again"
    )]
    public static partial void RenditionStays(this ILogger logger, Exception exception, VideoId videoId);

    [LoggerMessage(1010, LogLevel.Information, "Taking in the storage folder: {Found} videos found")]
    public static partial void TakeInStarted(this ILogger logger, int found);

    [LoggerMessage(
        1011,
        LogLevel.Information,
        "Storage folder taken in: {Indexed} videos new or changed, {Skipped} that cannot be used, {Dropped} records without a file"
    )]
    public static partial void TakeInFinished(this ILogger logger, int indexed, int skipped, int dropped);

    [LoggerMessage(1012, LogLevel.Warning, "Video {VideoId} in the storage folder cannot be used and is left as it is: {Why}")]
    public static partial void StoredNameSkipped(this ILogger logger, VideoId videoId, string why);

    [LoggerMessage(
        1017,
        LogLevel.Warning,
        "Video {VideoId} in the storage folder has a JSON file without a video_id that is a text; it is taken in under the name of its file"
    )]
    public static partial void StoredNameWithoutId(this ILogger logger, VideoId videoId);

    [LoggerMessage(1013, LogLevel.Warning, "Video {VideoId} was recorded, but its file is gone; the record is dropped")]
    public static partial void RecordWithoutFile(this ILogger logger, VideoId videoId);

    [LoggerMessage(1015, LogLevel.Warning, "Video {VideoId} in the storage folder was of a client that has been erased; it is deleted")]
    public static partial void ErasedClientsVideo(this ILogger logger, VideoId videoId);

    [LoggerMessage(
        1016,
        LogLevel.Warning,
        "The records of {Dropped} videos were dropped, for their files are not in this storage folder. If another server stores "
            + "videos over the same database, its links do not open until it starts again: give each a database of its own"
    )]
    public static partial void RecordsDropped(this ILogger logger, int dropped);

    [LoggerMessage(1014, LogLevel.Error, "The storage folder could not be taken in; it is tried again")]
    public static partial void TakeInFailed(this ILogger logger, Exception exception);
}
