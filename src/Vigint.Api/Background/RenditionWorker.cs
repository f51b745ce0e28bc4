using MediatR;
using Vigint.Application.Common;
using Vigint.Application.Media;
using Vigint.Application.Videos.Renditions;
using Vigint.Application.Videos.Renditions.MakeRendition;
using Vigint.Application.Videos.Renditions.TidyRenditions;
using Vigint.Application.Videos.TakeInFolder;
using Vigint.Domain;
using Vigint.Infrastructure.Persistence;

namespace Vigint.Api.Background;

/// <summary>
/// Makes playable forms and stills (contract §3, renditions), as many at once as encoders may run, while the server answers.
/// </summary>
internal sealed class RenditionWorker(
    DatabaseStart database,
    RenditionQueue queue,
    IRenditionRecords records,
    RenditionOptions options,
    EncoderOptions encoder,
    TakeInProgress takeIn,
    IServiceScopeFactory scopes,
    TimeProvider clock,
    ILogger<RenditionWorker> logger
) : BackgroundService
{
    // How late one that had to wait is begun again, and how soon a database or an ffmpeg that is back is noticed.
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(30);

    private const int PageSize = 200;

    private bool isTidy;

    // At first everything has been.
    private volatile bool wasMissed = true;
    private volatile bool hasFailed;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!options.AreMade)
            return;
        await database.WhenDoneAsync(stoppingToken);
        var makers = Enumerable.Range(0, encoder.MostJobs).Select(_ => MakeAsync(stoppingToken));
        await Task.WhenAll([.. makers, LookForOlderAsync(stoppingToken), RemindAsync(stoppingToken)]);
    }

    private async Task MakeAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            // All the others lack an encoder too; one now and then finds out when it is there.
            if (await MakeNextAsync(stoppingToken) == MakingResult.NoEncoder)
                await Task.Delay(Period, clock, stoppingToken);
        }
    }

    private async Task<MakingResult> MakeNextAsync(CancellationToken stoppingToken)
    {
        using var turn = await queue.TakeAsync(stoppingToken);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, turn.Abandoned);
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            var result = await scope
                .ServiceProvider.GetRequiredService<IMediator>()
                .Send(new MakeRenditionCommand(turn.Video), either.Token);
            if (result != MakingResult.Nothing)
                queue.SetUnavailable(result == MakingResult.NoEncoder ? "This server has no usable ffmpeg" : null);
            WorksAgain();
            return result;
        }
        catch (OperationCanceledException) when (turn.Abandoned.IsCancellationRequested && !stoppingToken.IsCancellationRequested)
        {
            return MakingResult.Nothing;
        }
        catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
        {
            wasMissed = true;
            Failed(exception);
            return MakingResult.Nothing;
        }
    }

    private async Task LookForOlderAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            await queue.BacklogAskedAsync(stoppingToken);
            try
            {
                PagePosition? after = null;
                while (await records.UnmadeAsync(after, PageSize, stoppingToken) is { Count: > 0 } page)
                {
                    foreach (var video in page)
                        await queue.AddOlderAsync(video.Key, video.Owner, stoppingToken);
                    after = page[^1].Position;
                }
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                wasMissed = true;
                Failed(exception);
            }
        }
    }

    private async Task RemindAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, clock);
        await takeIn.FinishedAsync(stoppingToken);

        // Nobody works on what the process before had begun.
        var now = DateTimeOffset.MaxValue;
        do
        {
            await TidyAsync(stoppingToken);
            try
            {
                foreach (var video in await records.DueAsync(now, PageSize, stoppingToken))
                    await queue.AddOlderAsync(video.Key, video.Owner, stoppingToken);
                if (Interlocked.Exchange(ref wasMissed, false))
                    queue.AskForBacklog();
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                Failed(exception);
            }

            await timer.WaitForNextTickAsync(stoppingToken);
            now = clock.GetUtcNow();
        } while (true);
    }

    // Once it has come to an end; nothing waits for it.
    private async Task TidyAsync(CancellationToken stoppingToken)
    {
        if (isTidy)
            return;
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            await scope.ServiceProvider.GetRequiredService<IMediator>().Send(new TidyRenditionsCommand(), stoppingToken);
            isTidy = true;
            wasMissed = true; // those whose files were gone
        }
        catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
        {
            Failed(exception);
        }
    }

    // Logged when it begins, not for every video.
    private void Failed(Exception exception)
    {
        if (!hasFailed && exception is RefusedException)
            logger.Waits(exception.Message);
        else if (!hasFailed)
            logger.CannotGoOn(exception);
        hasFailed = true;
    }

    private void WorksAgain()
    {
        if (hasFailed)
            logger.GoesOn();
        hasFailed = false;
    }
}
