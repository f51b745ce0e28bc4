using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Vigint.Infrastructure.Ffmpeg;
using Vigint.Infrastructure.Health;

namespace Vigint.TestSupport;

/// <summary>
/// Whether ffmpeg can do what is needed is asked once for all servers of a test run: it takes five starts of ffmpeg, more than everything
/// else at the start of a server. The adapter and system tests ask for each.
/// </summary>
internal sealed class FfmpegLookedAtOnce(FfmpegCheck check) : ServiceCheck
{
    private static volatile Task<ServiceState>? up;

    public override string Advice => check.Advice;

    public static void Use(IServiceCollection services) =>
        services
            .AddSingleton<FfmpegLookedAtOnce>()
            .Configure<HealthCheckServiceOptions>(options =>
                options.Registrations.Single(one => one.Name == "ffmpeg").Factory = provider =>
                    provider.GetRequiredService<FfmpegLookedAtOnce>()
            );

    public override async Task<ServiceState> CheckAsync(CancellationToken cancellationToken)
    {
        if (up is { } found)
            return await found;
        var state = await check.CheckAsync(cancellationToken);
        if (state.IsUp)
            up = Task.FromResult(state);
        return state;
    }
}
