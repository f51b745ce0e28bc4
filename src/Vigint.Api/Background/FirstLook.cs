using Vigint.Application.Health;
using Vigint.Infrastructure.Persistence;

namespace Vigint.Api.Background;

/// <summary>
/// Looks once after the start at what the server stands on, so that what is missing is in the log before somebody misses it.
/// </summary>
internal sealed partial class FirstLook(DatabaseStart database, IEnumerable<IServiceCheck> checks, ILogger<FirstLook> logger)
    : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await database.WhenDoneAsync(stoppingToken);
        await Task.WhenAll(checks.Select(check => LookAsync(check, stoppingToken)));
    }

    private async Task LookAsync(IServiceCheck check, CancellationToken stoppingToken)
    {
        var state = await check.CheckAsync(stoppingToken);
        if (!state.IsUp)
            NotUp(logger, check.Name, state.Text, check.Advice);
    }

    [LoggerMessage(2300, LogLevel.Warning, "{Service}: {State}. {Advice}")]
    private static partial void NotUp(ILogger logger, string service, string state, string advice);
}
