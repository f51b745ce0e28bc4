using Microsoft.Extensions.Diagnostics.HealthChecks;
using Vigint.Infrastructure.Health;
using Vigint.Infrastructure.Persistence;

namespace Vigint.Api.Background;

/// <summary>Checks the server's health once after the start, so that the log says what is missing before somebody misses it.</summary>
internal sealed partial class FirstLook(DatabaseStart database, HealthCheckService health, ILogger<FirstLook> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await database.WhenDoneAsync(stoppingToken);
        var report = await health.CheckHealthAsync(stoppingToken);
        foreach (var (name, found) in report.Entries.Where(one => one.Value.Status != HealthStatus.Healthy))
            NotUp(logger, name, found.Text(), found.Advice());
    }

    [LoggerMessage(2300, LogLevel.Warning, "{Service}: {State}. {Advice}")]
    private static partial void NotUp(ILogger logger, string service, string state, string? advice);
}
