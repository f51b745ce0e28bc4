using Microsoft.Extensions.DependencyInjection;

namespace Vigint.Application.Clients;

internal static class ClientServices
{
    public static IServiceCollection AddClients(this IServiceCollection services) =>
        services.AddSingleton<CallerKeys>().AddSingleton<WrongKeys>().AddSingleton<UploadPace>();
}
