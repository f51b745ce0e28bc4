using Microsoft.Extensions.DependencyInjection;
using Vigint.Application.Health;
using Vigint.Infrastructure.Ffmpeg;

namespace Vigint.TestSupport;

/// <summary>
/// Whether ffmpeg can do what is needed is asked once for all servers of a test run: it takes seven starts of ffmpeg, more than everything
/// else at the start of a server.
/// The adapter and system tests ask for each.
/// </summary>
internal sealed class FfmpegLookedAtOnce(FfmpegCheck check) : IServiceCheck
{
    private static volatile Task<ServiceState>? up;

    public string Name => check.Name;

    public bool IsVital => check.IsVital;

    public string Advice => check.Advice;

    public static void Use(IServiceCollection services)
    {
        services.Remove(services.Single(one => one.ImplementationType == typeof(FfmpegCheck)));
        services.AddSingleton<FfmpegCheck>().AddSingleton<IServiceCheck, FfmpegLookedAtOnce>();
    }

    public async Task<ServiceState> CheckAsync(CancellationToken cancellationToken)
    {
        if (up is { } found)
            return await found;
        var state = await check.CheckAsync(cancellationToken);
        if (state.IsUp)
            up = Task.FromResult(state);
        return state;
    }
}
