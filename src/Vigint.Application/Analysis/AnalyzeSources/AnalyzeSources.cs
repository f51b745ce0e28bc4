using MediatR;
using Microsoft.Extensions.Logging;
using Vigint.Application.Common;
using Vigint.Domain;
using Vigint.Domain.Analysis;

namespace Vigint.Application.Analysis.AnalyzeSources;

/// <summary>Has the buffered frames of several cameras judged, each for itself (contract §5, multi-source).</summary>
/// <param name="SourceIds">Null or none: all that the caller has.</param>
public sealed record AnalyzeSourcesCommand(Caller Caller, IReadOnlyList<string>? SourceIds) : IRequest<AnalyzedSources>;

/// <param name="Sources">In the order of their ids.</param>
public sealed record AnalyzedSources(IReadOnlyList<AnalyzedSource> Sources, DateTimeOffset At);

/// <param name="Analysis">Null when it failed.</param>
/// <param name="Trouble">Why it failed; null when it did not.</param>
public sealed record AnalyzedSource(BufferedSource Source, AnalyzedClip? Analysis, RefusedException? Trouble);

internal sealed class AnalyzeSourcesHandler(
    ClipAnalysis analysis,
    FrameBuffers buffers,
    ClipSources clips,
    TimeProvider clock,
    ILogger<AnalyzeSourcesHandler> logger
) : IRequestHandler<AnalyzeSourcesCommand, AnalyzedSources>
{
    // Each waits for a model most of the time; more would only fill the disk with clips.
    private const int MostAtOnce = 8;

    // What is no single source's fault, the one that tells most first.
    private static readonly Refusal[] RefusalsOfAllSources = [Refusal.TooMany, Refusal.Unavailable, Refusal.GatewayTimeout];

    public async Task<AnalyzedSources> Handle(AnalyzeSourcesCommand request, CancellationToken cancellationToken)
    {
        var wanted = WantedOf(request);
        using var places = new SemaphoreSlim(MostAtOnce, MostAtOnce);
        var analysed = await Task.WhenAll(
            wanted.Select(async source =>
            {
                await places.WaitAsync(cancellationToken);
                try
                {
                    return await AnalyzeAsync(request.Caller, source, cancellationToken);
                }
                finally
                {
                    places.Release();
                }
            })
        );

        // Nothing but errors would look as if there were no incident.
        if (analysed.All(source => source.Analysis is null) && WorstOf(analysed) is { } trouble)
            throw trouble;
        return new AnalyzedSources(analysed, clock.GetUtcNow());
    }

    private static RefusedException? WorstOf(AnalyzedSource[] failed) =>
        RefusalsOfAllSources
            .Select(refusal => failed.FirstOrDefault(source => source.Trouble!.Refusal == refusal)?.Trouble)
            .FirstOrDefault(trouble => trouble is not null);

    private List<BufferedSource> WantedOf(AnalyzeSourcesCommand request)
    {
        if (request.SourceIds is { } named && (named.Count > FrameBuffers.MostSources || named.Any(string.IsNullOrEmpty)))
            throw AnalysisRefusals.UnusableSourceIds(FrameBuffers.MostSources);
        var all = buffers.SourcesOf(request.Caller);
        if (request.SourceIds is not { Count: > 0 } ids)
            return all.Count > 0 ? [.. all] : throw AnalysisRefusals.NoVideo();
        return
        [
            .. ids.Distinct(StringComparer.Ordinal)
                .Select(id => all.FirstOrDefault(source => source.Id == id) ?? new BufferedSource(id, id, 0)),
        ];
    }

    // One that fails does not spoil the others.
    private async Task<AnalyzedSource> AnalyzeAsync(Caller caller, BufferedSource source, CancellationToken cancellationToken)
    {
        try
        {
            using var clip = await clips.TakeSourceAsync(caller, source.Id, cancellationToken) ?? throw AnalysisRefusals.NoFrames();
            return new AnalyzedSource(source, await analysis.AnalyzeAsync(caller, clip.File, cancellationToken), Trouble: null);
        }
        catch (RefusedException refusal)
        {
            return new AnalyzedSource(source, null, refusal);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            logger.SourceFailed(exception, caller.ClientName);
            return new AnalyzedSource(source, null, AnalysisRefusals.SourceFailed());
        }
    }
}
