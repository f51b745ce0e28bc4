using Vigint.Domain;

namespace Vigint.Application.Media;

/// <summary>
/// Looks at a file with ffprobe, which follows nothing that the file names and decodes at most a few frames; and reads it through without
/// decoding it.
/// </summary>
public interface IVideoProbe
{
    /// <exception cref="RefusedException">
    /// <see cref="Refusal.NotAVideo"/> when it is in no container that is known, is encrypted, or has no picture that can be read;
    /// <see cref="Refusal.TooDemanding"/> when picture, playing time or number of streams is beyond <see cref="MediaBounds"/>, or
    /// ffprobe needed more memory or time than it gets; <see cref="Refusal.Unavailable"/> without an ffmpeg.
    /// </exception>
    Task<MediaReport> ReadAsync(MediaFile file, CancellationToken cancellationToken);

    /// <summary>
    /// Decodes all of it, up to the first fault: browsers stop where ffmpeg goes on. It takes about a tenth of the time that encoding
    /// takes, and waits for no turn: see <see cref="EncoderGate"/>.
    /// </summary>
    /// <returns>True when a decoder complains, or may not begin where the container says that it may.</returns>
    /// <exception cref="RefusedException">
    /// <see cref="Refusal.TooDemanding"/> and <see cref="Refusal.Unavailable"/> as above; whether it is damaged is not known then.
    /// </exception>
    Task<bool> IsDamagedAsync(MediaFile file, MediaReport report, CancellationToken cancellationToken);
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
