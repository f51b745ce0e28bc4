namespace Vigint.Application.Media;

/// <summary>What a video is compressed to.</summary>
/// <param name="MostBytes">The whole file, in bytes.</param>
/// <param name="Width">As shown, in pixels, even.</param>
/// <param name="Height">As shown, in pixels, even.</param>
/// <param name="FrameRate">Frames a second; null to keep each frame when it is.</param>
/// <param name="VideoBitsPerSecond">What the picture may take on average.</param>
/// <param name="AudioBitsPerSecond">Null for no sound.</param>
public sealed record CompressedForm(
    long MostBytes,
    int Width,
    int Height,
    double? FrameRate,
    int VideoBitsPerSecond,
    int? AudioBitsPerSecond
);
