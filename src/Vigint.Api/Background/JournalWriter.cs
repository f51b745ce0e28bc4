using Vigint.Application.Audit;
using Vigint.Application.Common;
using Vigint.Application.Usage;
using Vigint.Domain;
using Vigint.Infrastructure.Persistence;

namespace Vigint.Api.Background;

/// <summary>Writes what calls have noted, twice a second, and once more when the server stops.</summary>
internal sealed partial class JournalWriter(
    DatabaseStart database, Journal<RecordedCall> calls, Journal<AuditEvent> audit, TimeProvider clock, ILogger<JournalWriter> logger) : BackgroundService
{
    // Calls are promised to be recorded but for the last second before a crash.
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(500);

    private bool hasFailed;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await database.WhenDoneAsync(stoppingToken);
        using var timer = new PeriodicTimer(Period, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
            await WriteBothAsync(stoppingToken);
    }

    // The server itself has stopped by now: nothing more comes.
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        if (database.IsDone)
            await WriteBothAsync(cancellationToken);
    }

    private async Task WriteBothAsync(CancellationToken cancellationToken)
    {
        try
        {
            await calls.WriteAsync(cancellationToken);
            await audit.WriteAsync(cancellationToken);
            if (hasFailed)
                WorksAgain(logger);
            hasFailed = false;
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // They wait for the next round. Logged when it begins, not twice a second.
            if (!hasFailed && exception is RefusedException)
                Waits(logger, exception.Message);
            else if (!hasFailed)
                Failed(logger, exception);
            hasFailed = true;
        }

        if (calls.TakeDropped() + audit.TakeDropped() is > 0 and var dropped)
            Dropped(logger, dropped);
    }

    [LoggerMessage(2320, LogLevel.Warning, "The records of usage and audit wait: {Reason}")]
    private static partial void Waits(ILogger logger, string reason);

    [LoggerMessage(2321, LogLevel.Error, "The records of usage and audit cannot be written; it is tried again")]
    private static partial void Failed(ILogger logger, Exception exception);

    [LoggerMessage(2322, LogLevel.Information, "The records of usage and audit are written again")]
    private static partial void WorksAgain(ILogger logger);

    [LoggerMessage(2323, LogLevel.Error, "{Count} records of usage and audit were lost, for too many waited for the database")]
    private static partial void Dropped(ILogger logger, long count);
}
