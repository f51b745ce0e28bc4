namespace Vigint.Domain.Analysis;

/// <summary>Every sentence with which frames are refused that were to be buffered.</summary>
public static class BufferRefusals
{
    private const string NothingWasBuffered = "Nothing was buffered";

    /// <param name="member">Where it should have been.</param>
    public static RefusedException MissingFrame(string member) =>
        new(
            Refusal.Invalid,
            "frame_missing",
            "Missing frame data",
            $"Send one JPEG as base64 in the member '{member}'. {NothingWasBuffered}"
        );

    public static RefusedException MissingFrames() =>
        new(
            Refusal.Invalid,
            "frames_missing",
            "Missing frames array",
            $"Send the frames in the array 'frames', each an object with a member 'frame_data'. {NothingWasBuffered}"
        );

    /// <param name="member">Where it is.</param>
    public static RefusedException NotAJpeg(string member) =>
        new(Refusal.NotAVideo, "frame_not_jpeg", $"{member} is not a JPEG", NothingWasBuffered);

    public static RefusedException UnusableSourceId(int longest) =>
        new(
            Refusal.Invalid,
            "source_id_invalid",
            $"source_id must be a text of 1 to {longest} characters without control characters",
            NothingWasBuffered
        );

    public static RefusedException UnusableSourceName(int longest) =>
        new(
            Refusal.Invalid,
            "source_name_invalid",
            $"source_name must be a text of at most {longest} characters without control characters",
            NothingWasBuffered
        );

    /// <param name="wait">Until one of them is forgotten.</param>
    public static RefusedException TooManySources(int most, TimeSpan wait) =>
        new(
            Refusal.TooMany,
            "source_limit_reached",
            $"Too many sources: at most {most}",
            "A source is forgotten when no frame of it has come for ten minutes"
        )
        {
            RetryAfter = wait,
        };

    public static RefusedException NoRoom(long limitBytes) =>
        new(
            Refusal.NoRoom,
            "frame_buffer_full",
            "There is no room for more buffered frames",
            "Send smaller frames or fewer sources, or raise FRAME_BUFFER_MB"
        )
        {
            Figures = new Dictionary<string, long> { ["limit_bytes"] = limitBytes },
        };
}
