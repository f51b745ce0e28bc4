using System.Diagnostics.Metrics;
using Vigint.Application.Common;
using Vigint.Domain.Alerts;

namespace Vigint.Application.Alerts;

/// <summary>What is counted of alerts: how the attempts to hand them over fared.</summary>
public sealed class AlertMetrics(IMeterFactory meters)
{
    private readonly Counter<long> attempts = VigintMeter.Of(meters).CreateCounter<long>(
        "vigint.alert.attempts", "{attempt}",
        "Attempts to hand over an alert, by channel and by what they led to: delivered, outbox, queued to be tried again, or failed for good.");

    public void Tried(Attempt attempt) => attempts.Add(
        1,
        KeyValuePair.Create<string, object?>("channel", attempt.Delivery.Kind.ToString().ToLowerInvariant()),
        KeyValuePair.Create<string, object?>("outcome", attempt.State.WireName()));
}
