namespace Vigint.Application.Media;

/// <summary>What ffprobe found in a file that is within the bounds of <see cref="IVideoProbe"/>.</summary>
/// <param name="Container">Judged by the first bytes, not by a name.</param>
/// <param name="Duration">Playing time as measured: the headers may lie, or not tell. Null when nobody could measure it.</param>
/// <param name="Video">The moving picture with most pictures, of several alike the first; the only one that is ever decoded.</param>
/// <param name="Audio">The first sound; null without.</param>
/// <param name="Streams">Streams of any kind, those that are ignored too.</param>
/// <param name="IndexIsInFront">Of an MP4 or MOV: it begins to play before it is wholly loaded.</param>
public sealed record MediaReport(
    MediaContainer Container,
    long SizeBytes,
    TimeSpan? Duration,
    VideoTrack Video,
    AudioTrack? Audio,
    int Streams,
    bool IndexIsInFront
)
{
    /// <summary>Pictures in it: as counted, else by its playing time and frame rate; 0 where one of these is unknown.</summary>
    public int Frames => Packets?.Pictures ?? (int)Math.Round((Duration?.TotalSeconds ?? 0) * (Video.FrameRate ?? 0));

    /// <summary>What was found while the file was read through, without decoding it; null when that was not possible.</summary>
    public PacketFacts? Packets { get; init; }

    /// <summary>Playing time as the headers say; null when they do not.</summary>
    public TimeSpan? ToldDuration { get; init; }

    /// <summary>
    /// When its first picture or sound is shown by the clock of the container, in seconds: a player shows nothing until then.
    /// </summary>
    public double StartSeconds { get; init; }

    /// <summary>Whether no other picture stands before <see cref="Video"/>, which a browser would play instead.</summary>
    public bool IsPictureFirst { get; init; } = true;

    /// <summary>
    /// Of an MP4: its index says from which pictures decoding may begin, or need not, because from each. A copy names them again.
    /// </summary>
    public bool NamesKeyPictures { get; init; } = true;

    /// <summary>The playing time of which something is missing when there is less.</summary>
    public TimeSpan? Expected => ToldDuration > Duration ? ToldDuration : Duration ?? ToldDuration;
}

/// <param name="Pictures">At least 1.</param>
/// <param name="KeyPictures">Those from which decoding may begin, as the container says.</param>
/// <param name="LastPictureSecond">When the last picture begins, from the beginning of the clip.</param>
/// <param name="PictureEndSecond">When the last picture ends.</param>
/// <param name="AreTimed">Whether each picture has a time of its own, so that a copy shows each when it is due.</param>
public sealed record PacketFacts(int Pictures, int KeyPictures, double LastPictureSecond, double PictureEndSecond, bool AreTimed);

public enum MediaContainer
{
    Mp4,
    QuickTime,
    Matroska,
    WebM,
    Avi,
    MpegTs,
    MpegPs,
    Dav,
    Flv,
    Asf,
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
    string Codec,
    string? Profile,
    int? Level,
    string? PixelFormat,
    int Width,
    int Height,
    int Rotation,
    double? FrameRate
)
{
    /// <summary>How much wider than high a stored pixel is shown; 1 for square ones.</summary>
    public double PixelAspect { get; init; } = 1;

    /// <summary>Number of the stream in its file.</summary>
    public int Index { get; init; }

    /// <summary>How long it is shown, as the headers say; null when they do not.</summary>
    public double? ToldSeconds { get; init; }

    /// <summary>A picture holds the lines of two moments.</summary>
    public bool IsInterlaced { get; init; }

    /// <summary>Brighter than screens show without tone mapping (PQ or HLG).</summary>
    public bool IsHighDynamicRange { get; init; }

    /// <summary>As people see it: upright, with square pixels.</summary>
    public (int Width, int Height) Shown => Rotation is 90 or 270 ? (Square.Height, Square.Width) : Square;

    private (int Width, int Height) Square =>
        Width * PixelAspect <= MediaBounds.LongestSide
            ? ((int)Math.Round(Width * PixelAspect), Height)
            : (Width, (int)Math.Round(Height / PixelAspect));
}

/// <param name="Codec">As ffmpeg names it: <c>aac</c>, <c>pcm_s16le</c>.</param>
/// <param name="BitsPerSecond">Null where unknown.</param>
public sealed record AudioTrack(string Codec, int Channels, int? BitsPerSecond);
