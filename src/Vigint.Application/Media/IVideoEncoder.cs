using Vigint.Domain;

namespace Vigint.Application.Media;

/// <summary>
/// Makes video files of video files. Every method throws <see cref="Refusal.TooDemanding"/> when ffmpeg needed more memory or time
/// than it gets, <see cref="Refusal.NotAVideo"/> when nothing can be decoded, <see cref="Refusal.NoRoom"/> when the disk is full
/// and <see cref="Refusal.Unavailable"/> without an ffmpeg. Whatever way it ends, no process is left, and a target is left only
/// when it is whole. Nothing here waits for a turn: see <see cref="EncoderGate"/>.
/// </summary>
public interface IVideoEncoder
{
    /// <summary>Writes the form that every browser plays: MP4 with its index in front, H.264 and AAC.</summary>
    /// <param name="plan">Of <see cref="PlayablePlan.Of"/>, and not <see cref="PlayableWay.AsIs"/>.</param>
    /// <param name="percent">Told from 0 to 100, now and then; null when nobody asks.</param>
    Task MakePlayableAsync(
        MediaFile source,
        MediaReport report,
        PlayablePlan plan,
        MediaFile target,
        IProgress<double>? percent,
        CancellationToken cancellationToken
    );

    /// <summary>Writes a JPEG, upright, of at most <see cref="Stills.LongestSide"/> pixels a side.</summary>
    /// <param name="atSeconds">
    /// From the beginning, beyond the end the last frame; null for the frame with most motion among a few samples.
    /// </param>
    /// <returns>Which second it shows.</returns>
    Task<double> StillAsync(MediaFile source, MediaReport report, double? atSeconds, MediaFile target, CancellationToken cancellationToken);

    /// <summary>
    /// Writes an MP4 with H.264 and AAC, index in front, in two passes; the second once or twice more when it came out too large.
    /// </summary>
    /// <returns>
    /// Its size in bytes; more than <see cref="CompressedForm.MostBytes"/> only when that could not be reached in this form.
    /// </returns>
    Task<long> CompressAsync(
        MediaFile source,
        MediaReport report,
        CompressedForm form,
        MediaFile target,
        IProgress<double>? percent,
        CancellationToken cancellationToken
    );

    /// <summary>Writes a video of pictures. Those that cannot be decoded are left out.</summary>
    /// <returns>How many became frames; 0, and no target, when none could be decoded.</returns>
    Task<int> AssembleAsync(FrameSequence frames, MediaFile target, CancellationToken cancellationToken);

    /// <summary>
    /// Puts pictures into a container as they are, which takes a fraction of a second: nothing is decoded, so one that is broken is
    /// broken in the video too, and each keeps its size.
    /// </summary>
    Task WrapAsync(FrameSequence frames, MediaFile target, CancellationToken cancellationToken);
}

/// <summary>What is asked of a still.</summary>
public static class Stills
{
    /// <summary>In pixels.</summary>
    public const int LongestSide = 1280;
}
