using Microsoft.Extensions.Logging;
using Vigint.Domain;
using Vigint.Domain.Analysis;

namespace Vigint.Application.Analysis;

/// <summary>Has a clip judged in two stages (contract §5): a cheap look at all of it, and where that reports something a close one.</summary>
public sealed class Analyst(IVisionModel model, AnalysisPrompts prompts, ILogger<Analyst> logger)
{
    /// <param name="spent">Told what was used, also when it fails.</param>
    /// <exception cref="RefusedException">
    /// The screening could not be made, see <see cref="IShownClip.AskAsync"/>. A confirmation that fails is no reason: the screening stands.
    /// </exception>
    public async Task<Judgement> JudgeAsync(
        ClipFile clip, AnalysisInstructions instructions, Action<IReadOnlyList<ModelUse>> spent, CancellationToken cancellationToken)
    {
        await using var shown = await model.ShowAsync(clip, cancellationToken);
        try
        {
            var screening = await shown.AskAsync(AnalysisStage.Screening, prompts.Of(AnalysisStage.Screening, instructions), cancellationToken);
            if (!screening.IncidentDetected)
                return Judgement.Of(screening, confirmation: null);
            return await ConfirmAsync(shown, screening, instructions, cancellationToken);
        }
        finally
        {
            spent(shown.Uses);
        }
    }

    private async Task<Judgement> ConfirmAsync(
        IShownClip shown, Observation screening, AnalysisInstructions instructions, CancellationToken cancellationToken)
    {
        try
        {
            return Judgement.Of(screening, await shown.AskAsync(AnalysisStage.Confirmation, prompts.Of(AnalysisStage.Confirmation, instructions), cancellationToken));
        }
        catch (RefusedException refusal)
        {
            // Better a false alarm than a missed incident.
            logger.ConfirmationFailed(refusal.Message);
            return Judgement.Unconfirmed(screening);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            logger.ConfirmationFaulted(exception);
            return Judgement.Unconfirmed(screening);
        }
    }
}
