using Microsoft.Extensions.DependencyInjection;
using Vigint.Application.Common;

namespace Vigint.Application.Usage;

internal static class UsageServices
{
    public static IServiceCollection AddUsage(this IServiceCollection services) =>
        services
            .AddSingleton<JournalMetrics>()
            .AddSingleton(provider => new Journal<RecordedCall>(
                new UsageWriter(provider.GetRequiredService<IUsageRecords>(), provider.GetRequiredService<IKeyUseRecords>()).WriteAsync,
                provider.GetRequiredService<TimeProvider>()
            ));
}
