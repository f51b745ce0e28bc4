using Vigint.Application.Audit;
using Vigint.Application.Common;
using Vigint.Application.Usage;
using Vigint.Domain;
using Vigint.Infrastructure.Persistence;

namespace Vigint.Api.Background;

/// <summary>Writes what calls have noted, twice a second, and once more when the server stops.</summary>
internal sealed partial class JournalWriter(
    DatabaseStart database,
    Journal<RecordedCall> calls,
    Journal<AuditEvent> audit,
    JournalMetrics metrics,
    TimeProvider clock,
    ILogger<JournalWriter> logger
) : BackgroundService
{
    // Calls are promised to be recorded but for the last second before a crash.
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(500);

    private readonly Lock gate = new();
    private Task? stopped;
    private bool callsWait;
    private bool auditWaits;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await database.WhenDoneAsync(stoppingToken);
        using var timer = new PeriodicTimer(Period, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
            await WriteBothAsync(stoppingToken);
    }

    // Both the caller that stops the host and one that waits for the stop may ask for it.
    public override Task StopAsync(CancellationToken cancellationToken)
    {
        lock (gate)
            return stopped ??= StopOnceAsync(cancellationToken);
    }

    // The server itself has stopped by now: nothing more comes.
    private async Task StopOnceAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        if (database.IsDone)
            await WriteBothAsync(cancellationToken);
        if (calls.Count + audit.Count is > 0 and var left)
            Lost(logger, left, exception: null);
    }

    private async Task WriteBothAsync(CancellationToken cancellationToken)
    {
        callsWait = !await TryAsync(calls, callsWait, "usage", cancellationToken);
        auditWaits = !await TryAsync(audit, auditWaits, "audit", cancellationToken);
    }

    private async Task<bool> TryAsync<TNote>(Journal<TNote> journal, bool hasWaited, string name, CancellationToken cancellationToken)
    {
        try
        {
            await journal.WriteAsync(cancellationToken);
            if (hasWaited)
                WrittenAgain(logger, name);
            return true;
        }
        catch (RefusedException refusal)
        {
            // They go on waiting. Logged when it begins, not twice a second.
            if (!hasWaited)
                Waiting(logger, name, refusal.Message);
            return false;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return !hasWaited;
        }
        finally
        {
            var (lost, fault) = journal.TakeLost();
            metrics.Lost(name, lost);
            if (lost > 0)
                Lost(logger, lost, fault);
        }
    }

    [LoggerMessage(2320, LogLevel.Warning, "The records of {Name} wait: {Reason}")]
    private static partial void Waiting(ILogger logger, string name, string reason);

    [LoggerMessage(2322, LogLevel.Information, "The records of {Name} are written again")]
    private static partial void WrittenAgain(ILogger logger, string name);

    [LoggerMessage(
        2323,
        LogLevel.Error,
        "{Count} records of usage and audit are lost: too many waited, the server stopped, or they cannot be written"
    )]
    private static partial void Lost(ILogger logger, long count, Exception? exception);
}
