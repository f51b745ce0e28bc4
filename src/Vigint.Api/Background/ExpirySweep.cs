using MediatR;
using Vigint.Application.Retention.ForgetOldRecords;
using Vigint.Application.Storage;
using Vigint.Application.Storage.CleanUp;
using Vigint.Domain;
using Vigint.Infrastructure.Persistence;

namespace Vigint.Api.Background;

/// <summary>Deletes expired videos within a minute of their expiration (contract §4), and records that were kept long enough.</summary>
internal sealed class ExpirySweep(DatabaseStart database, IServiceScopeFactory scopes, TimeProvider clock, ILogger<ExpirySweep> logger) : BackgroundService
{
    // Half of the minute that is promised; a sweep that finds nothing costs one look into an index.
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(30);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await database.WhenDoneAsync(stoppingToken);
        using var timer = new PeriodicTimer(Period, clock);
        var hasFailed = false;
        do
        {
            try
            {
                await using var scope = scopes.CreateAsyncScope();
                var mediator = scope.ServiceProvider.GetRequiredService<IMediator>();
                await mediator.Send(new SweepExpiredCommand(), stoppingToken);
                await mediator.Send(new ForgetOldRecordsCommand(), stoppingToken);
                if (hasFailed)
                    logger.SweepWorksAgain();
                hasFailed = false;
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (RefusedException refusal)
            {
                if (!hasFailed)
                    logger.SweepRefused(refusal.Message);
                hasFailed = true;
            }
            catch (Exception exception)
            {
                // Logged when it begins, not every half minute.
                if (!hasFailed)
                    logger.SweepFailed(exception);
                hasFailed = true;
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }
}
