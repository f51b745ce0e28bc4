using System.Diagnostics;
using Vigint.Api.Keys;

namespace Vigint.Api.Http;

/// <summary>One line per request. The route and not the address: addresses hold tokens.</summary>
internal static partial class RequestLog
{
    private static readonly object CallerLeftItem = new();

    /// <summary>Notes that the answer was begun and could not be finished, for its status cannot say so any more.</summary>
    public static void MarkCallerLeft(this HttpContext context) => context.Items[CallerLeftItem] = true;

    /// <summary>The status that was sent, or 499 when the caller left before the whole answer was.</summary>
    public static int AnsweredStatus(this HttpContext context)
    {
        // A caller that has all bytes may leave; the answer is complete.
        var hasLeft =
            context.Items.ContainsKey(CallerLeftItem) || (context.RequestAborted.IsCancellationRequested && !context.Response.HasStarted);
        return hasLeft ? StatusCodes.Status499ClientClosedRequest : context.Response.StatusCode;
    }

    public static IApplicationBuilder UseRequestLog(this IApplicationBuilder app)
    {
        var logger = app.ApplicationServices.GetRequiredService<ILoggerFactory>().CreateLogger("Vigint.Requests");
        return app.Use(
            async (context, next) =>
            {
                var start = Stopwatch.GetTimestamp();
                try
                {
                    await next(context);
                }
                finally
                {
                    if (logger.IsEnabled(LogLevel.Information))
                        Write(logger, context, Stopwatch.GetElapsedTime(start));
                }
            }
        );
    }

    private static void Write(ILogger logger, HttpContext context, TimeSpan elapsed) =>
        RequestEnded(
            logger,
            context.TraceIdentifier,
            context.Request.Method,
            context.Route(),
            context.AnsweredStatus(),
            elapsed.TotalMilliseconds,
            context.CallerOrNull()?.ClientName ?? "-"
        );

    [LoggerMessage(2000, LogLevel.Information, "{RequestId} {Method} {Route} {Status} {Milliseconds:0.0} ms {Client}")]
    private static partial void RequestEnded(
        ILogger logger,
        string requestId,
        string method,
        string route,
        int status,
        double milliseconds,
        string client
    );
}
