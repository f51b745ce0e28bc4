using Vigint.Application.Analysis;
using Vigint.Application.Media;
using Vigint.Domain.Analysis;

namespace Vigint.Infrastructure.Ffmpeg;

internal sealed class MotionDetector(FfmpegProcess process) : IMotionDetector
{
    // Four pictures a second, of each quarter the first: who walks past is in several of them. None is made up where there is none, for
    // it would look as if nothing moved; one whose time is unknown is taken.
    private const string Samples = "select='not(eq(floor(t*4)\\,floor(prev_selected_t*4)))'";

    // Eight of the 5,000 pixels or so that a picture is made to. Noise that is much stronger than a camera's comes to five; somebody
    // who takes a hundredth of the picture and crosses it in half a minute to nine and more.
    private const double LeastChange = 0.0015;

    // Nobody does much in less. Pictures that are further apart may have others between them that were not seen.
    private const double LongestUnseenSeconds = 1;

    // Movements that are less apart are one.
    private const double LeastPauseSeconds = 1;

    // Made small, which takes away most of the noise, and softened, which takes away the rest. Of that only what differs from its
    // surroundings is kept, so that light which changes for all of the picture changes nothing. Then each pixel either differs
    // from the picture before by more than 10 of 256, and is white, or is black.
    private const string Changes =
        "scale=96:-2:flags=area,format=yuv420p,split[a][b];[a]gblur=sigma=1[fine];[b]gblur=sigma=8[coarse];"
        + "[fine][coarse]blend=all_mode=grainextract,"
        + "tblend=all_mode=difference,lut=y='if(gt(val,10),255,0)'";

    private const double White = 255;

    public async Task<IReadOnlyList<MotionInterval>> FindAsync(MediaFile clip, MediaReport report, CancellationToken cancellationToken)
    {
        var intervals = new List<MotionInterval>();
        var pauses = new List<Pause>();
        var (before, pictures) = (0.0, 0);
        var complaints = await PictureStatistics.ReadAsync(
            process,
            VideoInput.Of(clip, report.Container),
            VideoInput.PictureOf(report),
            $"{Samples},{Changes}",
            ["YAVG"],
            (second, figures) =>
            {
                var average = figures[0];
                if (average / White >= LeastChange)
                    Add(intervals, new MotionInterval(before, second, average / White));
                if (second - before > LongestUnseenSeconds)
                    pauses.Add(new Pause(before, second));
                before = second;
                pictures++;
            },
            cancellationToken
        );
        if (intervals.Count > 0)
            return intervals;

        // What was not seen may move. A decoder that complains has left pictures out, or shown the one before in their place.
        if (!(report.Expected?.TotalSeconds - before <= LongestUnseenSeconds))
            pauses.Add(new Pause(before, double.PositiveInfinity));
        var isSeen =
            pictures > 1 && complaints.Length == 0 && (pauses.Count == 0 || await AreEmptyAsync(pauses, clip, report, cancellationToken));
        return isSeen ? intervals : throw AnalysisRefusals.MotionCannotBeTold();
    }

    // Some cameras send a picture a second, or none while nothing changes. Lost are only those that the file has and no decoder showed,
    // and what is missing at its end. To within half a second, for not every container tells more exactly when a picture is shown.
    private async Task<bool> AreEmptyAsync(List<Pause> pauses, MediaFile clip, MediaReport report, CancellationToken cancellationToken)
    {
        const double margin = LongestUnseenSeconds / 2;
        var (shown, end) = (new List<double>(), 0.0);
        await PacketTimes.ReadAsync(
            process,
            VideoInput.Of(clip, report.Container),
            [VideoInput.PictureOf(report)],
            picture =>
            {
                shown.Add(picture.From);
                end = Math.Max(end, picture.To);
            },
            cancellationToken
        );
        shown.Sort();
        return !(report.Expected?.TotalSeconds > end + LongestUnseenSeconds)
            && !pauses.Exists(pause =>
            {
                var at = shown.BinarySearch(pause.From + margin);
                return (at >= 0 ? at : ~at) is var next && next < shown.Count && shown[next] < pause.To - margin;
            });
    }

    private static void Add(List<MotionInterval> intervals, MotionInterval next)
    {
        if (intervals is [.., var last] && next.StartSeconds - last.EndSeconds < LeastPauseSeconds)
            intervals[^1] = last with { EndSeconds = next.EndSeconds, Strength = Math.Max(last.Strength, next.Strength) };
        else
            intervals.Add(next);
    }

    /// <summary>In seconds, between two pictures that were seen.</summary>
    private readonly record struct Pause(double From, double To);
}
