using Microsoft.Extensions.Logging;
using Vigint.Domain.Videos;

namespace Vigint.Application.Videos.Renditions;

/// <summary>Everything the making of renditions logs. Event ids 1400–1499; never a token, a key or a path.</summary>
public static partial class RenditionLog
{
    [LoggerMessage(1400, LogLevel.Information, "Video {VideoId} plays as it is")]
    public static partial void PlaysAsItIs(this ILogger logger, VideoId videoId);

    [LoggerMessage(1401, LogLevel.Information, "Video {VideoId} gets a playable form, for {Reason}")]
    public static partial void Begun(this ILogger logger, VideoId videoId, string reason);

    [LoggerMessage(1402, LogLevel.Information, "Playable form of video {VideoId}: {Percent} %")]
    public static partial void HasComeTo(this ILogger logger, VideoId videoId, int percent);

    [LoggerMessage(1403, LogLevel.Information, "Playable form of video {VideoId} is ready: {SizeBytes} bytes, after {Seconds} s")]
    public static partial void Ready(this ILogger logger, VideoId videoId, long sizeBytes, int seconds);

    [LoggerMessage(1404, LogLevel.Warning, "Video {VideoId} gets no playable form: {Reason}")]
    public static partial void Failed(this ILogger logger, VideoId videoId, string reason);

    [LoggerMessage(1405, LogLevel.Warning, "The playable form of video {VideoId} has to wait: {Reason}")]
    public static partial void PutOff(this ILogger logger, VideoId videoId, string reason);

    [LoggerMessage(1406, LogLevel.Information, "Video {VideoId} gets no still: {Reason}")]
    public static partial void NoStill(this ILogger logger, VideoId videoId, string reason);

    [LoggerMessage(
        1407,
        LogLevel.Information,
        "Playable forms tidied up: {Removed} without their video removed, {Missing} that are gone are made anew"
    )]
    public static partial void Tidied(this ILogger logger, int removed, int missing);

    [LoggerMessage(1408, LogLevel.Error, "Playable forms cannot be made; it is tried again")]
    public static partial void CannotGoOn(this ILogger logger, Exception exception);

    [LoggerMessage(1409, LogLevel.Warning, "Playable forms wait: {Reason}")]
    public static partial void Waits(this ILogger logger, string reason);

    [LoggerMessage(1410, LogLevel.Information, "Playable forms are made again")]
    public static partial void GoesOn(this ILogger logger);

    [LoggerMessage(1411, LogLevel.Information, "Video {VideoId} was not looked through for damage: {Reason}")]
    public static partial void NotLookedThrough(this ILogger logger, VideoId videoId, string reason);
}
