using Vigint.Application.Analysis;

namespace Vigint.Infrastructure.Gemini;

/// <summary>
/// How closely a stage looks, which is what it costs. A picture of a video is about 70 tokens at low resolution and up to 280 at
/// the default one, and a second of sound 32: screening takes about 170 tokens for each second of the clip, confirmation up to
/// 1,430. Prices are per million tokens.
/// </summary>
/// <param name="FramesPerSecond">Over the whole length of the clip, so that nothing after the first seconds is missed.</param>
/// <param name="TokensPerPicture">At that resolution, at most.</param>
/// <param name="MediaResolution">Null for the model's default.</param>
/// <param name="AttemptMayTake">Longest time of one attempt; there are up to three.</param>
internal sealed record StagePlan(double FramesPerSecond, int TokensPerPicture, string? MediaResolution, TimeSpan AttemptMayTake)
{
    /// <summary>Tokens of one answer, what the model thinks before it included: a bound on what a model that never ends may cost.</summary>
    public const int MostAnswerTokens = 16_384;

    private const int TokensPerSecondOfSound = 32;

    // What a model takes in; it refuses more, and charges nothing then.
    private const long MostInputTokens = 1_048_576;

    // Of what cameras send; for clips that do not say how long they are.
    private const double BytesPerSecond = 250_000;

    private static readonly StagePlan Screening = new(2, 70, "MEDIA_RESOLUTION_LOW", TimeSpan.FromSeconds(60));
    private static readonly StagePlan Confirmation = new(5, 280, null, TimeSpan.FromSeconds(120));

    public static StagePlan For(AnalysisStage stage) => stage switch
    {
        AnalysisStage.Screening => Screening,
        AnalysisStage.Confirmation => Confirmation,
        _ => throw new ArgumentOutOfRangeException(nameof(stage)),
    };

    /// <summary>About what the model takes in with a clip, in tokens.</summary>
    public long TokensOf(ClipFile clip)
    {
        if (clip.IsPicture)
            return TokensPerPicture;
        var seconds = clip.Duration?.TotalSeconds ?? (clip.SizeBytes / BytesPerSecond);
        return (long)Math.Min(Math.Ceiling(seconds * ((FramesPerSecond * TokensPerPicture) + TokensPerSecondOfSound)), MostInputTokens);
    }
}
