using Microsoft.Extensions.DependencyInjection;
using Vigint.Application.Lifecycle.CleanUp;
using Vigint.Application.Lifecycle.EraseClient;

namespace Vigint.Application.Lifecycle;

internal static class LifecycleServices
{
    public static IServiceCollection AddLifecycle(this IServiceCollection services) =>
        services
            .AddSingleton<Cleaner>()
            .AddSingleton<HeldMedia>()
            .AddSingleton<VideoEraser>()
            .AddSingleton<AlertEraser>()
            .AddSingleton<RecordEraser>();
}
