using Microsoft.Extensions.Logging;
using Vigint.Domain.Alerts;
using Vigint.Domain.Videos;

namespace Vigint.Application.Alerts;

/// <summary>Everything the alert use cases log. Event ids 1700–1749; never what was seen, or a link.</summary>
internal static partial class AlertLog
{
    [LoggerMessage(1700, LogLevel.Information, "Alert {AlertId} of {Client} recorded, clip: {HasClip}")]
    public static partial void Recorded(this ILogger logger, AlertId alertId, string client, bool hasClip);

    [LoggerMessage(1701, LogLevel.Information, "{Client} reports the incident of alert {AlertId} again; no second message is sent")]
    public static partial void Repeated(this ILogger logger, string client, AlertId alertId);

    [LoggerMessage(1702, LogLevel.Warning, "Alert {AlertId} of {Client} has the text of an invented incident; it is recorded and not sent")]
    public static partial void Ignored(this ILogger logger, AlertId alertId, string client);

    [LoggerMessage(1703, LogLevel.Warning, "ALERT_IGNORE_PATTERN takes too long on a text of {Client}; the alert is sent")]
    public static partial void PatternTooSlow(this ILogger logger, string client);

    [LoggerMessage(1704, LogLevel.Warning, "Alert {AlertId} goes out without its clip: {Reason}")]
    public static partial void WithoutClip(this ILogger logger, AlertId alertId, string reason);

    [LoggerMessage(1705, LogLevel.Error, "The clip of alert {AlertId} failed; it goes out without")]
    public static partial void ClipFailed(this ILogger logger, Exception exception, AlertId alertId);

    [LoggerMessage(
        1706,
        LogLevel.Warning,
        "Video {VideoId}, stored for an alert that had been reported before, cannot be removed; it ends by itself"
    )]
    public static partial void ClipStays(this ILogger logger, Exception exception, VideoId videoId);

    [LoggerMessage(1707, LogLevel.Warning, "Alert {AlertId} goes out without a still: {Reason}")]
    public static partial void WithoutStill(this ILogger logger, AlertId alertId, string reason);

    [LoggerMessage(1708, LogLevel.Error, "The still of alert {AlertId} failed; it goes out without")]
    public static partial void StillFailed(this ILogger logger, Exception exception, AlertId alertId);

    [LoggerMessage(1709, LogLevel.Warning, "The link of video {VideoId}, which an alert names, cannot be extended; it ends as it did")]
    public static partial void LinkNotKept(this ILogger logger, Exception exception, VideoId videoId);

    [LoggerMessage(1710, LogLevel.Information, "Alert {AlertId} handed over by {Channel}, attempt {Attempt}, {Milliseconds:0} ms")]
    public static partial void HandedOver(this ILogger logger, AlertId alertId, ChannelKind channel, int attempt, double milliseconds);

    [LoggerMessage(1711, LogLevel.Warning, "Alert {AlertId} not handed over by {Channel}; it is tried again: {Reason}")]
    public static partial void NotHandedOver(this ILogger logger, AlertId alertId, ChannelKind channel, string reason);

    [LoggerMessage(
        1712,
        LogLevel.Error,
        "Alert {AlertId} is not delivered by {Channel} and not tried again, after {Attempt} attempts: {Reason}"
    )]
    public static partial void GivenUp(this ILogger logger, AlertId alertId, ChannelKind channel, int attempt, string reason);

    [LoggerMessage(1713, LogLevel.Error, "Handing over alert {AlertId} by {Channel} failed")]
    public static partial void Faulted(this ILogger logger, Exception exception, AlertId alertId, ChannelKind channel);

    [LoggerMessage(1714, LogLevel.Warning, "How alert {AlertId} fared by {Channel} cannot be recorded yet: {Reason}")]
    public static partial void RecordWaits(this ILogger logger, AlertId alertId, ChannelKind channel, string reason);

    [LoggerMessage(1717, LogLevel.Warning, "Video {VideoId} was stored for an alert that could not be recorded; it is removed")]
    public static partial void ClipOfNoAlert(this ILogger logger, VideoId videoId);

    [LoggerMessage(
        1716,
        LogLevel.Warning,
        "Alert {AlertId} had no turn by {Channel}, and that cannot be recorded; it is tried again when its claim has ended"
    )]
    public static partial void NotPutBack(this ILogger logger, Exception exception, AlertId alertId, ChannelKind channel);

    [LoggerMessage(1715, LogLevel.Error, "How alert {AlertId} fared by {Channel} is not recorded; what was handed over may come twice")]
    public static partial void NotRecorded(this ILogger logger, Exception? exception, AlertId alertId, ChannelKind channel);
}
