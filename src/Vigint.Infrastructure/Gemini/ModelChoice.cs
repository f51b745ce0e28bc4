using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Vigint.Application.Common;
using Vigint.Application.Usage;

namespace Vigint.Infrastructure.Gemini;

/// <summary>Which models are asked, and which of them the host said do not exist (any more).</summary>
internal sealed class ModelChoice(GeminiOptions options, TimeProvider clock, ILogger<ModelChoice> logger)
{
    // Long enough not to ask in vain with every clip; a model that was only mistaken for gone comes back by itself.
    private static readonly TimeSpan RememberedFor = TimeSpan.FromHours(1);

    private readonly ConcurrentDictionary<string, DateTimeOffset> goneUntil = new(StringComparer.Ordinal);

    /// <returns>In order of preference; all of them when all are gone, because there is nothing to lose.</returns>
    public IReadOnlyList<string> For(AnalysisStage stage)
    {
        string[] there = [.. ModelsOf(stage).Where(model => !IsKnownToBeGone(model))];
        return there.Length > 0 ? there : ModelsOf(stage);
    }

    /// <summary>In a few words what is wrong with the models; null while each stage has one, as far as was noticed.</summary>
    public string? Trouble => Enum.GetValues<AnalysisStage>().All(HasModel) ? null : "no model left";

    /// <summary>Said of a model that answers.</summary>
    public void IsThere(string model) => goneUntil.TryRemove(model, out _);

    /// <summary>Said of a model that the host does not have; logged the first time.</summary>
    public void IsGone(string model)
    {
        var until = clock.GetSteadyNow() + RememberedFor;
        if (goneUntil.TryAdd(model, until))
            logger.ModelIsGone(model);
        else
            goneUntil[model] = until;
    }

    private IReadOnlyList<string> ModelsOf(AnalysisStage stage) =>
        stage == AnalysisStage.Screening ? options.ScreeningModels : options.ConfirmationModels;

    private bool HasModel(AnalysisStage stage) => !ModelsOf(stage).All(IsKnownToBeGone);

    private bool IsKnownToBeGone(string model) => goneUntil.TryGetValue(model, out var until) && until > clock.GetSteadyNow();
}
