using Microsoft.Extensions.DependencyInjection;

namespace Vigint.Application.Storage;

internal static class StorageServices
{
    public static IServiceCollection AddStorage(this IServiceCollection services) =>
        services.AddSingleton<StorageRoom>().AddSingleton<StorageMetrics>().AddSingleton<ClientRoom>();
}
