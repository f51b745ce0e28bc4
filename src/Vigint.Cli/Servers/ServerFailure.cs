using System.Net;

namespace Vigint.Cli.Servers;

/// <summary>A server did not do what it was asked.</summary>
/// <param name="sentence">What is wrong and what to do about it.</param>
/// <param name="status">Null when no answer came.</param>
internal sealed class ServerFailure(string sentence, HttpStatusCode? status = null, Exception? cause = null)
    : CommandFailedException(sentence, ExitCodes.NotDone, cause)
{
    public HttpStatusCode? Status { get; } = status;

    /// <summary>How long the server asks to be left alone; null when it does not say.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Whether the same call may work later.</summary>
    public bool MayPass =>
        Status
            is null
                or HttpStatusCode.RequestTimeout
                or HttpStatusCode.TooManyRequests
                or HttpStatusCode.InternalServerError
                or HttpStatusCode.BadGateway
                or HttpStatusCode.ServiceUnavailable
                or HttpStatusCode.GatewayTimeout;

    /// <summary>Whether not even a connection came about.</summary>
    public bool IsUnreachable { get; init; }

    public bool IsKeyRefused { get; init; }

    /// <summary>Whether it would meet every other call as well.</summary>
    public bool IsOfAll => IsUnreachable || IsKeyRefused || Status == HttpStatusCode.InsufficientStorage;
}
