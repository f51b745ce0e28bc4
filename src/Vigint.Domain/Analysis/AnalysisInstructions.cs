namespace Vigint.Domain.Analysis;

/// <summary>What a client adds to the questions that the models are asked.</summary>
/// <param name="WatchFor">What to look for besides the usual; null for nothing.</param>
/// <param name="Normal">What is no incident here; null for nothing.</param>
public sealed record AnalysisInstructions(string? WatchFor, string? Normal)
{
    /// <summary>Characters of each: room for a page, and not for a bill that runs away.</summary>
    public const int Longest = 2000;

    public static AnalysisInstructions None { get; } = new(null, null);

    /// <exception cref="RefusedException"><see cref="Refusal.Invalid"/> when one of them is too long.</exception>
    public static AnalysisInstructions Of(string? watchFor, string? normal) => new(TextOf(watchFor, "watch_for"), TextOf(normal, "normal"));

    private static string? TextOf(string? text, string member)
    {
        var trimmed = text?.Trim();
        if (trimmed?.Length > Longest)
            throw AnalysisRefusals.InstructionsTooLong(member, Longest);
        // What no database keeps is replaced.
        return string.IsNullOrEmpty(trimmed) ? null : trimmed.Replace('\0', '\ufffd');
    }
}
