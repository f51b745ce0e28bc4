using Microsoft.Extensions.DependencyInjection;

namespace Vigint.Application.Clock;

internal static class ClockServices
{
    public static IServiceCollection AddClock(this IServiceCollection services) =>
        services.AddSingleton<ClockWatch>().AddSingleton<ClockMetrics>();
}
