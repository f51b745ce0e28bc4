using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;

namespace Vigint.Infrastructure.Gemini;

/// <summary>What an answer that is no success means.</summary>
internal static partial class FailureReader
{
    // A withdrawn model is a 404 for most callers, and for some an answer whose sentence alone tells it.
    private static readonly string[] WithdrawnWords = ["no longer", "deprecated", "retired", "withdrawn", "discontinued", "shut down"];

    private const string FileFolder = "/files/";

    public static async Task<GeminiFailure> ReadAsync(HttpResponseMessage answer, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var error = (await GeminiJson.ReadAsync(answer.Content, GeminiJson.Default.ErrorAnswer, cancellationToken))?.Error;
        var reason = WordOf(error?.Status) ?? $"HTTP {(int)answer.StatusCode}";
        return new GeminiFailure(
            IsFileGone(answer, error) ? GeminiFault.FileGone : FaultOf(answer.StatusCode, error),
            reason,
            RetryAfterOf(answer, error, now)
        );
    }

    /// <summary>A word of the host's that may be shown and logged; null for anything else it may say.</summary>
    public static string? WordOf(string? text) => text is not null && Word().IsMatch(text) ? text : null;

    private static GeminiFault FaultOf(HttpStatusCode status, GeminiError? error) =>
        status switch
        {
            HttpStatusCode.TooManyRequests => GeminiFault.Busy,
            HttpStatusCode.NotFound or HttpStatusCode.Gone => GeminiFault.NotFound,
            HttpStatusCode.BadRequest or HttpStatusCode.Forbidden when SaysWithdrawn(error) => GeminiFault.NotFound,
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => GeminiFault.KeyRefused,
            HttpStatusCode.BadRequest when SaysKey(error) => GeminiFault.KeyRefused,
            HttpStatusCode.RequestTimeout => GeminiFault.Away,
            >= HttpStatusCode.BadRequest and < HttpStatusCode.InternalServerError => GeminiFault.Refused,
            _ => GeminiFault.Away,
        };

    // The host does not tell a file that is gone from one that is somebody else's: to it both are a matter of permission.
    private static bool IsFileGone(HttpResponseMessage answer, GeminiError? error) =>
        answer.StatusCode is HttpStatusCode.Forbidden or HttpStatusCode.NotFound
        && (
            error?.Message?.Contains("access the file", StringComparison.OrdinalIgnoreCase) == true
            || (
                answer.StatusCode == HttpStatusCode.NotFound
                && answer.RequestMessage?.RequestUri?.AbsolutePath.Contains(FileFolder, StringComparison.Ordinal) == true
            )
        );

    // A bad key is a 400 like a clip that it cannot read. FAILED_PRECONDITION: no bill paid, or not offered in this country.
    private static bool SaysKey(GeminiError? error) =>
        error?.Status == "FAILED_PRECONDITION"
        || error?.Details?.Any(detail => detail?.Reason?.StartsWith("API_KEY_", StringComparison.Ordinal) == true) == true;

    private static bool SaysWithdrawn(GeminiError? error) =>
        error?.Message is { } message
        && message.Contains("model", StringComparison.OrdinalIgnoreCase)
        && WithdrawnWords.Any(word => message.Contains(word, StringComparison.OrdinalIgnoreCase));

    private static TimeSpan? RetryAfterOf(HttpResponseMessage answer, GeminiError? error, DateTimeOffset now)
    {
        var header = answer.Headers.RetryAfter;
        var wait =
            header?.Delta
            ?? (header?.Date - (answer.Headers.Date ?? now))
            ?? error?.Details?.Select(detail => SecondsOf(detail?.RetryDelay)).FirstOrDefault(one => one is not null);
        return wait > TimeSpan.Zero ? wait : null;
    }

    /// <param name="text">Such as <c>34.07s</c>.</param>
    private static TimeSpan? SecondsOf(string? text) =>
        text is [.. var number, 's']
        && double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds)
        && seconds < int.MaxValue
            ? TimeSpan.FromSeconds(seconds)
            : null;

    [GeneratedRegex("^[A-Z][A-Z_]{0,63}$")]
    private static partial Regex Word();
}
