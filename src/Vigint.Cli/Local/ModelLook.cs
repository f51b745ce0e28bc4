using Microsoft.Extensions.DependencyInjection;
using Vigint.Api.Settings;
using Vigint.Application.Analysis;
using Vigint.Infrastructure.Gemini;

namespace Vigint.Cli.Local;

/// <summary>Whether the model's host takes the key, and has for each stage one of the models that are named. No clip is sent.</summary>
internal static class ModelLook
{
    private const string Name = "model";

    public static async Task<Finding> LookAsync(ServerSettings settings, ServiceProvider parts, CancellationToken cancellationToken)
    {
        if (settings.Analysis.Analyzer == AnalyzerKind.Motion)
            return new Finding(Name, FindingState.Good, "none is used: ANALYZER is motion");
        if (settings.Gemini.ApiKey is null)
            return new Finding(Name, FindingState.Attention, "not configured", "Set GOOGLE_API_KEY, or clips are kept and not judged.");
        try
        {
            var api = parts.GetRequiredService<GeminiApi>();
            var screening = await FirstThereAsync(api, settings.Gemini.ScreeningModels, cancellationToken);
            var confirmation = await FirstThereAsync(api, settings.Gemini.ConfirmationModels, cancellationToken);
            if (screening is null || confirmation is null)
                return new Finding(
                    Name,
                    FindingState.Bad,
                    "the host has none of the models",
                    $"Set {(screening is null ? "GEMINI_SCREENING_MODEL" : "GEMINI_CONFIRMATION_MODEL")} to models that it has."
                );
            return new Finding(Name, FindingState.Good, $"{screening}, then {confirmation}");
        }
        catch (GeminiFailure failure) when (failure.Fault == GeminiFault.KeyRefused)
        {
            return new Finding(
                Name,
                FindingState.Bad,
                $"the key is refused ({failure.Reason})",
                "Check GOOGLE_API_KEY, and that it may use the Gemini API."
            );
        }
        catch (GeminiFailure failure)
        {
            return new Finding(
                Name,
                FindingState.Bad,
                $"{settings.Gemini.BaseAddress} does not answer as it should ({failure.Reason})",
                "Check GEMINI_BASE_URL and the connection to the outside."
            );
        }
    }

    private static async Task<string?> FirstThereAsync(GeminiApi api, IReadOnlyList<string> models, CancellationToken cancellationToken)
    {
        foreach (var model in models)
        {
            try
            {
                await api.RequireModelAsync(model, cancellationToken);
                return model;
            }
            catch (GeminiFailure failure) when (failure.Fault == GeminiFault.NotFound)
            {
                // The server, too, goes on to the next one then.
            }
        }

        return null;
    }
}
