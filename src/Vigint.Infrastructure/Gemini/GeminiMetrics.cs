using System.Diagnostics.Metrics;
using Vigint.Application.Analysis;
using Vigint.Application.Common;
using Vigint.Application.Usage;

namespace Vigint.Infrastructure.Gemini;

/// <summary>What the Gemini adapter counts: every attempt, for each is one that the host saw and may want to be paid for.</summary>
internal sealed class GeminiMetrics
{
    private readonly TimeProvider clock;
    private readonly Counter<long> calls;
    private readonly Histogram<double> durations;

    public GeminiMetrics(IMeterFactory meters, TimeProvider clock)
    {
        this.clock = clock;
        var meter = VigintMeter.Of(meters);
        calls = meter.CreateCounter<long>("vigint.model.calls", "{call}", "Questions put to models, by model, stage and outcome.");
        durations = meter.CreateHistogram(
            "vigint.model.call.duration",
            "s",
            "How long models took over a question, by model and stage.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 60, 120] }
        );
    }

    /// <summary>Makes one attempt, and counts it when it fails; an answer is counted when it has been read.</summary>
    /// <param name="caller">The caller's own token: an attempt that takes too long is cancelled without it.</param>
    public async Task<T> TryAsync<T>(string model, AnalysisStage stage, Func<Task<T>> attempt, CancellationToken caller)
    {
        var begun = clock.GetTimestamp();
        try
        {
            return await attempt();
        }
        catch (Exception exception)
        {
            Count(model, stage, OutcomeOf(exception, caller));
            throw;
        }
        finally
        {
            durations.Record(clock.GetElapsedTime(begun).TotalSeconds, AnalysisMetrics.ModelOf(model), AnalysisMetrics.StageOf(stage));
        }
    }

    public void Answered(string model, AnalysisStage stage) => Count(model, stage, "answered");

    public void DidNotFit(string model, AnalysisStage stage) => Count(model, stage, "did_not_fit");

    public void Declined(string model, AnalysisStage stage) => Count(model, stage, "declined");

    private void Count(string model, AnalysisStage stage, string outcome) =>
        calls.Add(
            1,
            AnalysisMetrics.ModelOf(model),
            AnalysisMetrics.StageOf(stage),
            KeyValuePair.Create<string, object?>("outcome", outcome)
        );

    private static string OutcomeOf(Exception exception, CancellationToken caller) =>
        exception switch
        {
            GeminiFailure { Fault: GeminiFault.Busy } => "busy",
            GeminiFailure { Fault: GeminiFault.Away } => "away",
            GeminiFailure { Fault: GeminiFault.KeyRefused } => "key_refused",
            GeminiFailure { Fault: GeminiFault.NotFound } => "not_found",
            GeminiFailure { Fault: GeminiFault.Refused } => "refused",
            OperationCanceledException => caller.IsCancellationRequested ? "abandoned" : "too_slow",
            _ => "failed",
        };
}
