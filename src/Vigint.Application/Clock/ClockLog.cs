using Microsoft.Extensions.Logging;

namespace Vigint.Application.Clock;

/// <summary>Everything that is logged about the clock. Event ids 1800–1849.</summary>
public static partial class ClockLog
{
    private const string Held =
        "Nothing is deleted because of its age until the system says that its clock is synchronized, or the operator does "
        + "(vigint storage confirm-clock); a day at most";

    [LoggerMessage(1800, LogLevel.Warning, "The clock was set ahead by {Step}. " + Held)]
    public static partial void SetAhead(this ILogger logger, TimeSpan step);

    [LoggerMessage(1801, LogLevel.Warning, "The clock was set back by {Step}. " + Held)]
    public static partial void SetBack(this ILogger logger, TimeSpan step);

    [LoggerMessage(
        1802,
        LogLevel.Warning,
        "The server was away for {Time}, if its clock is right, and the system does not say that it is synchronized. " + Held
    )]
    public static partial void AwayOrSet(this ILogger logger, TimeSpan time);

    [LoggerMessage(1803, LogLevel.Information, "The clock is believed: {Reason}. What is too old is deleted again")]
    public static partial void Believed(this ILogger logger, string reason);

    [LoggerMessage(
        1804,
        LogLevel.Warning,
        "The time cannot be kept for the next start, which then does not notice when the clock was set; it is tried again"
    )]
    public static partial void NotRecorded(this ILogger logger, Exception exception);

    [LoggerMessage(1805, LogLevel.Error, "What is recorded cannot be adapted to the clock that was set; it is tried again")]
    public static partial void NotTakenUp(this ILogger logger, Exception exception);

    [LoggerMessage(1806, LogLevel.Warning, "The clock is in doubt as before the restart, for {Time} by now. " + Held)]
    public static partial void StillInDoubt(this ILogger logger, TimeSpan time);
}
