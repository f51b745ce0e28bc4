using Vigint.Domain;

namespace Vigint.Application.Media;

/// <summary>Looks at a file with ffprobe, which follows nothing that the file names and decodes at most a few frames.</summary>
public interface IVideoProbe
{
    /// <exception cref="RefusedException">
    /// <see cref="Refusal.NotAVideo"/> when it is in no container that is known, or has no picture that can be read;
    /// <see cref="Refusal.TooDemanding"/> when picture, playing time or number of streams is beyond <see cref="MediaBounds"/>, or
    /// ffprobe needed more memory or time than it gets; <see cref="Refusal.Unavailable"/> without an ffmpeg.
    /// </exception>
    Task<MediaReport> ReadAsync(MediaFile file, CancellationToken cancellationToken);
}

/// <summary>What is looked at before anything is decoded.</summary>
public static class MediaBounds
{
    /// <summary>Longest side of a picture, in pixels.</summary>
    public const int LongestSide = 8192;

    /// <summary>Largest picture, in pixels: 8K has 33 million.</summary>
    public const int MostPixels = 40_000_000;

    /// <summary>Streams of any kind in one file.</summary>
    public const int MostStreams = 32;

    /// <summary>Longest playing time.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromHours(24);

    public static bool Allows(int width, int height) => width <= LongestSide && height <= LongestSide && (long)width * height <= MostPixels;
}
