using Microsoft.Extensions.DependencyInjection;

namespace Vigint.Application.Analysis;

internal static class AnalysisServices
{
    public static IServiceCollection AddAnalysis(this IServiceCollection services) =>
        services
            .AddSingleton<CurrentClips>()
            .AddSingleton<FrameBuffers>()
            .AddSingleton<ClipSources>()
            .AddSingleton<ModelPrices>()
            .AddSingleton(provider => new AnalysisPrompts(provider.GetRequiredService<AnalysisOptions>().Language))
            .AddSingleton(provider => new MotionWords(provider.GetRequiredService<AnalysisOptions>().Language))
            .AddSingleton(provider => new VerdictWords(provider.GetRequiredService<AnalysisOptions>().Language))
            .AddSingleton<Analyst>()
            .AddSingleton<JudgementCache>()
            .AddSingleton<AnalysisMetrics>()
            .AddSingleton<AnalysisBudget>()
            .AddSingleton<ShowableClips>()
            .AddSingleton<ClipAnalysis>();
}
