using System.Diagnostics.Metrics;
using Vigint.Application.Common;
using Vigint.Domain;
using Vigint.Domain.Alerts;

namespace Vigint.Application.Alerts;

/// <summary>How messages fare, and what waits, as found out last.</summary>
public sealed class AlertMetrics
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    private readonly IDeliveryRecords deliveries;
    private readonly TimeProvider clock;
    private readonly Counter<long> attempts;
    private volatile IReadOnlyList<DeliveryBacklog>? last;

    public AlertMetrics(IMeterFactory meters, IDeliveryRecords deliveries, TimeProvider clock)
    {
        this.deliveries = deliveries;
        this.clock = clock;
        var meter = VigintMeter.Of(meters);
        attempts = meter.CreateCounter<long>(
            "vigint.alert.attempts",
            "{attempt}",
            "Attempts to hand over an alert, by channel and by what they led to: delivered, outbox, queued or failed."
        );
        meter.CreateObservableGauge(
            "vigint.alert.deliveries",
            () => EachKind<long>(static (kind, found) => [Of(kind, "queued", found?.Queued ?? 0), Of(kind, "failed", found?.Failed ?? 0)]),
            "{delivery}",
            "Deliveries of alerts that wait to be tried, and those that failed for good, of alerts of the last day, by channel."
        );
        meter.CreateObservableGauge(
            "vigint.alert.oldest.age",
            () =>
                EachKind<double>(
                    (kind, found) =>
                        [new(found?.Oldest is { } oldest ? Math.Max(0, (clock.GetUtcNow() - oldest).TotalSeconds) : 0, Channel(kind))]
                ),
            "s",
            "How long the oldest delivery waits that is not delivered, by channel; 0 when none waits."
        );
    }

    public void Tried(Attempt attempt) =>
        attempts.Add(1, Channel(attempt.Delivery.Kind), new KeyValuePair<string, object?>("outcome", attempt.State.WireName()));

    /// <summary>Counts what waits. When that fails, the metric is absent instead of out of date.</summary>
    public async Task MeasureAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<DeliveryBacklog>? found = null;
        try
        {
            found = await deliveries.BacklogAsync(clock.GetUtcNow() - Day, cancellationToken);
        }
        catch (RefusedException)
        {
            // The database is away. Health and the log say so.
        }
        finally
        {
            last = found;
        }
    }

    // A channel without a backlog reports zero, so that alert rules never see a gap.
    private IEnumerable<Measurement<T>> EachKind<T>(Func<ChannelKind, DeliveryBacklog?, Measurement<T>[]> measure)
        where T : struct =>
        last is { } known
            ? Enum.GetValues<ChannelKind>().SelectMany(kind => measure(kind, known.FirstOrDefault(one => one.Kind == kind)))
            : [];

    private static Measurement<long> Of(ChannelKind kind, string state, long count) =>
        new(count, Channel(kind), new KeyValuePair<string, object?>("state", state));

    private static KeyValuePair<string, object?> Channel(ChannelKind kind) => new("channel", kind.WireName());
}
