using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Vigint.Application.Alerts.Channels;
using Vigint.Application.Clock;
using Vigint.Application.Common;
using Vigint.Domain;
using Vigint.Domain.Alerts;

namespace Vigint.Application.Alerts;

/// <summary>
/// Tries deliveries that have been claimed, each once, and records how that ended. An attempt goes on by itself: nobody who waits for it
/// ends it by going away.
/// </summary>
public sealed class AlertSender(
    IEnumerable<IAlertChannel> channels,
    IChannelRecords targets,
    IAlertRecords alerts,
    IDeliveryRecords deliveries,
    AlertNotices notices,
    IInstallationName installation,
    DeliverySignal bell,
    AlertMetrics metrics,
    ClockWatch watch,
    TimeProvider clock,
    ILogger<AlertSender> logger
) : IDisposable
{
    /// <summary>How long one attempt may take: a still, a free connection, and a mail server that looks at a mail for a minute.</summary>
    public static readonly TimeSpan LongestAttempt = TimeSpan.FromSeconds(100);

    /// <summary>
    /// How long a caller waits, of the eight seconds that are promised: old clients give up after ten and then send a mail of their own.
    /// </summary>
    public static readonly TimeSpan CallerWaits = TimeSpan.FromSeconds(6.5);

    // Beyond the longest attempt there is time to record how it ended.
    private static readonly TimeSpan ClaimLife = LongestAttempt + TimeSpan.FromSeconds(30);

    // What had no turn gets behind those that are due.
    private static readonly TimeSpan TurnAgainAfter = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan RecordAgainAfter = TimeSpan.FromSeconds(1);

    // What those under way get when the server stops, of the half minute that it has.
    private static readonly TimeSpan LastAttemptsMayTake = TimeSpan.FromSeconds(20);

    private readonly ConcurrentDictionary<string, Task> underWay = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource stopping = new();

    /// <summary>Leave to try a delivery, beginning now.</summary>
    public Claim NewClaim()
    {
        var now = clock.GetUtcNow();
        return new Claim(installation.Text, now, now + ClaimLife);
    }

    /// <summary>Begins an attempt.</summary>
    /// <param name="delivery">Claimed.</param>
    /// <param name="stillMayTake">Of a mail, which alone shows one: how long it may take to make a still.</param>
    /// <returns>Null when one of the same delivery is under way or has ended and is not recorded yet.</returns>
    public RunningAttempt? Begin(Delivery delivery, TimeSpan stillMayTake)
    {
        var recorded = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        if (!underWay.TryAdd(delivery.Id, recorded.Task))
            return null;
        var ended = TryAsync(delivery, stillMayTake);
        _ = RecordAsync(delivery, ended, recorded);
        return new RunningAttempt(ended, recorded.Task);
    }

    /// <summary>Waits until attempts under way have ended and are recorded; ends those that take too long.</summary>
    public async Task StopAsync()
    {
        stopping.CancelAfter(LastAttemptsMayTake);
        await Task.WhenAll(underWay.Values);
    }

    /// <summary>Waits until the attempts of this moment have ended and are recorded.</summary>
    public Task UnderWayAsync(CancellationToken cancellationToken) => Task.WhenAll(underWay.Values).WaitAsync(cancellationToken);

    public void Dispose() => stopping.Dispose();

    private async Task<Attempt?> TryAsync(Delivery delivery, TimeSpan stillMayTake)
    {
        await Task.Yield(); // the caller has other things to do
        var (at, begun, steps) = (clock.GetUtcNow(), clock.GetTimestamp(), watch.Steps);
        try
        {
            using var limit = new CancellationTokenSource(LongestAttempt, clock);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stopping.Token);
            if (await alerts.FindAsync(delivery.AlertId, scope: null, either.Token) is not { } alert)
                return null; // forgotten meanwhile
            var channel = channels.Single(one => one.Kind == delivery.Kind);
            if (await TargetOfAsync(delivery, channel, alert.Owner, either.Token) is not { } target)
                return Failed("It was taken away", isPermanent: true);
            var notice = await notices.OfAsync(alert, channel.ShowsStill ? stillMayTake : null, either.Token);
            switch (await channel.DeliverAsync(notice, target, either.Token))
            {
                case DeliveryOutcome.Delivered delivered:
                    return Ended(delivered.InOutbox ? AlertState.Outbox : AlertState.Delivered, next: null, delivered.Answer);
                case DeliveryOutcome.TryLater later:
                    return Failed(later.Reason);
                case DeliveryOutcome.GiveUp given:
                    return Failed(given.Reason, isPermanent: true);
                default:
                    await PutBackAsync(delivery);
                    return null;
            }
        }
        catch (RefusedException refusal)
        {
            return Failed(refusal.Message);
        }
        catch (OperationCanceledException)
        {
            return Failed(
                stopping.IsCancellationRequested ? "The server was stopped" : $"It took longer than {LongestAttempt.TotalSeconds:0} seconds"
            );
        }
        catch (Exception exception)
        {
            logger.Faulted(exception, delivery.AlertId, delivery.Kind);
            return Failed("The server made a mistake; its log has the reason");
        }

        Attempt Failed(string reason, bool isPermanent = false)
        {
            // Whether a day has passed nobody knows while the clock is in doubt, or was set since the delivery was claimed.
            var isDayKnown = watch.MayDelete(out var now) && watch.Steps == steps;
            var (number, chance) = (delivery.Attempts + 1, Random.Shared.NextDouble());
            var next =
                isPermanent ? null
                : isDayKnown ? DeliverySchedule.Next(delivery.Begun, number, now, chance)
                : DeliverySchedule.Again(number, now, chance);
            return Ended(next is null ? AlertState.Failed : AlertState.Queued, next, reason);
        }

        Attempt Ended(AlertState state, DateTimeOffset? next, string answer) =>
            new(RecordId.Next(at), delivery, at, clock.GetElapsedTime(begun), state, next, answer);
    }

    // As it is now: a secret may have been changed because it was known to somebody.
    private async Task<ChannelTarget?> TargetOfAsync(Delivery delivery, IAlertChannel by, string owner, CancellationToken cancellationToken)
    {
        if (!by.HasSettings)
            return new ChannelTarget(delivery.Address, Secret: null);
        var channel = (await targets.ListAsync(owner, cancellationToken)).FirstOrDefault(one =>
            one.Kind == delivery.Kind && one.Address == delivery.Address
        );
        return channel is null ? null : new ChannelTarget(channel.Address, channel.Secret);
    }

    // If that cannot be recorded, the claim simply expires.
    private async Task PutBackAsync(Delivery delivery)
    {
        try
        {
            await deliveries.PutBackAsync(delivery, installation.Text, clock.GetUtcNow() + TurnAgainAfter, CancellationToken.None);
            bell.Ring();
        }
        catch (Exception exception)
        {
            logger.NotPutBack(exception, delivery.AlertId, delivery.Kind);
        }
    }

    // Never throws: nobody waits for it.
    private async Task RecordAsync(Delivery delivery, Task<Attempt?> ended, TaskCompletionSource recorded)
    {
        try
        {
            if (await ended is not { } attempt)
                return;
            Tell(attempt);
            await RecordAsync(attempt);
            if (attempt.Next is not null)
                bell.Ring();
        }
        catch (Exception exception)
        {
            logger.NotRecorded(exception, delivery.AlertId, delivery.Kind);
        }
        finally
        {
            underWay.TryRemove(delivery.Id, out _);
            recorded.SetResult();
        }
    }

    // Until it is written this server does not send it again, though the claim may end meanwhile.
    private async Task RecordAsync(Attempt attempt)
    {
        for (var hasWaited = false; ; hasWaited = true)
        {
            try
            {
                await deliveries.RecordAsync(attempt, installation.Text, CancellationToken.None);
                return;
            }
            catch (RefusedException refusal) when (!stopping.IsCancellationRequested)
            {
                if (!hasWaited)
                    logger.RecordWaits(attempt.Delivery.AlertId, attempt.Delivery.Kind, refusal.Message);
            }

            await Task.Delay(RecordAgainAfter, clock, stopping.Token);
        }
    }

    private void Tell(Attempt attempt)
    {
        metrics.Tried(attempt);
        var (id, kind) = (attempt.Delivery.AlertId, attempt.Delivery.Kind);
        if (attempt.HasSucceeded)
            logger.HandedOver(id, kind, attempt.Number, attempt.Took.TotalMilliseconds);
        else if (attempt.State == AlertState.Failed)
            logger.GivenUp(id, kind, attempt.Number, attempt.Answer);
        else if (attempt.Number == 1)
            logger.NotHandedOver(id, kind, attempt.Answer); // of the next ones the record tells
    }
}

/// <summary>An attempt that continues even if nobody waits for it.</summary>
/// <param name="Ended">How it ended; null when there was nothing to send. Never fails.</param>
/// <param name="Recorded">It is written down, too. Never fails.</param>
public sealed record RunningAttempt(Task<Attempt?> Ended, Task Recorded)
{
    /// <summary>Waits until it is recorded, for so long at most.</summary>
    /// <returns>How it ended; null when it has not.</returns>
    public async Task<Attempt?> WithinAsync(TimeSpan left, TimeProvider clock)
    {
        try
        {
            await Recorded.WaitAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero, clock);
        }
        catch (TimeoutException)
        {
            // It goes on.
        }

        return Ended.IsCompleted ? await Ended : null;
    }
}
