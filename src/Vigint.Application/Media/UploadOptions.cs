namespace Vigint.Application.Media;

/// <param name="MaxBytes">Largest single video, in bytes.</param>
public sealed record UploadOptions(long MaxBytes)
{
    /// <summary>What a form may hold beside the video: its metadata, fields, part headers and delimiters, in bytes.</summary>
    public const long MostBesideTheVideo = 2 * 1024 * 1024;

    /// <summary>The largest body that a call takes: a video in base64, and what is beside it.</summary>
    public long LargestCallBytes => (MaxBytes + MostBesideTheVideo) / 3 * 4 + MostBesideTheVideo;
}
