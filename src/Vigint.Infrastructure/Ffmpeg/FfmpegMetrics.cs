using System.Diagnostics.Metrics;
using Vigint.Application.Common;
using Vigint.Domain;

namespace Vigint.Infrastructure.Ffmpeg;

/// <summary>What the ffmpeg adapters count.</summary>
internal sealed class FfmpegMetrics(IMeterFactory meters)
{
    private readonly Histogram<double> runs = VigintMeter
        .Of(meters)
        .CreateHistogram(
            "vigint.ffmpeg.duration",
            "s",
            "How long ffmpeg and ffprobe ran, by program; failures by their error.type.",
            advice: new InstrumentAdvice<double>
            {
                HistogramBucketBoundaries = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 900],
            }
        );

    /// <param name="failure">Null when it did what it was asked.</param>
    public void Ran(FfmpegProgram program, TimeSpan took, Exception? failure)
    {
        var name = KeyValuePair.Create<string, object?>("program", program == FfmpegProgram.Probe ? "ffprobe" : "ffmpeg");
        if (failure is null)
            runs.Record(took.TotalSeconds, name);
        else
            runs.Record(took.TotalSeconds, name, KeyValuePair.Create<string, object?>(VigintMeter.ErrorType, ErrorOf(failure)));
    }

    private static string ErrorOf(Exception failure) =>
        failure switch
        {
            RefusedException { Refusal: Refusal.TooDemanding } => "too_demanding",
            RefusedException { Refusal: Refusal.NotAVideo } => "not_a_video",
            RefusedException { Refusal: Refusal.NoRoom } => "no_room",
            RefusedException { Refusal: Refusal.Unavailable } => "no_program",
            OperationCanceledException => "cancelled",
            _ => "other",
        };
}
