using Microsoft.Extensions.Logging;

namespace Vigint.Infrastructure.Mails;

/// <summary>Everything the mail adapters log. Event ids 1750–1799; never an address, a password or what a mail says.</summary>
internal static partial class MailLog
{
    [LoggerMessage(1750, LogLevel.Error, "No mail goes out: {Trouble}")]
    public static partial void DoesNotGoOut(this ILogger logger, string trouble);

    [LoggerMessage(1751, LogLevel.Information, "Mail goes out again")]
    public static partial void GoesOutAgain(this ILogger logger);

    [LoggerMessage(1752, LogLevel.Information, "{Count} old mails were removed from the outbox folder")]
    public static partial void OldMailsRemoved(this ILogger logger, int count);

    [LoggerMessage(1753, LogLevel.Warning, "Old mails cannot be removed from the outbox folder")]
    public static partial void OldMailsStay(this ILogger logger, Exception exception);

    [LoggerMessage(1754, LogLevel.Warning, "A mail in the outbox folder cannot be removed for a client that is being erased")]
    public static partial void MailStays(this ILogger logger, Exception exception);
}
