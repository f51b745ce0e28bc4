namespace Vigint.Application.Media;

/// <summary>What ffprobe found in a file that is within the bounds of <see cref="IVideoProbe"/>.</summary>
/// <param name="Container">Judged by the first bytes, not by a name.</param>
/// <param name="Duration">Playing time; null where the file does not tell, as of one that was cut off.</param>
/// <param name="Video">The first moving picture; the only one that is ever decoded.</param>
/// <param name="Audio">The first sound; null without.</param>
/// <param name="Streams">Streams of any kind, those that are ignored too.</param>
/// <param name="IndexIsInFront">Of an MP4 or MOV: it begins to play before it is wholly loaded.</param>
public sealed record MediaReport(
    MediaContainer Container, long SizeBytes, TimeSpan? Duration, VideoTrack Video, AudioTrack? Audio, int Streams, bool IndexIsInFront)
{
    /// <summary>Pictures in it, by its playing time and frame rate; 0 where one of them is unknown.</summary>
    public int Frames => (int)Math.Round((Duration?.TotalSeconds ?? 0) * (Video.FrameRate ?? 0));
}

public enum MediaContainer
{
    Mp4,
    QuickTime,
    Matroska,
    WebM,
    Avi,
}

/// <param name="Codec">As ffmpeg names it: <c>h264</c>, <c>hevc</c>, <c>mpeg4</c>.</param>
/// <param name="Profile">As ffmpeg names it: <c>Main</c>, <c>High</c>; null where the codec has none.</param>
/// <param name="Level">Of H.264 in tenths: 41 is level 4.1; null where unknown.</param>
/// <param name="PixelFormat">As ffmpeg names it: <c>yuv420p</c>; null where unknown.</param>
/// <param name="Width">In pixels, as stored: before <paramref name="Rotation"/>.</param>
/// <param name="Height">In pixels, as stored.</param>
/// <param name="Rotation">By how many degrees a player turns the picture clockwise: 0, 90, 180 or 270.</param>
/// <param name="FrameRate">Frames a second, on average; null where unknown.</param>
public sealed record VideoTrack(
    string Codec, string? Profile, int? Level, string? PixelFormat, int Width, int Height, int Rotation, double? FrameRate)
{
    /// <summary>As people see it.</summary>
    public (int Width, int Height) Shown => Rotation is 90 or 270 ? (Height, Width) : (Width, Height);
}

/// <param name="Codec">As ffmpeg names it: <c>aac</c>, <c>pcm_s16le</c>.</param>
/// <param name="BitsPerSecond">Null where unknown.</param>
public sealed record AudioTrack(string Codec, int Channels, int? BitsPerSecond);
