using Vigint.Application.Media;

namespace Vigint.Infrastructure.Ffmpeg;

/// <summary>The filters that make what people see of what is stored.</summary>
internal static class PictureFilters
{
    /// <summary>A picture that is all one color but for noise: a camera's shutter, a flash.</summary>
    /// <param name="low">The brightness below which a tenth of the picture is, from 0 to 255.</param>
    /// <param name="high">The brightness above which a tenth of the picture is.</param>
    public static bool IsUniform(double low, double high) => high - low < LeastContrast;

    private const double LeastContrast = 12;

    // Linear light, brought into the range of a screen, and back. Made small before, for a pixel takes 12 bytes there.
    private const string ToneMapping =
        ",zscale=transfer=linear:npl=100,format=gbrpf32le,zscale=primaries=bt709,tonemap=tonemap=hable:desat=0,"
        + "zscale=transfer=bt709:matrix=bt709:range=limited";

    /// <summary>Made progressive, scaled to square pixels, and as bright as screens show.</summary>
    public static string Seen(VideoTrack video, int width, int height)
    {
        var deinterlaced = video.IsInterlaced ? "bwdif=mode=send_frame:parity=auto:deint=interlaced," : "";
        return $"{deinterlaced}scale={width}:{height},setsar=1{(video.IsHighDynamicRange ? ToneMapping : "")}";
    }
}
