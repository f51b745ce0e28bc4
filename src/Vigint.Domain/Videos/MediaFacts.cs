namespace Vigint.Domain.Videos;

/// <summary>What a container says of itself. Null where it does not say, or not where it can be read cheaply.</summary>
/// <param name="ContentType">The media type of the container: <c>video/mp4</c>, <c>video/webm</c>, …</param>
/// <param name="DurationSeconds">Playing time in seconds.</param>
/// <param name="Width">Picture width in pixels, as stored (before rotation).</param>
/// <param name="Height">Picture height in pixels, as stored.</param>
/// <param name="Codec">
/// The codec by the name that ffmpeg uses (<c>h264</c>), or the container's own code when it is not a known one.
/// </param>
public sealed record MediaFacts(
    string ContentType,
    double? DurationSeconds = null,
    int? Width = null,
    int? Height = null,
    string? Codec = null
)
{
    /// <summary>Playing time; null also where the container says that it has none, as one does whose end was never written.</summary>
    public TimeSpan? Duration => DurationSeconds is > 0 and < int.MaxValue ? TimeSpan.FromSeconds(DurationSeconds.Value) : null;
}
