using MediatR;
using Vigint.Application.Alerts;
using Vigint.Application.Alerts.DeliverNext;
using Vigint.Application.Alerts.TakeUpDeliveries;
using Vigint.Domain;
using Vigint.Infrastructure.Persistence;

namespace Vigint.Api.Background;

/// <summary>
/// Delivers what could not be delivered at once (contract §7), several at the same time, and of each channel by itself: one that hangs
/// holds no other channel, and no other client's.
/// </summary>
internal sealed partial class DeliveryWorker(
    DatabaseStart database,
    IEnumerable<IAlertChannel> channels,
    AlertSender sending,
    DeliverySignal bell,
    IServiceScopeFactory scopes,
    TimeProvider clock,
    ILogger<DeliveryWorker> logger
) : BackgroundService
{
    // Several times one client's share.
    private const int AtOncePerChannel = 4 * DeliveryShares.MostAtOnce;

    // What another server has left, and a database that is back, are noticed after this.
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    // Somebody else is just claiming what is due.
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(250);

    private static readonly TimeSpan AgainAfter = TimeSpan.FromSeconds(1);

    private readonly Lock gate = new();
    private Task? stopped;
    private volatile bool hasFailed;

    // Both the caller that stops the host and one that waits for the stop may ask for it.
    public override Task StopAsync(CancellationToken cancellationToken)
    {
        lock (gate)
            return stopped ??= StopOnceAsync(cancellationToken);
    }

    // No call begins another attempt any more: the server itself has stopped by now.
    private async Task StopOnceAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await sending.StopAsync().WaitAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await database.WhenDoneAsync(stoppingToken);
        while (!(await TryAsync(new TakeUpDeliveriesCommand(), stoppingToken)).Worked)
            await Task.Delay(AgainAfter, clock, stoppingToken);
        await Task.WhenAll(
            channels.SelectMany(channel => Enumerable.Range(0, AtOncePerChannel).Select(_ => DeliverAsync(channel.Kind, stoppingToken)))
        );
    }

    private async Task DeliverAsync(ChannelKind kind, CancellationToken stoppingToken)
    {
        while (true)
        {
            var ring = bell.NextRing;
            var (_, next) = await TryAsync(new DeliverNextCommand(kind), stoppingToken);
            if (next is not { WasDue: true })
                await PauseAsync(ring, next?.Due, stoppingToken);
        }
    }

    private async Task PauseAsync(Task ring, DateTimeOffset? until, CancellationToken stoppingToken)
    {
        var pause = until - clock.GetUtcNow() is { } left && left < LongestPause ? left : LongestPause;
        try
        {
            await ring.WaitAsync(pause > ShortestPause ? pause : ShortestPause, clock, stoppingToken);
        }
        catch (TimeoutException)
        {
            // Nobody rang.
        }
    }

    // A failure is logged when it begins, not at every attempt.
    private async Task<(bool Worked, TResult? Result)> TryAsync<TResult>(IRequest<TResult> command, CancellationToken stoppingToken)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            var result = await scope.ServiceProvider.GetRequiredService<IMediator>().Send(command, stoppingToken);
            if (hasFailed)
                GoesOn(logger);
            hasFailed = false;
            return (true, result);
        }
        catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
        {
            if (!hasFailed && exception is RefusedException)
                Waits(logger, exception.Message);
            else if (!hasFailed)
                Failed(logger, exception);
            hasFailed = true;
            return (false, default);
        }
    }

    [LoggerMessage(2340, LogLevel.Warning, "Queued alerts wait: {Reason}")]
    private static partial void Waits(ILogger logger, string reason);

    [LoggerMessage(2341, LogLevel.Error, "Queued alerts cannot be delivered; it is tried again")]
    private static partial void Failed(ILogger logger, Exception exception);

    [LoggerMessage(2342, LogLevel.Information, "Queued alerts are delivered again")]
    private static partial void GoesOn(ILogger logger);
}
