using Microsoft.Extensions.Logging;
using Vigint.Application.Usage;
using Vigint.Domain;
using Vigint.Domain.Analysis;

namespace Vigint.Application.Analysis;

/// <summary>
/// Has a clip judged in two stages (contract §5): a cheap look at all of it, and where that reports something a close one.
/// </summary>
public sealed class Analyst(IVisionModel model, AnalysisPrompts prompts, VerdictWords words, TimeProvider clock, ILogger<Analyst> logger)
{
    // Somebody waits who is to hear of what was seen; a long clip is looked at for longer.
    private static readonly TimeSpan SecondLookMayTake = TimeSpan.FromSeconds(90);

    /// <param name="spent">Told what was used, also when it fails.</param>
    /// <exception cref="RefusedException">
    /// The screening could not be made, see <see cref="IShownClip.AskAsync"/>. A confirmation that fails is no reason: the screening
    /// stands.
    /// </exception>
    public async Task<Judgement> JudgeAsync(
        ClipFile clip,
        AnalysisInstructions instructions,
        Action<IReadOnlyList<ModelUse>> spent,
        CancellationToken cancellationToken
    )
    {
        await using var shown = await model.ShowAsync(clip, cancellationToken);
        try
        {
            var screening = await AskAsync(shown, AnalysisStage.Screening, instructions, cancellationToken);
            if (!screening.IncidentDetected)
                return Judgement.Of(screening, confirmation: null);
            return await ConfirmAsync(shown, screening, clip, instructions);
        }
        finally
        {
            spent(shown.Uses);
        }
    }

    private async Task<Observation> AskAsync(
        IShownClip shown,
        AnalysisStage stage,
        AnalysisInstructions instructions,
        CancellationToken cancellationToken
    ) => words.Complete(await shown.AskAsync(stage, prompts.Of(stage, instructions), cancellationToken));

    // Also for a caller who has left: what was seen is known then when the same clip comes again.
    private async Task<Judgement> ConfirmAsync(IShownClip shown, Observation screening, ClipFile clip, AnalysisInstructions instructions)
    {
        using var late = new CancellationTokenSource(SecondLookMayTake + ((clip.Duration ?? TimeSpan.Zero) / 5), clock);
        try
        {
            return Judgement.Of(screening, await AskAsync(shown, AnalysisStage.Confirmation, instructions, late.Token));
        }
        catch (RefusedException refusal)
        {
            // Better a false alarm than a missed incident.
            logger.ConfirmationFailed(refusal.Message);
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested)
        {
            logger.ConfirmationFailed("no answer in time");
        }
        catch (Exception exception)
        {
            logger.ConfirmationFaulted(exception);
        }

        return Judgement.Unconfirmed(screening);
    }
}
