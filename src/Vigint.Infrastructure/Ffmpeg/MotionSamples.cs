using Vigint.Application.Media;
using Vigint.Domain;

namespace Vigint.Infrastructure.Ffmpeg;

/// <summary>Looks for motion in a few short pieces of a video: how much neighbouring pictures differ, made small.</summary>
internal static class MotionSamples
{
    private const int Pieces = 5;
    private const double PieceSeconds = 0.6;

    /// <returns>0 when nothing moves, or nothing can be told.</returns>
    public static async Task<double> SecondWithMostAsync(
        FfmpegProcess process,
        MediaFile source,
        MediaReport report,
        CancellationToken cancellationToken
    )
    {
        var most = new Moment(0, 0);
        for (var piece = 0; piece < Pieces && report.Duration is { } duration; piece++)
        {
            var from = Math.Max(0, duration.TotalSeconds * (piece + 0.5) / Pieces - PieceSeconds / 2);
            try
            {
                var found = await SampleAsync(process, source, report, from, cancellationToken);
                most = found.Difference > most.Difference ? found : most;
            }
            catch (RefusedException refusal) when (refusal.Refusal == Refusal.NotAVideo)
            {
                // This piece cannot be decoded; another may.
            }
        }

        return most.Second;
    }

    private static async Task<Moment> SampleAsync(
        FfmpegProcess process,
        MediaFile source,
        MediaReport report,
        double from,
        CancellationToken cancellationToken
    )
    {
        var most = new Moment(from, 0);
        var wasUniform = true;
        await PictureStatistics.ReadAsync(
            process,
            VideoInput.Of(source, report.Container, fromSeconds: from, forSeconds: PieceSeconds),
            VideoInput.PictureOf(report),
            "scale=96:-2:flags=area",
            ["YDIF", "YLOW", "YHIGH"],
            (second, figures) =>
            {
                // From black to a picture everything differs, and nothing moves.
                var isUniform = PictureFilters.IsUniform(figures[1], figures[2]);
                if (!isUniform && !wasUniform && figures[0] > most.Difference)
                    most = new Moment(from + second, figures[0]);
                wasUniform = isUniform;
            },
            cancellationToken
        );
        return most;
    }

    /// <param name="Difference">Of its picture from the one before, averaged over the pixels.</param>
    private sealed record Moment(double Second, double Difference);
}
