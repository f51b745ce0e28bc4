using Microsoft.Extensions.Logging;
using Vigint.Application.Common;
using Vigint.Application.Media;
using Vigint.Application.Usage;
using Vigint.Domain;
using Vigint.Domain.Analysis;

namespace Vigint.Application.Analysis;

/// <summary>What was found out about a clip, and how.</summary>
/// <param name="Judgement">Null when no model was asked: see <paramref name="Motion"/>.</param>
/// <param name="Motion">Where there is movement; null when nobody looked for it.</param>
/// <param name="Uses">What models were asked for this call; none for an answer from the cache.</param>
/// <param name="Cost">Of these, in euro.</param>
/// <param name="WasKnown">The answer was there already, or somebody else was asking for it.</param>
public sealed record AnalyzedClip(
    AnalyzerKind Analyzer,
    Judgement? Judgement,
    IReadOnlyList<MotionInterval>? Motion,
    IReadOnlyList<ModelUse> Uses,
    decimal Cost,
    bool WasKnown,
    TimeSpan Took
)
{
    /// <summary>Buffered frames that it was made of; null for a clip that came as one.</summary>
    public ClipFrames? Frames { get; init; }

    /// <summary>The motion gate kept it from the model.</summary>
    public bool IsStill => Analyzer == AnalyzerKind.Model && Judgement is null;

    /// <summary>Null where behaviour was not judged at all.</summary>
    public bool? HasIncident => Judgement?.HasIncident ?? (IsStill ? false : null);
}

/// <summary>Has one clip analysed, wherever it came from: budget, motion gate, cache, and the two stages.</summary>
public sealed class ClipAnalysis(
    AnalysisOptions options,
    IVisionModel model,
    Analyst analyst,
    AnalysisPrompts prompts,
    JudgementCache cache,
    AnalysisBudget budget,
    IFileHasher hasher,
    IVideoProbe probe,
    IMotionDetector motion,
    ShowableClips showable,
    EncoderGate gate,
    TimeProvider clock,
    ILogger<ClipAnalysis> logger
)
{
    // What cameras send in a minute or two, in which movement is looked for within seconds. Few bytes alone may play for hours.
    private const long MostQuickBytes = 32 * 1024 * 1024;
    private static readonly TimeSpan LongestQuick = TimeSpan.FromMinutes(2);

    // For its turn and its search together: a caller waits, and the gate only saves money.
    private static readonly TimeSpan GateMayTake = TimeSpan.FromSeconds(10);

    /// <exception cref="RefusedException">It could not be judged: never a made-up verdict.</exception>
    public async Task<AnalyzedClip> AnalyzeAsync(Caller caller, ClipFile clip, CancellationToken cancellationToken)
    {
        var begun = clock.GetTimestamp();
        var analysed =
            options.Analyzer == AnalyzerKind.Motion
                ? await ReportMotionAsync(caller, clip, cancellationToken)
                : await AskModelAsync(caller, clip, cancellationToken);
        analysed = analysed with { Took = clock.GetElapsedTime(begun), Frames = clip.Frames };
        logger.Judged(
            caller.ClientName,
            analysed.IsStill ? "the motion gate" : $"{analysed.Analyzer}",
            analysed.HasIncident,
            analysed.Judgement?.SecondLook,
            analysed.Took.TotalMilliseconds,
            analysed.Cost
        );
        return analysed;
    }

    private async Task<AnalyzedClip> AskModelAsync(Caller caller, ClipFile clip, CancellationToken cancellationToken)
    {
        if (!model.IsConfigured)
            throw AnalysisRefusals.NotConfigured();
        var key = JudgementCache.KeyOf(
            caller.Owner,
            prompts.FingerprintOf(caller.Instructions),
            clip.Hash ?? await hasher.HashAsync(clip.Media, cancellationToken)
        );
        if (cache.Find(key) is { } known)
            return new AnalyzedClip(AnalyzerKind.Model, known, null, [], 0, true, TimeSpan.Zero);
        if (options.HasMotionGate && MayShowStillness(clip) && await IsStillAsync(caller, clip, cancellationToken))
            return new AnalyzedClip(AnalyzerKind.Model, null, [], [], 0, false, TimeSpan.Zero);

        var bill = new Bill();
        var (judgement, wasKnown) = await cache.GetAsync(key, token => JudgeAsync(caller, clip, bill, token), cancellationToken);
        return wasKnown
            ? new AnalyzedClip(AnalyzerKind.Model, judgement, null, [], 0, true, TimeSpan.Zero)
            : new AnalyzedClip(AnalyzerKind.Model, judgement, null, bill.Uses, bill.Cost, false, TimeSpan.Zero);
    }

    // What is in the cache costs nothing, so the budget is asked only here.
    private async Task<Judgement> JudgeAsync(Caller caller, ClipFile clip, Bill bill, CancellationToken cancellationToken)
    {
        using var shown = await showable.OfAsync(caller, clip, cancellationToken);
        using var begun = await budget.BeginAsync(caller, model.UsesOf(shown.File), cancellationToken);
        try
        {
            return await analyst.JudgeAsync(shown.File, caller.Instructions, uses => bill.Uses = uses, cancellationToken);
        }
        finally
        {
            bill.Cost = await budget.SpendAsync(caller, bill.Uses);
        }
    }

    // Where nobody can tell whether something moves, or not soon, the model is asked.
    private async Task<bool> IsStillAsync(Caller caller, ClipFile clip, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(GateMayTake, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            using var turn = await gate.EnterAsync(caller.Owner, UrgencyOf(clip), either.Token);
            return (await FindMotionAsync(clip, either.Token)).Count == 0;
        }
        catch (RefusedException refusal)
        {
            logger.MotionUnknown(refusal.Message);
            return false;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            logger.MotionUnknown($"not found out within {GateMayTake.TotalSeconds} s");
            return false;
        }
    }

    private async Task<AnalyzedClip> ReportMotionAsync(Caller caller, ClipFile clip, CancellationToken cancellationToken)
    {
        if (clip.IsPicture)
            throw AnalysisRefusals.PictureHasNoMotion();
        using var turn = await gate.EnterAsync(caller.Owner, UrgencyOf(clip), cancellationToken);
        return new AnalyzedClip(AnalyzerKind.Motion, null, await FindMotionAsync(clip, cancellationToken), [], 0, false, TimeSpan.Zero);
    }

    private async Task<IReadOnlyList<MotionInterval>> FindMotionAsync(ClipFile clip, CancellationToken cancellationToken) =>
        await motion.FindAsync(clip.Media, await probe.ReadAsync(clip.Media, cancellationToken), cancellationToken);

    // Frames that could not be decoded are not in the clip, and something may have moved in them.
    private static bool MayShowStillness(ClipFile clip) => !clip.IsPicture && clip.Frames is not { Failed: > 0 };

    private static Urgency UrgencyOf(ClipFile clip) =>
        clip.SizeBytes <= MostQuickBytes && clip.Duration <= LongestQuick ? Urgency.Quick : Urgency.Interactive;

    private sealed class Bill
    {
        public IReadOnlyList<ModelUse> Uses { get; set; } = [];

        public decimal Cost { get; set; }
    }
}
