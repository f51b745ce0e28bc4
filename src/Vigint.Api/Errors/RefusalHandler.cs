using Microsoft.AspNetCore.Diagnostics;
using Vigint.Domain;

namespace Vigint.Api.Errors;

/// <summary>Turns what was thrown into an answer; the only place that knows which status a refusal has.</summary>
internal sealed partial class RefusalHandler(ILogger<RefusalHandler> logger) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (httpContext.RequestAborted.IsCancellationRequested)
            return true;

        var refusal = AsRefusal(exception, httpContext);
        await Problem.WriteAsync(httpContext, exception is BadHttpRequestException bad ? bad.StatusCode : StatusOf(refusal), refusal);
        return true;
    }

    /// <exception cref="ArgumentOutOfRangeException">A refusal that has no status yet.</exception>
    public static int StatusOf(Refusal refusal) =>
        refusal switch
        {
            Refusal.Invalid => StatusCodes.Status400BadRequest,
            Refusal.KeyMissing or Refusal.KeyWrong => StatusCodes.Status401Unauthorized,
            Refusal.Forbidden => StatusCodes.Status403Forbidden,
            Refusal.NotFound => StatusCodes.Status404NotFound,
            Refusal.MethodNotAllowed => StatusCodes.Status405MethodNotAllowed,
            Refusal.TooSlow => StatusCodes.Status408RequestTimeout,
            Refusal.Conflict => StatusCodes.Status409Conflict,
            Refusal.Gone => StatusCodes.Status410Gone,
            Refusal.TooLarge => StatusCodes.Status413PayloadTooLarge,
            Refusal.NotAVideo or Refusal.UnknownEncoding => StatusCodes.Status415UnsupportedMediaType,
            Refusal.Contradiction or Refusal.TooDemanding => StatusCodes.Status422UnprocessableEntity,
            Refusal.TooMany => StatusCodes.Status429TooManyRequests,
            Refusal.Fault => StatusCodes.Status500InternalServerError,
            Refusal.BadGateway => StatusCodes.Status502BadGateway,
            Refusal.GatewayTimeout => StatusCodes.Status504GatewayTimeout,
            Refusal.Unavailable => StatusCodes.Status503ServiceUnavailable,
            Refusal.NoRoom => StatusCodes.Status507InsufficientStorage,
            _ => throw new ArgumentOutOfRangeException(nameof(refusal), refusal, "has no status"),
        };

    private static int StatusOf(RefusedException refusal) => StatusOf(refusal.Refusal);

    private RefusedException AsRefusal(Exception exception, HttpContext context)
    {
        switch (exception)
        {
            case RefusedException refused:
                return refused;
            case BadHttpRequestException { StatusCode: StatusCodes.Status408RequestTimeout }:
                return RequestRefusals.TooSlow();
            case BadHttpRequestException:
                return RequestRefusals.Unreadable();
            default:
                Failed(logger, exception, context.TraceIdentifier);
                return RequestRefusals.Fault();
        }
    }

    [LoggerMessage(2100, LogLevel.Error, "Request {RequestId} failed")]
    private static partial void Failed(ILogger logger, Exception exception, string requestId);
}
