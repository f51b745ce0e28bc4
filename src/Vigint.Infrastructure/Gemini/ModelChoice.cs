using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Vigint.Application.Analysis;

namespace Vigint.Infrastructure.Gemini;

/// <summary>Which models are asked, and which of them the host said do not exist (any more).</summary>
internal sealed class ModelChoice(GeminiOptions options, TimeProvider clock, ILogger<ModelChoice> logger)
{
    // Long enough not to ask in vain with every clip; a model that was only mistaken for gone comes back by itself.
    private static readonly TimeSpan RememberedFor = TimeSpan.FromHours(1);

    private readonly ConcurrentDictionary<string, DateTimeOffset> goneUntil = new(StringComparer.Ordinal);

    /// <returns>In order of preference; all of them when all are gone, for there is nothing to lose.</returns>
    public IReadOnlyList<string> For(AnalysisStage stage)
    {
        var models = stage == AnalysisStage.Screening ? options.ScreeningModels : options.ConfirmationModels;
        var now = clock.GetUtcNow();
        string[] there = [.. models.Where(model => !goneUntil.TryGetValue(model, out var until) || until <= now)];
        return there.Length > 0 ? there : models;
    }

    /// <summary>Said of a model that the host does not have; logged the first time.</summary>
    public void IsGone(string model)
    {
        var until = clock.GetUtcNow() + RememberedFor;
        if (goneUntil.TryAdd(model, until))
            logger.ModelIsGone(model);
        else
            goneUntil[model] = until;
    }
}
