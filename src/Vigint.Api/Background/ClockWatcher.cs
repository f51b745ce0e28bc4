using MediatR;
using Vigint.Application.Clock;
using Vigint.Application.Lifecycle.TakeUpClockStep;
using Vigint.Infrastructure.Persistence;

namespace Vigint.Api.Background;

/// <summary>
/// Notices when the clock is set, adapts what is recorded to that, and keeps the time for the next start (contract §4, a clock that was
/// set).
/// </summary>
/// <param name="metrics">Made with this, so that they are there.</param>
internal sealed class ClockWatcher(
    DatabaseStart database,
    ClockWatch watch,
    ClockMetrics metrics,
    IServiceScopeFactory scopes,
    TimeProvider clock,
    ILogger<ClockWatcher> logger
) : BackgroundService
{
    // A look reads the clock twice. Code that deletes looks again.
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(5);

    // What another server has dated wrongly is noticed after so many looks.
    private const int LooksBetween = 6;

    private readonly Lock gate = new();
    private Task? stopped;

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        // Before anything is deleted, and before a call is answered.
        watch.Begin();
        _ = metrics;
        return base.StartAsync(cancellationToken);
    }

    // Both the caller that stops the host and one that waits for the stop may ask for it.
    public override Task StopAsync(CancellationToken cancellationToken)
    {
        lock (gate)
            return stopped ??= StopOnceAsync(cancellationToken);
    }

    private async Task StopOnceAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        watch.Record(isLast: true);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, clock);
        var fails = false;
        for (var looks = 0; ; looks++)
        {
            watch.Record();
            if (database.IsDone && (watch.StepToTakeUp != TimeSpan.Zero || looks % LooksBetween == 0))
                fails = !await TryAsync(fails, stoppingToken);
            await timer.WaitForNextTickAsync(stoppingToken);
        }
    }

    // A failure is logged when it begins, not every few seconds.
    private async Task<bool> TryAsync(bool hasFailed, CancellationToken stoppingToken)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            await scope.ServiceProvider.GetRequiredService<IMediator>().Send(new TakeUpClockStepCommand(), stoppingToken);
            return true;
        }
        catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
        {
            if (!hasFailed)
                logger.NotTakenUp(exception);
            return false;
        }
    }
}
