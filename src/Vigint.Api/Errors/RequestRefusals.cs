using Vigint.Domain;

namespace Vigint.Api.Errors;

/// <summary>Every sentence with which a request is refused before any feature looks at it, or because it failed.</summary>
internal static class RequestRefusals
{
    public static RefusedException NotFound() => new(Refusal.NotFound, "not_found", "Not found", "This server has no such address");

    public static RefusedException MethodNotAllowed(string allowed) =>
        new(Refusal.MethodNotAllowed, "method_not_allowed", "Method not allowed", $"This address answers {allowed}");

    public static RefusedException TooSlow() =>
        new(Refusal.TooSlow, "body_too_slow", "The request body came too slowly", "Nothing was stored; send it again");

    public static RefusedException Unreadable() =>
        new(Refusal.Invalid, "request_unreadable", "The request cannot be read", "Nothing was stored; send it again");

    public static RefusedException UnknownEncoding() =>
        new(
            Refusal.UnknownEncoding,
            "content_encoding_unsupported",
            "Content-Encoding cannot be used",
            "Send the body as it is, or packed with gzip and Content-Encoding: gzip (x-gzip is the same)"
        );

    public static RefusedException NotGzip() =>
        new(
            Refusal.Invalid,
            "body_not_gzip",
            "The body is not gzip",
            "Its Content-Encoding says so; it is damaged, ends early, or is not packed at all. Nothing was stored"
        );

    public static RefusedException UnpacksToTooMuch(long limitBytes) =>
        new(Refusal.TooLarge, "body_unpacks_to_too_much", "The body unpacks to too much", "Send it as it is")
        {
            Figures = new Dictionary<string, long> { ["limit_bytes"] = limitBytes },
        };

    public static RefusedException ReplacedSince() =>
        new(
            Refusal.Invalid,
            "precondition_failed",
            "The video is not the one that was asked for",
            "It was replaced since; ask for it without If-Match and If-Unmodified-Since"
        );

    public static RefusedException OutsideTheVideo() =>
        new(Refusal.Invalid, "range_not_satisfiable", "The range is outside the video", "Its size stands in Content-Range");

    /// <param name="most">That one address may have at once.</param>
    public static RefusedException TooManyConnections(int most, TimeSpan wait) =>
        new(
            Refusal.TooMany,
            "connection_limit_reached",
            "Too many connections at once",
            "Nothing was done; use fewer connections, or try again after the time in Retry-After"
        )
        {
            Figures = new Dictionary<string, long> { ["limit_connections"] = most },
            RetryAfter = wait,
        };

    /// <param name="member">Of the body, or a parameter.</param>
    public static RefusedException UnusableValue(string member) => new(Refusal.Invalid, "value_invalid", $"{member} cannot be used");

    public static RefusedException Unanswerable() => new(Refusal.Invalid, "request_invalid", "The request cannot be answered");

    public static RefusedException Fault() =>
        new(
            Refusal.Fault,
            "internal_error",
            "The server made a mistake",
            "It is in the server's log under the trace_id; trying again later may help"
        );
}
