namespace Vigint.Domain.Media;

/// <summary>Every sentence with which a call that works on media is refused.</summary>
public static class MediaRefusals
{
    private const string SmallerClip = "Send a shorter or smaller clip";

    // What was sent

    public static RefusedException NotAVideo() => new(Refusal.NotAVideo, "Not a video",
        "The content is not a video in MP4, MOV, Matroska, WebM or AVI; the name of the file does not matter");

    public static RefusedException CannotBeDecoded() => new(Refusal.NotAVideo, "The video cannot be decoded",
        "It begins like a video, and no picture in it can be read; send the file again, or one of another codec");

    public static RefusedException PictureTooLarge(int longestSide, long mostPixels) => new(Refusal.TooDemanding,
        $"The picture is too large: at most {longestSide} pixels a side and {mostPixels} in all", SmallerClip);

    public static RefusedException TooLong(double mostHours) => new(Refusal.TooDemanding,
        FormattableString.Invariant($"The video is too long: at most {mostHours} hours"), SmallerClip);

    public static RefusedException TooManyStreams(int most) => new(Refusal.TooDemanding,
        $"The file holds too many streams: at most {most}", "Send a file with one picture and one sound");

    // What ffmpeg needed

    public static RefusedException TookTooLong(double seconds) => new(Refusal.TooDemanding,
        FormattableString.Invariant($"Working on the video took longer than {seconds} seconds and was stopped"), $"{SmallerClip}, or raise FFMPEG_TIMEOUT_SECONDS");

    public static RefusedException TookTooMuchMemory(long megabytes) => new(Refusal.TooDemanding,
        $"Working on the video took more than {megabytes} MB of memory and was stopped", $"{SmallerClip}, or raise FFMPEG_MEMORY_MB");

    public static RefusedException NoEncoder() => new(Refusal.Unavailable, "Videos cannot be worked on: this server has no usable ffmpeg",
        "Install ffmpeg on the server; GET /api/health says how it stands");

    public static RefusedException QueueIsFull(TimeSpan retryAfter) => new(Refusal.Unavailable, "Too many videos are being worked on",
        "Try again after the time in Retry-After")
    {
        RetryAfter = retryAfter,
    };
}
