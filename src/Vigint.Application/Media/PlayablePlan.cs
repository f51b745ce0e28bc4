namespace Vigint.Application.Media;

/// <summary>How the form that every browser plays comes about.</summary>
public enum PlayableWay
{
    /// <summary>It is that form.</summary>
    AsIs,

    /// <summary>Picture and sound stay bit for bit; only the container is written anew.</summary>
    Rewrap,

    /// <summary>The picture stays bit for bit, the sound is encoded.</summary>
    EncodeSound,

    /// <summary>Picture and sound are encoded.</summary>
    Encode,
}

/// <summary>
/// What has to be done so that every browser plays a video (contract §3, renditions): H.264, yuv420p, AAC, MP4, index in front.
/// </summary>
/// <param name="Reason">Why, in a few words; fit for the wire.</param>
public sealed record PlayablePlan(PlayableWay Way, string Reason)
{
    // Of what H.264 level 5.2 allows; beyond it decoders in hardware give up.
    private const int HighestLevel = 52;

    private static readonly string[] PlayableProfiles =
    [
        "Baseline",
        "Constrained Baseline",
        "Main",
        "High",
        "Constrained High",
        "Progressive High",
    ];

    private static readonly string[] PlayableSounds = ["aac", "mp3"];

    // What a player shows nothing for before it looks broken.
    private const double LongestWait = 1;

    // The sound may end a little after the picture, and headers round.
    private static readonly TimeSpan LeastLie = TimeSpan.FromSeconds(5);

    public static PlayablePlan Of(MediaReport report)
    {
        if (WhyPictureIsNot(report) is { } picture)
            return new PlayablePlan(PlayableWay.Encode, picture);
        if (report.Audio is { } sound && !PlayableSounds.Contains(sound.Codec))
            return new PlayablePlan(PlayableWay.EncodeSound, $"its sound is {sound.Codec}");
        return report switch
        {
            { Container: not MediaContainer.Mp4 } => new PlayablePlan(PlayableWay.Rewrap, "its container is not MP4"),
            { IndexIsInFront: false } => new PlayablePlan(PlayableWay.Rewrap, "its index is at the end"),
            { IsPictureFirst: false } => new PlayablePlan(PlayableWay.Rewrap, "another picture comes before it"),
            { NamesKeyPictures: false, Packets: { } packets } when packets.KeyPictures < packets.Pictures => new PlayablePlan(
                PlayableWay.Rewrap,
                "its index does not say where decoding may begin"
            ),
            { StartSeconds: > LongestWait } => new PlayablePlan(PlayableWay.Rewrap, "it does not begin at its beginning"),
            _ when report.ToldDuration - report.Duration > LeastLie => new PlayablePlan(
                PlayableWay.Rewrap,
                "its index tells a longer playing time"
            ),
            _ => new PlayablePlan(PlayableWay.AsIs, "it plays as it is"),
        };
    }

    private static string? WhyPictureIsNot(MediaReport report) =>
        report.Video switch
        {
            { Codec: not "h264" } video => $"its picture is {video.Codec}",
            { PixelFormat: not ("yuv420p" or "yuvj420p") } video => $"its pixels are {video.PixelFormat ?? "of an unknown form"}",
            { Profile: { } profile } when !PlayableProfiles.Contains(profile) => $"its profile is {profile}",
            { Level: > HighestLevel } => "its level is beyond what browsers decode",
            _ when int.IsOddInteger(report.Video.Width) || int.IsOddInteger(report.Video.Height) => "its sides are odd",

            { IsInterlaced: true } => "its pictures are interlaced",

            // Copied, pictures that depend on later ones would jump. AVI knows no presentation times; a recorder's stream may lack some.
            _ when report.Container is MediaContainer.Avi or MediaContainer.MpegPs or MediaContainer.Dav or MediaContainer.Asf
                    || report.Packets is { AreTimed: false } => "its container tells no presentation times",
            _ => null,
        };
}
