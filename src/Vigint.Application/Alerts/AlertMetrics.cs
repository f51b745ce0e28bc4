using System.Diagnostics.Metrics;
using Vigint.Domain.Alerts;

namespace Vigint.Application.Alerts;

/// <summary>Counts how messages fared, for whoever listens to the meter <c>Vigint.Alerts</c>.</summary>
internal static class AlertMetrics
{
    private static readonly Meter Meter = new("Vigint.Alerts");

    private static readonly Counter<long> Attempts = Meter.CreateCounter<long>(
        "vigint.alerts.attempts", "{attempt}", "Attempts to hand over an alert, by channel and by what they led to: delivered, outbox, queued or failed");

    public static void Count(Attempt attempt) => Attempts.Add(
        1,
        new KeyValuePair<string, object?>("channel", attempt.Delivery.Kind.ToString().ToLowerInvariant()),
        new KeyValuePair<string, object?>("state", attempt.State.WireName()));
}
