namespace Vigint.Application.Media.CompressVideo;

/// <summary>
/// In which form a video fits into a size. The bits that the playing time leaves are first of all the picture's as it is; only when
/// they are too few for it to be watched does it become smaller, step by step, and in the end slower.
/// </summary>
public static class CompressionPlan
{
    /// <summary>
    /// Bits for each pixel of each frame below which blocks and smears show more than a picture of fewer pixels would lose
    /// (bench/RESULTS.md).
    /// </summary>
    public const double WatchableBitsPerPixel = 0.01;

    /// <summary>The shorter side is never made smaller than this, in pixels.</summary>
    public const int SmallestSide = 120;

    // A picture that shrinks by less at each step would fit no better and take for ever to get there.
    private const double SlowestShrinking = 0.98;

    // From here on motion may suffer before the picture does.
    private const int SmallSide = 360;
    private const double SlowFrameRate = 15;
    private const double UsualFrameRate = 25;

    private const int UsualSound = 128_000;
    private const int LeastSound = 24_000;
    private const double MostOfItSound = 0.15;

    // The index of an MP4 takes about so much for each frame, and the rest of its boxes.
    private const int BytesPerFrame = 16;
    private const int BytesBeside = 4096;

    // What an encoder of two passes misses its aim by.
    private const double Aim = 0.975;

    /// <param name="factor">By which the sides shrink at each step, more than 0; 1 to leave them as they are.</param>
    /// <returns>Null when no form fits; <see cref="SmallestBytes"/> then says what would.</returns>
    public static CompressedForm? For(MediaReport report, TimeSpan duration, long mostBytes, double factor) =>
        Forms(report, duration, mostBytes, factor).FirstOrDefault(form => IsWatchable(form, report));

    /// <summary>The least that a watchable form takes.</summary>
    public static long SmallestBytes(MediaReport report, TimeSpan duration, double factor)
    {
        var smallest = Forms(report, duration, mostBytes: 0, factor).Last();
        var rate = smallest.FrameRate ?? FrameRateOf(report);
        var picture = smallest.Width * (double)smallest.Height * rate * WatchableBitsPerPixel;
        var bitsPerSecond = picture + (SoundOf(report.Audio, picture / (1 - MostOfItSound)) ?? 0);
        return (long)Math.Ceiling(bitsPerSecond / 8 * duration.TotalSeconds / Aim + Overhead(duration, rate) / Aim);
    }

    private static IEnumerable<CompressedForm> Forms(MediaReport report, TimeSpan duration, long mostBytes, double factor)
    {
        var (width, height) = report.Video.Shown;
        var fps = FrameRateOf(report);
        var step = factor < 1 ? Math.Min(factor, SlowestShrinking) : 1;
        for (var scale = 1.0; ; scale *= step)
        {
            var isSmall = scale < 1 && Math.Min(width, height) * scale < SmallSide;
            double? slower = isSmall && fps > SlowFrameRate ? SlowFrameRate : null;
            var bits = BitsPerSecond(mostBytes, duration, slower ?? fps);
            var sound = SoundOf(report.Audio, bits);
            yield return new CompressedForm(
                mostBytes,
                Even(width * scale),
                Even(height * scale),
                slower,
                (int)Math.Clamp(bits - (sound ?? 0), 0, int.MaxValue),
                sound
            );
            if (step >= 1 || Math.Min(width, height) * scale * step < SmallestSide)
                yield break;
        }
    }

    private static bool IsWatchable(CompressedForm form, MediaReport report) =>
        form.VideoBitsPerSecond >= form.Width * (double)form.Height * (form.FrameRate ?? FrameRateOf(report)) * WatchableBitsPerPixel;

    private static double BitsPerSecond(long mostBytes, TimeSpan duration, double frameRate) =>
        Math.Max(0, (mostBytes * Aim - Overhead(duration, frameRate)) * 8 / duration.TotalSeconds);

    private static double Overhead(TimeSpan duration, double frameRate) => BytesBeside + BytesPerFrame * frameRate * duration.TotalSeconds;

    private static int? SoundOf(AudioTrack? audio, double bitsPerSecond)
    {
        if (audio is null)
            return null;
        var wanted = Math.Min(audio.BitsPerSecond ?? UsualSound, UsualSound);
        return (int)Math.Min(Math.Max(LeastSound, bitsPerSecond * MostOfItSound), Math.Max(LeastSound, wanted));
    }

    private static double FrameRateOf(MediaReport report) => report.Video.FrameRate ?? UsualFrameRate;

    private static int Even(double length) => Math.Max(2, (int)Math.Round(length / 2) * 2);
}
