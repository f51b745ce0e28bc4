namespace Vigint.Application.Usage;

public enum AnalysisStage
{
    /// <summary>The whole clip, cheaply: low resolution, a few frames a second.</summary>
    Screening,

    /// <summary>The whole clip, closely.</summary>
    Confirmation,
}

/// <summary>One question to a model.</summary>
/// <param name="InputTokens">Prompt and clip.</param>
/// <param name="OutputTokens">Answer, and what the model thought before it.</param>
public sealed record ModelUse(string Model, AnalysisStage Stage, long InputTokens, long OutputTokens);
