using Microsoft.Extensions.DependencyInjection;
using Vigint.Application.Videos.Renditions.MakeRendition;

namespace Vigint.Application.Videos.Renditions;

internal static class RenditionServices
{
    public static IServiceCollection AddRenditions(this IServiceCollection services) =>
        services
            .AddSingleton(provider => new RenditionQueue(provider.GetRequiredService<RenditionOptions>()))
            .AddSingleton<RenditionStore>()
            .AddSingleton<RenditionProgress>()
            .AddSingleton<RenditionWork>();
}
