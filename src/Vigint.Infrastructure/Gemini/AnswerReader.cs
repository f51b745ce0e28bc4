using Vigint.Application.Analysis;
using Vigint.Application.Usage;
using Vigint.Domain.Analysis;

namespace Vigint.Infrastructure.Gemini;

/// <summary>What an answer of the model amounts to.</summary>
internal static class AnswerReader
{
    private const string CutOff = "MAX_TOKENS";

    // Why a model stops that will stop again for the same clip.
    private static readonly string[] Refusals =
    [
        "SAFETY",
        "RECITATION",
        "LANGUAGE",
        "BLOCKLIST",
        "PROHIBITED_CONTENT",
        "SPII",
        "IMAGE_SAFETY",
    ];

    /// <param name="duration">Of the clip; null where unknown.</param>
    /// <returns>Null when it does not fit: nothing, something else than was asked for, or cut off.</returns>
    /// <exception cref="Domain.RefusedException">The model refuses.</exception>
    public static Observation? Read(GenerateAnswer? answer, TimeSpan? duration)
    {
        if (answer?.PromptFeedback?.BlockReason is { } block)
            throw AnalysisRefusals.ModelRefuses(FailureReader.WordOf(block) ?? "BLOCKED");
        if (answer?.Candidates is not [{ } candidate, ..])
            return null;
        if (Refusals.Contains(candidate.FinishReason))
            throw AnalysisRefusals.ModelRefuses(candidate.FinishReason!);
        if (candidate is not { FinishReason: not CutOff, Content.Parts: { } parts })
            return null;
        return Verdict.Read(string.Concat(parts.Where(part => part is { Thought: false }).Select(part => part.Text)), duration);
    }

    /// <returns>Null when the answer says nothing of it.</returns>
    public static ModelUse? UseOf(GenerateAnswer? answer, string model, AnalysisStage stage) =>
        answer?.UsageMetadata is { } usage
            ? new ModelUse(model, stage, usage.PromptTokenCount, usage.CandidatesTokenCount + usage.ThoughtsTokenCount)
            : null;
}
