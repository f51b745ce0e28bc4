using Vigint.Application.Media;

namespace Vigint.Infrastructure.Ffmpeg;

/// <summary>How a file that somebody sent is opened: as the one container that it was judged to be, and nothing but itself.</summary>
internal static class VideoInput
{
    /// <param name="threads">Of the decoder.</param>
    /// <param name="fromSeconds">Where to begin.</param>
    /// <param name="forSeconds">How much to read; null for all.</param>
    public static IEnumerable<string> Of(MediaFile file, MediaContainer container, int threads = 1, double fromSeconds = 0, double? forSeconds = null)
    {
        string[] from = fromSeconds > 0 ? ["-ss", FfmpegText.Of(fromSeconds)] : [];
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
            _ => "matroska",
        };
        string[] references = demuxer == "mov" ? ["-enable_drefs", "0", "-use_absolute_path", "0"] : [];
        return
        [
            "-protocol_whitelist", "file", "-format_whitelist", demuxer, "-f", demuxer, .. references,
            "-max_streams", $"{MediaBounds.MostStreams}", "-max_pixels", $"{MediaBounds.MostPixels}",
        ];
    }
}
