using Vigint.Infrastructure.Health;

namespace Vigint.Infrastructure.Gemini;

/// <summary>How the analysis stands, by what its calls met with: a question about health asks nobody.</summary>
internal sealed class GeminiCheck(GeminiOptions options, GeminiResilience resilience, ModelChoice models) : ServiceCheck
{
    private static readonly ServiceState NotConfigured = new(true, "not configured");

    public override string Advice =>
        "Check GOOGLE_API_KEY, GEMINI_BASE_URL, GEMINI_SCREENING_MODEL, GEMINI_CONFIRMATION_MODEL and the connection to the outside.";

    public override Task<ServiceState> CheckAsync(CancellationToken cancellationToken) =>
        Task.FromResult(
            options.ApiKey is null ? NotConfigured
            : (resilience.Trouble ?? models.Trouble) is { } trouble ? new ServiceState(false, $"down: {trouble}")
            : ServiceState.Up
        );
}
