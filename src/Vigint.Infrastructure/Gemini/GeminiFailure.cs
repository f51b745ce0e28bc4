namespace Vigint.Infrastructure.Gemini;

internal enum GeminiFault
{
    /// <summary>More is asked than it allows (429); trying again later helps.</summary>
    Busy,

    /// <summary>No connection, a broken one, or an answer that says it has trouble (5xx).</summary>
    Away,

    /// <summary>The key, or the account behind it, is not let in.</summary>
    KeyRefused,

    /// <summary>There is no such model (any more).</summary>
    NotFound,

    /// <summary>There is no such file (any more).</summary>
    FileGone,

    /// <summary>It does not want what was sent; trying again does not help.</summary>
    Refused,
}

/// <summary>The host did not do what it was asked.</summary>
/// <param name="reason">Its own word for it, such as <c>RESOURCE_EXHAUSTED</c>; never its sentences, which may hold the key.</param>
/// <param name="retryAfter">When it says trying again may help; null when it does not say.</param>
internal sealed class GeminiFailure(GeminiFault fault, string reason, TimeSpan? retryAfter = null, Exception? inner = null)
    : Exception(reason, inner)
{
    public GeminiFault Fault { get; } = fault;

    public string Reason => Message;

    public TimeSpan? RetryAfter { get; } = retryAfter;

    /// <summary>There was a connection, and it ended without an answer: what was asked over it may have been done.</summary>
    public bool IsUnheard =>
        InnerException
            is HttpRequestException
            {
                HttpRequestError: not (
                    HttpRequestError.NameResolutionError
                    or HttpRequestError.ConnectionError
                    or HttpRequestError.SecureConnectionError
                    or HttpRequestError.ProxyTunnelError
                ),
            };
}
