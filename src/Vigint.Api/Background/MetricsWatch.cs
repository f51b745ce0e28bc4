using Vigint.Application.Alerts;
using Vigint.Application.Storage;
using Vigint.Infrastructure.Persistence;

namespace Vigint.Api.Background;

/// <summary>
/// Measures every minute how full the storage is and which alerts wait, so that reading the metrics needs no database.
/// </summary>
internal sealed class MetricsWatch(
    DatabaseStart database,
    StorageMetrics storage,
    AlertMetrics alerts,
    TimeProvider clock,
    ILogger<MetricsWatch> logger
) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await database.WhenDoneAsync(stoppingToken);
        using var timer = new PeriodicTimer(Period, clock);
        var fails = false;
        do fails = !await TryAsync(fails, stoppingToken);
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    // A failure is logged when it begins, not every minute.
    private async Task<bool> TryAsync(bool hasFailed, CancellationToken stoppingToken)
    {
        try
        {
            await storage.MeasureAsync(stoppingToken);
            await alerts.MeasureAsync(stoppingToken);
            return true;
        }
        catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
        {
            if (!hasFailed)
                logger.CannotMeasure(exception);
            return false;
        }
    }
}
