using System.Diagnostics.Metrics;
using Vigint.Application.Common;
using Vigint.Application.Usage;

namespace Vigint.Application.Analysis;

/// <summary>What the analysis use cases count: the models' use and what it costs. Of whom is in the usage, not here.</summary>
public sealed class AnalysisMetrics
{
    private readonly Counter<long> tokens;
    private readonly Counter<double> cost;

    public AnalysisMetrics(IMeterFactory meters)
    {
        var meter = VigintMeter.Of(meters);
        tokens = meter.CreateCounter<long>(
            "vigint.model.tokens",
            "{token}",
            "Tokens that models were given (input) and answered with (output), by model and stage."
        );
        cost = meter.CreateCounter<double>("vigint.model.cost", "{EUR}", "What that cost in euro, by model and stage.");
    }

    /// <param name="euro">Of this use.</param>
    public void Used(ModelUse use, decimal euro)
    {
        var (model, stage) = (ModelOf(use.Model), StageOf(use.Stage));
        tokens.Add(use.InputTokens, model, stage, KeyValuePair.Create<string, object?>("gen_ai.token.type", "input"));
        tokens.Add(use.OutputTokens, model, stage, KeyValuePair.Create<string, object?>("gen_ai.token.type", "output"));
        cost.Add((double)euro, model, stage);
    }

    /// <summary>The label that names a model.</summary>
    /// <param name="model">One of those that the operator configured, so they are few.</param>
    public static KeyValuePair<string, object?> ModelOf(string model) => new("gen_ai.request.model", model);

    /// <summary>The label that names a stage.</summary>
    public static KeyValuePair<string, object?> StageOf(AnalysisStage stage) =>
        new("stage", stage == AnalysisStage.Screening ? "screening" : "confirmation");
}
