using System.Diagnostics.Metrics;
using Vigint.Application.Common;

namespace Vigint.Application.Media;

/// <summary>What <see cref="EncoderGate"/> counts.</summary>
public sealed class EncoderMetrics
{
    private readonly UpDownCounter<long> queue;
    private readonly Histogram<double> waits;

    public EncoderMetrics(IMeterFactory meters)
    {
        var meter = VigintMeter.Of(meters);
        queue = meter.CreateUpDownCounter<long>("vigint.encoder.queue", "{call}", "Calls that wait for an encoder, by urgency.");
        waits = meter.CreateHistogram(
            "vigint.encoder.wait.duration",
            "s",
            "How long calls waited for an encoder, by urgency; those too that went without one.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.01, 0.1, 0.5, 1, 5, 15, 30, 60, 120, 300, 900] }
        );
    }

    public void Came(Urgency urgency) => queue.Add(1, Of(urgency));

    /// <summary>Whatever way: with a turn, or tired of waiting, or sent away.</summary>
    public void Went(Urgency urgency, TimeSpan waited)
    {
        queue.Add(-1, Of(urgency));
        waits.Record(waited.TotalSeconds, Of(urgency));
    }

    private static KeyValuePair<string, object?> Of(Urgency urgency) => new("urgency", urgency.ToString().ToLowerInvariant());
}
