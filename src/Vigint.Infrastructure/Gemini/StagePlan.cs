using Vigint.Application.Analysis;
using Vigint.Application.Usage;
using Vigint.Domain;
using Vigint.Domain.Analysis;

namespace Vigint.Infrastructure.Gemini;

/// <summary>
/// How closely a stage looks, which is what it costs. A picture of a video is about 70 tokens at low resolution and up to 280 at
/// the default one, and a second of sound 32: screening takes about 170 tokens for each second of the clip, confirmation up to
/// 1,430. Prices are per million tokens. A model takes in about a million: a longer clip is looked at less closely, over its whole
/// length, down to one small picture a second.
/// </summary>
/// <param name="FramesPerSecond">Over the whole length of the clip, so that nothing after the first seconds is missed.</param>
/// <param name="TokensPerPicture">At that resolution, at most.</param>
/// <param name="MediaResolution">Null for the model's default.</param>
internal sealed record StagePlan(double FramesPerSecond, int TokensPerPicture, string? MediaResolution)
{
    /// <summary>Tokens of one answer, what the model thinks before it included: a bound on what a model that never ends may cost.</summary>
    public const int MostAnswerTokens = 16_384;

    /// <summary>Tokens of an answer of some sentences, and what the model thinks before it.</summary>
    public const int UsualAnswerTokens = 2_000;

    private const int TokensPerSecondOfSound = 32;

    // What a model takes in, 1,048,576, less what the question may have.
    private const long MostClipTokens = 1_000_000;

    // Of what cameras send; for clips that do not say how long they are.
    private const double BytesPerSecond = 250_000;

    private const string Low = "MEDIA_RESOLUTION_LOW";

    private static readonly TimeSpan AnswerMayTake = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan FirstAnswerMayTake = TimeSpan.FromSeconds(100);
    private static readonly StagePlan Coarsest = new(1, 70, Low);
    private static readonly StagePlan[] Screening = [new(2, 70, Low), Coarsest];
    private static readonly StagePlan[] Confirmation = [new(5, 280, null), new(2, 280, null), new(5, 70, Low), new(2, 70, Low), Coarsest];

    /// <summary>The closest look at all of a clip that a model takes in.</summary>
    /// <exception cref="RefusedException">
    /// <see cref="Refusal.TooDemanding"/>: there is none; it would miss too much between two pictures.
    /// </exception>
    public static StagePlan For(AnalysisStage stage, ClipFile clip)
    {
        var plans = stage switch
        {
            AnalysisStage.Screening => Screening,
            AnalysisStage.Confirmation => Confirmation,
            _ => throw new ArgumentOutOfRangeException(nameof(stage)),
        };
        return Array.Find(plans, plan => plan.TokensOf(clip) <= MostClipTokens)
            ?? throw AnalysisRefusals.ClipTooLong(TimeSpan.FromSeconds(MostClipTokens / Coarsest.TokensPerSecond));
    }

    private double TokensPerSecond => (FramesPerSecond * TokensPerPicture) + TokensPerSecondOfSound;

    /// <summary>About what the model takes in with a clip, in tokens.</summary>
    public long TokensOf(ClipFile clip) => clip.IsPicture ? TokensPerPicture : (long)Math.Ceiling(SecondsOf(clip) * TokensPerSecond);

    /// <summary>Longest time of one attempt; there are up to three. A model looks at a long clip for longer.</summary>
    /// <param name="sentBytes">What goes along with the question.</param>
    public static TimeSpan AttemptMayTake(ClipFile clip, long sentBytes) => AnswerMayTake + ClipMayTake(clip, sentBytes);

    /// <summary>Longest time of the first look with all its attempts, for a caller waits for it.</summary>
    /// <param name="sentBytes">What it takes to show the clip once: with the question, or beside the model.</param>
    public static TimeSpan FirstLookMayTake(ClipFile clip, long sentBytes) => FirstAnswerMayTake + ClipMayTake(clip, sentBytes);

    private static TimeSpan ClipMayTake(ClipFile clip, long sentBytes) =>
        TimeSpan.FromSeconds(clip.IsPicture ? 0 : SecondsOf(clip) / 10) + Uplink.MayTake(sentBytes);

    private static double SecondsOf(ClipFile clip) => clip.Duration?.TotalSeconds ?? (clip.SizeBytes / BytesPerSecond);
}
