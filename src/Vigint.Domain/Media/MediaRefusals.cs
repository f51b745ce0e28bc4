namespace Vigint.Domain.Media;

/// <summary>Every sentence with which a call that works on media is refused.</summary>
public static class MediaRefusals
{
    private const string SmallerClip = "Send a shorter or smaller clip";

    // What was sent

    public static RefusedException NotAVideo(NoVideoReason reason = NoVideoReason.Unknown) =>
        new(Refusal.NotAVideo, "not_a_video", "Not a video", NoVideoSentences.Of(reason));

    /// <summary>Such a clip is stored all the same, and nothing is made of it.</summary>
    public static RefusedException IndexMissing() =>
        new(
            Refusal.NotAVideo,
            "video_index_missing",
            "The recording was cut off: its index is missing",
            "There are pictures in the file, and nothing that says where. Repair it with a program for that, or export it again"
        );

    public static RefusedException CannotBeDecoded() =>
        new(
            Refusal.NotAVideo,
            "video_undecodable",
            "The video cannot be decoded",
            "It begins like a video, and no picture in it can be read; send the file again, or one of another codec"
        );

    public static RefusedException Encrypted() =>
        new(
            Refusal.NotAVideo,
            "video_encrypted",
            "The video is encrypted",
            "Nobody can watch it without its key; send it as it was before it was encrypted"
        );

    public static RefusedException PictureTooLarge(int longestSide, long mostPixels) =>
        new(
            Refusal.TooDemanding,
            "picture_too_large",
            $"The picture is too large: at most {longestSide} pixels a side and {mostPixels} in all",
            SmallerClip
        );

    public static RefusedException TooLong(double mostHours) =>
        new(
            Refusal.TooDemanding,
            "video_too_long",
            FormattableString.Invariant($"The video is too long: at most {mostHours} hours"),
            SmallerClip
        );

    public static RefusedException TooManyStreams(int most) =>
        new(
            Refusal.TooDemanding,
            "too_many_streams",
            $"The file holds too many streams: at most {most}",
            "Send a file with one picture and one sound"
        );

    // What was asked for

    public static RefusedException NoVideo() =>
        new(
            Refusal.Invalid,
            "video_data_missing",
            "No video data",
            "Send the clip as base64 in the member 'video_data' of a JSON object, or as a file part 'video' of a form"
        );

    public static RefusedException NotBase64(string member) =>
        new(
            Refusal.Invalid,
            "base64_invalid",
            $"{member} is not base64",
            "Send the bytes of the file as base64 (RFC 4648), with the alphabet that has + and /"
        );

    public static RefusedException UnusableSize() =>
        new(Refusal.Invalid, "max_size_invalid", "max_size_mb must be a number more than 0", "Megabytes of 1048576 bytes");

    public static RefusedException UnusableReduction() =>
        new(Refusal.Invalid, "quality_reduction_invalid", "quality_reduction must be a number more than 0 and at most 1");

    public static RefusedException UnusableFrameRate(double least, double most) =>
        new(Refusal.Invalid, "frame_rate_invalid", FormattableString.Invariant($"fps must be a number from {least} to {most}"));

    public static RefusedException UnknownFormat() =>
        new(Refusal.Invalid, "video_format_invalid", "video_format must be one of mp4, avi, mov, mkv");

    public static RefusedException TooManyFrames(int most) =>
        new(
            Refusal.Invalid,
            "frame_limit_exceeded",
            FormattableString.Invariant($"frames must be at most {most}"),
            "Send fewer frames, or more than one call"
        );

    public static RefusedException NoFrames() =>
        new(Refusal.Invalid, "no_valid_frames", "No valid frames decoded", "Send pictures as base64 of JPEG in the array 'frames'");

    public static RefusedException CannotBeSmaller(long smallestBytes)
    {
        var smallest = Math.Ceiling(smallestBytes / 10485.76) / 100;
        return new(
            Refusal.TooDemanding,
            "max_size_unreachable",
            FormattableString.Invariant($"max_size_mb cannot be reached at any watchable quality; the smallest that can is {smallest}"),
            "Ask for that, or send a shorter clip"
        )
        {
            Figures = new Dictionary<string, long> { ["smallest_bytes"] = smallestBytes },
        };
    }

    public static RefusedException UnknownDownload() =>
        new(Refusal.NotFound, "download_not_found", "Download not found", "Downloads are kept for an hour");

    // What ffmpeg needed

    public static RefusedException TookTooLong(double seconds) =>
        new(
            Refusal.TooDemanding,
            "conversion_timeout",
            FormattableString.Invariant($"Working on the video took longer than {seconds} seconds and was stopped"),
            $"{SmallerClip}, or raise FFMPEG_TIMEOUT_SECONDS"
        )
        {
            MayPass = true,
        };

    public static RefusedException TookTooMuchMemory(long megabytes) =>
        new(
            Refusal.TooDemanding,
            "conversion_out_of_memory",
            $"Working on the video took more than {megabytes} MB of memory and was stopped",
            $"{SmallerClip}, or raise FFMPEG_MEMORY_MB"
        )
        {
            MayPass = true,
        };

    public static RefusedException NoEncoder() =>
        new(
            Refusal.Unavailable,
            "ffmpeg_unavailable",
            "Videos cannot be worked on: this server has no usable ffmpeg",
            "Install ffmpeg on the server; GET /api/health says how it stands"
        );

    public static RefusedException QueueIsFull(TimeSpan retryAfter) =>
        new(Refusal.Unavailable, "encoder_queue_full", "Too many videos are being worked on", "Try again after the time in Retry-After")
        {
            RetryAfter = retryAfter,
        };
}
