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
    private volatile DeliveryBacklog? last;

    public AlertMetrics(IMeterFactory meters, IDeliveryRecords deliveries, TimeProvider clock)
    {
        this.deliveries = deliveries;
        this.clock = clock;
        var meter = VigintMeter.Of(meters);
        attempts = meter.CreateCounter<long>(
            "vigint.alert.attempts", "{attempt}", "Attempts to hand over an alert, by channel and by what they led to: delivered, outbox, queued or failed.");
        meter.CreateObservableGauge(
            "vigint.alert.deliveries",
            () => last is { } known ? [Of("queued", known.Queued), Of("failed", known.Failed)] : Array.Empty<Measurement<long>>(),
            "{delivery}", "Deliveries of alerts that wait to be tried, and those that failed for good, of alerts of the last day.");
        meter.CreateObservableGauge(
            "vigint.alert.oldest.age",
            () => last is { } known ? [new Measurement<double>(known.Oldest is { } oldest ? (clock.GetUtcNow() - oldest).TotalSeconds : 0)] : Array.Empty<Measurement<double>>(),
            "s", "How long the oldest delivery waits that is not delivered; 0 when none waits.");
    }

    public void Tried(Attempt attempt) => attempts.Add(
        1,
        new KeyValuePair<string, object?>("channel", attempt.Delivery.Kind.WireName()),
        new KeyValuePair<string, object?>("outcome", attempt.State.WireName()));

    /// <summary>Finds out what waits. Where that cannot be done nothing is told, and not what was known before.</summary>
    public async Task MeasureAsync(CancellationToken cancellationToken)
    {
        DeliveryBacklog? found = null;
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

    private static Measurement<long> Of(string state, long count) => new(count, new KeyValuePair<string, object?>("state", state));
}
