using Microsoft.Extensions.Logging;
using Vigint.Application.Usage;

namespace Vigint.Infrastructure.Gemini;

/// <summary>
/// Everything the Gemini adapter logs. Event ids 1500–1549; never the key, an address with a secret or a sentence of the host.
/// </summary>
internal static partial class GeminiLog
{
    [LoggerMessage(
        1500,
        LogLevel.Error,
        "Gemini does not let the key in ({Reason}); nothing is analysed until GOOGLE_API_KEY is put right"
    )]
    public static partial void KeyRefused(this ILogger logger, string reason);

    [LoggerMessage(1501, LogLevel.Warning, "Gemini was asked in vain: {Reason}")]
    public static partial void AskedInVain(this ILogger logger, string reason);

    [LoggerMessage(1502, LogLevel.Warning, "Gemini failed repeatedly; it is not asked for {Seconds} s")]
    public static partial void NotAskedForAWhile(this ILogger logger, double seconds);

    [LoggerMessage(1503, LogLevel.Information, "Gemini answers again")]
    public static partial void AnswersAgain(this ILogger logger);

    [LoggerMessage(
        1504,
        LogLevel.Warning,
        "Model {Model} does not exist (any more); the next of its list is used. Check GEMINI_SCREENING_MODEL and GEMINI_CONFIRMATION_MODEL"
    )]
    public static partial void ModelIsGone(this ILogger logger, string model);

    [LoggerMessage(
        1505,
        LogLevel.Error,
        "No model for {Stage} exists (any more); check GEMINI_SCREENING_MODEL, GEMINI_CONFIRMATION_MODEL and GEMINI_BASE_URL"
    )]
    public static partial void NoModelLeft(this ILogger logger, AnalysisStage stage);

    [LoggerMessage(1506, LogLevel.Warning, "Model {Model} answered the {Stage} in a form that does not fit")]
    public static partial void DidNotFit(this ILogger logger, string model, AnalysisStage stage);

    [LoggerMessage(1507, LogLevel.Warning, "{File} could not be removed from Gemini ({Reason}); it goes by itself after two days")]
    public static partial void FileStays(this ILogger logger, string file, string reason);

    [LoggerMessage(1508, LogLevel.Warning, "Gemini lost a file that was put there ({Reason}); it is put there once more")]
    public static partial void FileIsGone(this ILogger logger, string reason);
}
