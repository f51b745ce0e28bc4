using ZLogger;

namespace Vigint.Api.Logging;

/// <summary>How lines of the log are written.</summary>
internal enum LogFormat
{
    /// <summary>For people.</summary>
    Text,

    /// <summary>One object per line, for log collectors.</summary>
    Json,
}

/// <summary>The server's log, on its standard output.</summary>
internal static class ConsoleLog
{
    public static void Use(ILoggingBuilder logging, LogFormat format)
    {
        logging.ClearProviders();
        logging.AddZLoggerConsole(console =>
        {
            console.BackgroundBufferCapacity = 10_000;
            console.FullMode = BackgroundBufferFullMode.Block;
            if (format == LogFormat.Json)
                console.UseFormatter(static () => new JsonLogFormatter());
            else
                console.UsePlainTextFormatter(WriteText);
        });

        logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);

        // Below Warning the framework writes addresses and arguments, tokens included: whatever an operator's settings ask for, never.
        logging.Services.PostConfigure<LoggerFilterOptions>(static options =>
        {
            var tooTalkative = options
                .Rules.Where(rule =>
                    rule.CategoryName?.StartsWith("Microsoft.AspNetCore", StringComparison.OrdinalIgnoreCase) == true
                    && rule.LogLevel < LogLevel.Warning
                )
                .ToList();
            foreach (var rule in tooTalkative)
            {
                options.Rules.Remove(rule);
                options.Rules.Add(new LoggerFilterRule(rule.ProviderName, rule.CategoryName, LogLevel.Warning, rule.Filter));
            }
        });

        logging.AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Warning);

        // It would say with every question what the answer says; the checks log what changes.
        logging.AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.None);
    }

    private static void WriteText(ZLogger.Formatters.PlainTextZLoggerFormatter text)
    {
        text.SetPrefixFormatter(
            $"{0:utc-longdate} {1:short} {2}: ",
            static (in MessageTemplate template, in LogInfo info) => template.Format(info.Timestamp, info.LogLevel, info.Category)
        );
        text.SetExceptionFormatter(static (writer, exception) => Utf8StringInterpolation.Utf8String.Format(writer, $" {exception}"));
    }
}
