namespace Vigint.Infrastructure.Containers;

/// <summary>The names that ffmpeg has for the codecs that containers name each in their own way.</summary>
internal static class Codecs
{
    private static readonly Dictionary<string, string> ByContainersName = new(StringComparer.OrdinalIgnoreCase)
    {
        // Sample entries of ISO media (mp4ra.org)
        ["avc1"] = "h264",
        ["avc3"] = "h264",
        ["hvc1"] = "hevc",
        ["hev1"] = "hevc",
        ["mp4v"] = "mpeg4",
        ["vp08"] = "vp8",
        ["vp09"] = "vp9",
        ["av01"] = "av1",
        ["jpeg"] = "mjpeg",
        ["mjpa"] = "mjpeg",
        ["mjpb"] = "mjpeg",
        ["s263"] = "h263",
        ["apcn"] = "prores",
        ["apch"] = "prores",
        ["apcs"] = "prores",
        ["apco"] = "prores",

        // Compressions of AVI
        ["H264"] = "h264",
        ["X264"] = "h264",
        ["DAVC"] = "h264",
        ["HEVC"] = "hevc",
        ["H265"] = "hevc",
        ["XVID"] = "mpeg4",
        ["DIVX"] = "mpeg4",
        ["DX50"] = "mpeg4",
        ["FMP4"] = "mpeg4",
        ["MJPG"] = "mjpeg",
        ["VP80"] = "vp8",
        ["VP90"] = "vp9",
        ["MP42"] = "msmpeg4v2",
        ["MP43"] = "msmpeg4v3",
        ["DIV3"] = "msmpeg4v3",

        // Compressions of ASF
        ["WMV1"] = "wmv1",
        ["WMV2"] = "wmv2",
        ["WMV3"] = "wmv3",
        ["WVC1"] = "vc1",
        ["MP4S"] = "mpeg4",
        ["M4S2"] = "mpeg4",

        // Codec ids of Matroska
        ["V_MPEG4/ISO/AVC"] = "h264",
        ["V_MPEGH/ISO/HEVC"] = "hevc",
        ["V_MPEG4/ISO/ASP"] = "mpeg4",
        ["V_MPEG4/ISO/SP"] = "mpeg4",
        ["V_VP8"] = "vp8",
        ["V_VP9"] = "vp9",
        ["V_AV1"] = "av1",
        ["V_MJPEG"] = "mjpeg",
        ["V_MPEG4/MS/V3"] = "msmpeg4v3",
        ["V_MPEG2"] = "mpeg2video",
        ["V_MPEG1"] = "mpeg1video",
        ["V_THEORA"] = "theora",
    };

    /// <summary>Of a stream in MPEG-TS or MPEG-PS, by its type (ISO/IEC 13818-1 §2.4.4).</summary>
    /// <returns>Null when it holds no pictures, or none that are known.</returns>
    public static string? OfMpegStream(byte type) =>
        type switch
        {
            0x01 => "mpeg1video",
            0x02 => "mpeg2video",
            0x10 => "mpeg4",
            0x1B => "h264",
            0x24 => "hevc",
            0x33 => "vvc",
            0xEA => "vc1",
            _ => null,
        };

    /// <returns>The container's own name when it is not a known one; null when that is no printable text.</returns>
    public static string? NameOf(string containersName)
    {
        var name = containersName.Trim('\0', ' ');
        return ByContainersName.TryGetValue(name, out var known) ? known
            : name.Length > 0 && name.All(c => c is > ' ' and < '\x7f') ? name
            : null;
    }
}
