using MediatR;
using Vigint.Application.Lifecycle.ForgetOldRecords;
using Vigint.Application.Lifecycle.SweepExpired;
using Vigint.Application.Storage;
using Vigint.Domain;
using Vigint.Infrastructure.Persistence;

namespace Vigint.Api.Background;

/// <summary>
/// Deletes expired videos within a minute of their expiration (contract §4), records that were kept long enough, and what an erasure left
/// in the database's log.
/// </summary>
internal sealed class ExpirySweep(DatabaseStart database, IServiceScopeFactory scopes, TimeProvider clock, ILogger<ExpirySweep> logger)
    : BackgroundService
{
    // Half of the minute that is promised; a sweep that finds nothing costs one look into an index.
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(30);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await database.WhenDoneAsync(stoppingToken);
        using var timer = new PeriodicTimer(Period, clock);
        var (sweepFails, forgettingFails) = (false, false);
        do
        {
            sweepFails = !await TryAsync(new SweepExpiredCommand(), sweepFails, stoppingToken);
            forgettingFails = !await TryAsync(new ForgetOldRecordsCommand(), forgettingFails, stoppingToken);
            await database.GoOnErasingAsync(stoppingToken);
        } while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    // A failure is logged when it begins, not every half minute.
    private async Task<bool> TryAsync<TResult>(IRequest<TResult> command, bool hasFailed, CancellationToken stoppingToken)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            await scope.ServiceProvider.GetRequiredService<IMediator>().Send(command, stoppingToken);
            if (hasFailed)
                logger.SweepWorksAgain();
            return true;
        }
        catch (RefusedException refusal)
        {
            if (!hasFailed)
                logger.SweepRefused(refusal.Message);
            return false;
        }
        catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
        {
            if (!hasFailed)
                logger.SweepFailed(exception);
            return false;
        }
    }
}
