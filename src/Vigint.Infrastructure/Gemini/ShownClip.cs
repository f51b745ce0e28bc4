using System.Buffers.Text;
using Microsoft.Extensions.Logging;
using Vigint.Application.Analysis;
using Vigint.Application.Media;
using Vigint.Application.Usage;
using Vigint.Domain;
using Vigint.Domain.Analysis;
using Vigint.Infrastructure.Disk;

namespace Vigint.Infrastructure.Gemini;

/// <summary>A clip that is sent along with each question, or that lies beside the model: exactly one of the two is set.</summary>
/// <param name="firstLook">For all that the first stage does, from the moment the clip was to be shown.</param>
internal sealed class ShownClip(
    ClipFile clip,
    string mimeType,
    VideoBytes? inline,
    UploadedFile? file,
    Deadline firstLook,
    GeminiApi api,
    GeminiFiles files,
    GeminiResilience resilience,
    ModelChoice models,
    GeminiMetrics metrics,
    ILogger logger
) : IShownClip
{
    private const int MostAsks = 2;

    // Soon, because somebody has to change a setting; a caller who waits longer may have missed it.
    private static readonly TimeSpan WaitForAModel = TimeSpan.FromMinutes(1);

    private readonly List<ModelUse> uses = [];
    private UploadedFile? file = file;
    private bool isPutAgain;

    public IReadOnlyList<ModelUse> Uses => uses;

    /// <summary>What goes along with a question: Base64.</summary>
    public static long SentBytesOf(VideoBytes inline) => Base64.GetMaxEncodedToUtf8Length((int)inline.SizeBytes);

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
        for (var asks = 0; asks < MostAsks; asks++)
        {
            var answer = await GenerateAsync(model, stage, prompt, cancellationToken);
            models.IsThere(model);
            uses.Add(AnswerReader.UseOf(answer, model, stage) ?? EstimateOf(model, stage));
            if (Read(answer, model, stage) is { } observation)
                return observation;
            logger.DidNotFit(model, stage);
        }

        throw AnalysisRefusals.AnswerDoesNotFit();
    }

    // A file that the host has lost is put there once more, not for each question.
    private async Task<GenerateAnswer?> GenerateAsync(string model, AnalysisStage stage, string prompt, CancellationToken cancellationToken)
    {
        try
        {
            return await AttemptAsync(model, stage, prompt, cancellationToken);
        }
        catch (GeminiFailure failure) when (failure.Fault == GeminiFault.FileGone && file is not null && !isPutAgain)
        {
            isPutAgain = true;
            logger.FileIsGone(failure.Reason);

            // It may only be out of reach, and nobody else would remove it.
            await files.RemoveAsync(file.Name!);
            file = null;
            file = await PutAgainAsync(stage, cancellationToken);
            return await AttemptAsync(model, stage, prompt, cancellationToken);
        }
    }

    // What is not found then is no model.
    private async Task<UploadedFile> PutAgainAsync(AnalysisStage stage, CancellationToken cancellationToken)
    {
        using var bytes = DiskVideoBytes.Open(clip.Media.Path);
        try
        {
            return await files.PutAsync(bytes, mimeType, DeadlineOf(stage), cancellationToken);
        }
        catch (GeminiFailure failure) when (failure.Fault == GeminiFault.NotFound)
        {
            throw AnalysisRefusals.ModelLostTheClip();
        }
    }

    private Task<GenerateAnswer?> AttemptAsync(string model, AnalysisStage stage, string prompt, CancellationToken cancellationToken)
    {
        var request = RequestFor(StagePlan.For(stage, clip), prompt);
        var mayTake = StagePlan.AttemptMayTake(clip, sentBytes: inline is null ? 0 : SentBytesOf(inline));
        return resilience.AskAsync(
            clip.SizeBytes,
            mayTake,
            DeadlineOf(stage),
            async attempt =>
            {
                var isSent = false;
                try
                {
                    return await metrics.TryAsync(
                        model,
                        stage,
                        () => api.GenerateAsync(model, request, inline, () => isSent = true, attempt),
                        cancellationToken
                    );
                }
                catch (Exception exception) when (isSent && (exception is OperationCanceledException or GeminiFailure { IsUnheard: true }))
                {
                    // The model was at work, which costs although nobody heard the answer: it was too late, or its caller or the connection
                    // gone.
                    uses.Add(EstimateOf(model, stage));
                    throw;
                }
            },
            cancellationToken
        );
    }

    // Who asks for the second look limits it.
    private Deadline? DeadlineOf(AnalysisStage stage) => stage == AnalysisStage.Screening ? firstLook : null;

    private ModelUse EstimateOf(string model, AnalysisStage stage) =>
        new(model, stage, StagePlan.For(stage, clip).TokensOf(clip), OutputTokens: 0);

    private Observation? Read(GenerateAnswer? answer, string model, AnalysisStage stage)
    {
        try
        {
            var observation = AnswerReader.Read(answer, clip.Duration);
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
        var shown = new Part(
            inline is null ? null : new InlineData(mimeType, Data: ""),
            file is null ? null : new FileData(mimeType, file.Uri!),
            clip.IsPicture ? null : new VideoMetadata(plan.FramesPerSecond)
        );

        // The clip first: models follow a question better that comes after what it is about.
        return new GenerateRequest(
            [new Content("user", [shown, new Part(Text: prompt)])],
            new GenerationConfig("application/json", Verdict.Schema, StagePlan.MostAnswerTokens, plan.MediaResolution)
        );
    }
}
