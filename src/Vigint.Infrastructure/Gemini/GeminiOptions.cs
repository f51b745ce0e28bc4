namespace Vigint.Infrastructure.Gemini;

/// <summary>Where the model is and which one is asked (contract §1).</summary>
/// <param name="ApiKey"><c>GOOGLE_API_KEY</c>; null when there is none, and then nothing is ever sent.</param>
/// <param name="BaseAddress"><c>GEMINI_BASE_URL</c>, without a slash at the end.</param>
/// <param name="ScreeningModels"><c>GEMINI_SCREENING_MODEL</c>, in order of preference; at least one.</param>
/// <param name="ConfirmationModels"><c>GEMINI_CONFIRMATION_MODEL</c>, in order of preference; at least one.</param>
public sealed record GeminiOptions(
    string? ApiKey,
    string BaseAddress,
    IReadOnlyList<string> ScreeningModels,
    IReadOnlyList<string> ConfirmationModels
)
{
    public const string UsualBaseAddress = "https://generativelanguage.googleapis.com";
    public const string UsualScreeningModels = "gemini-3.5-flash-lite,gemini-2.5-flash-lite";
    public const string UsualConfirmationModels = "gemini-3.8-flash,gemini-3.5-flash";

    /// <param name="text">Names with commas between them.</param>
    /// <returns>Null when there is none, or one that cannot be part of an address.</returns>
    public static IReadOnlyList<string>? ModelsOf(string text)
    {
        var names = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return names.Length > 0 && names.All(IsModel) ? names : null;
    }

    /// <summary>Whether it can travel in a header: visible ASCII.</summary>
    public static bool IsKey(string text) => text.All(character => character is > ' ' and < '\x7f');

    // The key is nobody's business, not even the log's.
    public override string ToString() => BaseAddress;

    private static bool IsModel(string name) =>
        name.All(character => char.IsAsciiLetterOrDigit(character) || character is '.' or '-' or '_');
}
