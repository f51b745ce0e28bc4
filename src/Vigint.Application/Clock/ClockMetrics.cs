using System.Diagnostics.Metrics;
using Vigint.Application.Common;

namespace Vigint.Application.Clock;

/// <summary>Whether the clock is relied on.</summary>
public sealed class ClockMetrics
{
    public ClockMetrics(IMeterFactory meters, ClockWatch watch)
    {
        var meter = VigintMeter.Of(meters);
        meter.CreateObservableGauge(
            "vigint.clock.deletions.held",
            () => watch.Health.HeldFor is null ? 0 : 1,
            unit: null,
            "Whether deletions are held because the clock was set: 1 or 0."
        );
        meter.CreateObservableCounter("vigint.clock.steps", () => watch.Steps, "{step}", "Steps of the clock by more than a minute.");
    }
}
