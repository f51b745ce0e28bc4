using Microsoft.Extensions.Logging;
using Vigint.Application.Analysis;
using Vigint.Application.Videos;
using Vigint.Domain;
using Vigint.Domain.Analysis;

namespace Vigint.Infrastructure.Gemini;

/// <summary>A clip that is sent along with each question, or that lies beside the model: exactly one of the two is set.</summary>
internal sealed class ShownClip(
    string mimeType, VideoBytes? inline, UploadedFile? file, GeminiApi api, GeminiFiles files, GeminiResilience resilience, ModelChoice models,
    GeminiMetrics metrics, ILogger logger) : IShownClip
{
    private const int MostAsks = 2;

    // Soon, for somebody has to change a setting; a caller who waits longer may have missed it.
    private static readonly TimeSpan WaitForAModel = TimeSpan.FromMinutes(1);

    private readonly List<ModelUse> uses = [];

    public IReadOnlyList<ModelUse> Uses => uses;

    public async Task<Observation> AskAsync(AnalysisStage stage, string prompt, CancellationToken cancellationToken)
    {
        try
        {
            foreach (var model in models.For(stage))
            {
                try
                {
                    return await AskAsync(model, stage, prompt, cancellationToken);
                }
                catch (GeminiFailure failure) when (failure.Fault == GeminiFault.NotFound)
                {
                    models.IsGone(model);
                }
            }
        }
        catch (Exception exception) when (resilience.AsRefusal(exception) is { } refusal)
        {
            throw refusal;
        }

        logger.NoModelLeft(stage);
        throw AnalysisRefusals.ModelIsAway(WaitForAModel);
    }

    public async ValueTask DisposeAsync()
    {
        inline?.Dispose();
        if (file is not null)
            await files.RemoveAsync(file.Name!);
    }

    private async Task<Observation> AskAsync(string model, AnalysisStage stage, string prompt, CancellationToken cancellationToken)
    {
        var plan = StagePlan.For(stage);
        var request = RequestFor(plan, prompt);
        for (var asks = 0; asks < MostAsks; asks++)
        {
            var answer = await resilience.RunAsync(
                plan.AttemptMayTake,
                token => metrics.TryAsync(model, stage, () => api.GenerateAsync(model, request, inline, token), cancellationToken),
                cancellationToken);
            if (AnswerReader.UseOf(answer, model, stage) is { } use)
                uses.Add(use);
            if (Read(answer, model, stage) is { } observation)
                return observation;
            logger.DidNotFit(model, stage);
        }

        throw AnalysisRefusals.AnswerDoesNotFit();
    }

    private Observation? Read(GenerateAnswer? answer, string model, AnalysisStage stage)
    {
        try
        {
            var observation = AnswerReader.Read(answer);
            if (observation is null)
                metrics.DidNotFit(model, stage);
            else
                metrics.Answered(model, stage);
            return observation;
        }
        catch (RefusedException)
        {
            metrics.Declined(model, stage);
            throw;
        }
    }

    private GenerateRequest RequestFor(StagePlan plan, string prompt)
    {
        var isPicture = mimeType.StartsWith("image/", StringComparison.Ordinal);
        var clip = new Part(
            inline is null ? null : new InlineData(mimeType, Data: ""),
            file is null ? null : new FileData(mimeType, file.Uri!),
            isPicture ? null : new VideoMetadata(plan.FramesPerSecond));

        // The clip first: models follow a question better that comes after what it is about.
        return new GenerateRequest(
            [new Content("user", [clip, new Part(Text: prompt)])],
            new GenerationConfig("application/json", Verdict.Schema, StagePlan.MostAnswerTokens, plan.MediaResolution));
    }
}
