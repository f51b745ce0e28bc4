namespace Vigint.Api.Http;

/// <summary>
/// Gives every request an id: the caller's own <c>X-Request-Id</c> when it is harmless, else a new one; both ways in the answer, the log
/// and errors.
/// </summary>
internal static class RequestId
{
    public const string Header = "X-Request-Id";

    private const int Longest = 128;

    public static IApplicationBuilder UseRequestId(this IApplicationBuilder app) =>
        app.Use(
            static (context, next) =>
            {
                var given = context.Request.Headers[Header].ToString();
                if (IsHarmless(given))
                    context.TraceIdentifier = given;

                // At the start of the answer, for an error on the way clears the headers.
                context.Response.OnStarting(
                    static state =>
                    {
                        var started = (HttpContext)state;
                        started.Response.Headers[Header] = started.TraceIdentifier;
                        return Task.CompletedTask;
                    },
                    context
                );
                return next(context);
            }
        );

    private static bool IsHarmless(string id) =>
        id.Length is > 0 and <= Longest && id.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or ':');
}
