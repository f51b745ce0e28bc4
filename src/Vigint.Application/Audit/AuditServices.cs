using Microsoft.Extensions.DependencyInjection;
using Vigint.Application.Common;

namespace Vigint.Application.Audit;

internal static class AuditServices
{
    public static IServiceCollection AddAudit(this IServiceCollection services) =>
        services
            .AddSingleton(provider => new Journal<AuditEvent>(
                provider.GetRequiredService<IAuditRecords>().AddAsync,
                provider.GetRequiredService<TimeProvider>()
            ))
            .AddSingleton<AuditTrail>();
}
