using Vigint.Application.Analysis;
using Vigint.Application.Media;
using Vigint.Domain.Analysis;

namespace Vigint.Infrastructure.Ffmpeg;

internal sealed class MotionDetector(FfmpegProcess process) : IMotionDetector
{
    // Pictures a second. Who walks past is in several of them.
    private const double SampleRate = 4;

    // Eight of the 5,000 pixels or so that a picture is made to. Noise that is much stronger than a camera's comes to five; somebody
    // who takes a hundredth of the picture and crosses it in half a minute to nine and more.
    private const double LeastChange = 0.0015;

    // Of a clip that is shorter there would be too few pictures.
    private const double ShortSeconds = 2;

    // At the end of a clip, whose sound may be a little longer than its picture.
    private const double LongestUnseenSeconds = 1;

    // Movements that are less apart are one.
    private const double LeastPauseSeconds = 1;

    // Made small, which takes away most of the noise, and softened, which takes away the rest. Of that only what differs from its
    // surroundings is kept, so that light which changes for all of the picture changes nothing. Then each pixel either differs
    // from the picture before by more than 10 of 256, and is white, or is black.
    private const string Changes =
        "scale=96:-2:flags=area,format=yuv420p,split[a][b];[a]gblur=sigma=1[fine];[b]gblur=sigma=8[coarse];[fine][coarse]blend=all_mode=grainextract,"
        + "tblend=all_mode=difference,lut=y='if(gt(val,10),255,0)'";

    private const double White = 255;

    public async Task<IReadOnlyList<MotionInterval>> FindAsync(MediaFile clip, MediaReport report, CancellationToken cancellationToken)
    {
        var intervals = new List<MotionInterval>();
        var (before, pictures) = (0.0, 0);
        await PictureStatistics.ReadAsync(
            process, VideoInput.Of(clip, report.Container), $"{Sampled(report)}{Changes}", "YAVG",
            (second, average) =>
            {
                if (average / White >= LeastChange)
                    Add(intervals, new MotionInterval(before, second, average / White));
                before = second;
                pictures++;
            },
            cancellationToken);

        // What was not seen may move.
        var isSeen = pictures > 1 && !(report.Duration?.TotalSeconds > before + LongestUnseenSeconds);
        return intervals.Count > 0 || isSeen ? intervals : throw AnalysisRefusals.MotionCannotBeTold();
    }

    // A short clip, or one of fewer pictures, is taken as it is: one that is repeated would look as if nothing moved.
    private static string Sampled(MediaReport report) => report.Video.FrameRate <= SampleRate || !(report.Duration?.TotalSeconds >= ShortSeconds) ? "" : $"fps={FfmpegText.Of(SampleRate)},";

    private static void Add(List<MotionInterval> intervals, MotionInterval next)
    {
        if (intervals is [.., var last] && next.StartSeconds - last.EndSeconds < LeastPauseSeconds)
            intervals[^1] = last with { EndSeconds = next.EndSeconds, Strength = Math.Max(last.Strength, next.Strength) };
        else
            intervals.Add(next);
    }
}
