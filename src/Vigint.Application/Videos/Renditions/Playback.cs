using Vigint.Domain.Videos;

namespace Vigint.Application.Videos.Renditions;

/// <summary>What a video's record says of whether browsers play it (contract §3, renditions).</summary>
/// <param name="State">The contract's word.</param>
/// <param name="Percent">While it is being prepared, how far it is; else null.</param>
/// <param name="Reason">Why it is not played as it should be; null when it is, or will be.</param>
public sealed record Playback(string State, int? Percent, string? Reason)
{
    /// <param name="rendition">Null when the video has not had its turn.</param>
    /// <param name="percent">How far the making is; null when it has not begun.</param>
    /// <param name="unavailableReason">Why none are made at all at present; null when they are.</param>
    public static Playback Of(Rendition? rendition, double? percent, string? unavailableReason) =>
        (rendition?.State, unavailableReason) switch
        {
            (RenditionState.Ready, _) => new Playback("ready", null, null),
            (RenditionState.Failed, _) => new Playback("failed", null, rendition!.Reason),
            (_, not null) => new Playback("original only", null, unavailableReason),
            _ => new Playback("preparing", (int)(percent ?? 0), rendition?.Reason),
        };
}
