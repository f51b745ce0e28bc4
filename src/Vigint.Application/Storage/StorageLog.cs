using Microsoft.Extensions.Logging;
using Vigint.Domain.Videos;

namespace Vigint.Application.Storage;

/// <summary>Everything the storage use cases log. Event ids 1100–1199.</summary>
public static partial class StorageLog
{
    [LoggerMessage(
        1100,
        LogLevel.Information,
        "Clean-up ({Kind}) by {Client}: {Cleaned} deleted, {Failed} failed, {FreedBytes} bytes freed"
    )]
    public static partial void CleanedUp(this ILogger logger, string kind, string client, int cleaned, int failed, long freedBytes);

    [LoggerMessage(1101, LogLevel.Warning, "Video {VideoId} cannot be deleted; it is tried again at every sweep")]
    public static partial void CannotDelete(this ILogger logger, Exception exception, VideoId videoId);

    [LoggerMessage(1102, LogLevel.Warning, "Temporary file {Name} cannot be deleted")]
    public static partial void CannotDeleteTemporary(this ILogger logger, Exception exception, string name);

    [LoggerMessage(1103, LogLevel.Error, "The sweep of expired videos failed; it is tried again")]
    public static partial void SweepFailed(this ILogger logger, Exception exception);

    [LoggerMessage(1104, LogLevel.Information, "The sweep of expired videos works again")]
    public static partial void SweepWorksAgain(this ILogger logger);

    [LoggerMessage(1105, LogLevel.Warning, "The sweep of expired videos waits: {Reason}")]
    public static partial void SweepRefused(this ILogger logger, string reason);

    [LoggerMessage(1106, LogLevel.Error, "How full the storage is cannot be found out for the metrics; it is tried again every minute")]
    public static partial void CannotMeasure(this ILogger logger, Exception exception);
}
