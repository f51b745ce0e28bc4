using Vigint.Application.Media;

namespace Vigint.Infrastructure.Ffmpeg;

/// <summary>How a file that somebody sent is opened: as the one container that it was judged to be, and nothing but itself.</summary>
internal static class VideoInput
{
    private const int MostLookedAtBytes = 8 * 1024 * 1024;
    private const int MostLookedAtMicroseconds = 10_000_000;

    private static readonly string[] NotExact = ["-noaccurate_seek"];

    /// <summary>As ffmpeg names the picture of a file that is the first of its inputs.</summary>
    public static string PictureOf(MediaReport report) => $"0:{report.Video.Index}";

    /// <param name="threads">Of the decoder.</param>
    /// <param name="fromSeconds">Where to begin.</param>
    /// <param name="forSeconds">How much to read; null for all.</param>
    /// <param name="isExact">
    /// False for the pictures before, too, from the one with which decoding begins; their times are less than 0.
    /// </param>
    public static IEnumerable<string> Of(
        MediaFile file,
        MediaContainer container,
        int threads = 1,
        double fromSeconds = 0,
        double? forSeconds = null,
        bool isExact = true
    )
    {
        string[] from = fromSeconds > 0 ? [.. isExact ? [] : NotExact, "-ss", FfmpegText.Of(fromSeconds)] : [];
        string[] length = forSeconds is { } seconds ? ["-t", FfmpegText.Of(seconds)] : [];
        return [.. from, .. length, "-threads", $"{threads}", .. Guards(container), "-i", $"file:{file.Path}"];
    }

    /// <summary>
    /// Names the demuxer, so that nothing is guessed by content (a play list, a script); allows it no other protocol than files and
    /// no references to other files; refuses what is too large before it is decoded.
    /// </summary>
    public static IEnumerable<string> Guards(MediaContainer container)
    {
        var demuxer = container switch
        {
            MediaContainer.Mp4 or MediaContainer.QuickTime => "mov",
            MediaContainer.Avi => "avi",
            MediaContainer.MpegTs => "mpegts",
            MediaContainer.MpegPs => "mpeg",
            MediaContainer.Dav => "dhav",
            MediaContainer.Flv => "flv",
            MediaContainer.Asf => "asf",
            _ => "matroska",
        };

        // These have no index: what is in them is found by reading, and for so long.
        string[] look = container is MediaContainer.MpegTs or MediaContainer.MpegPs or MediaContainer.Dav or MediaContainer.Flv
            ? ["-probesize", $"{MostLookedAtBytes}", "-analyzeduration", $"{MostLookedAtMicroseconds}"]
            : [];
        string[] references = demuxer == "mov" ? ["-enable_drefs", "0", "-use_absolute_path", "0"] : [];
        return
        [
            "-protocol_whitelist",
            "file",
            "-format_whitelist",
            demuxer,
            "-f",
            demuxer,
            .. look,
            .. references,
            "-max_streams",
            $"{MediaBounds.MostStreams}",
            "-max_pixels",
            $"{MediaBounds.MostPixels}",
        ];
    }
}
