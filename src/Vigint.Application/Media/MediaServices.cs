using Microsoft.Extensions.DependencyInjection;

namespace Vigint.Application.Media;

internal static class MediaServices
{
    public static IServiceCollection AddMedia(this IServiceCollection services) =>
        services
            .AddSingleton<EncoderMetrics>()
            .AddSingleton<EncoderGate>()
            .AddSingleton<MediaIntake>()
            .AddSingleton<FrameAssembly>()
            .AddSingleton<Downloads>();
}
