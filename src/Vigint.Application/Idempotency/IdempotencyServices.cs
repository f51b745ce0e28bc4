using Microsoft.Extensions.DependencyInjection;

namespace Vigint.Application.Idempotency;

internal static class IdempotencyServices
{
    public static IServiceCollection AddIdempotency(this IServiceCollection services) => services.AddSingleton<KeysInUse>();
}
