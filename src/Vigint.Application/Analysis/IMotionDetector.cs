using Vigint.Application.Media;
using Vigint.Domain;

namespace Vigint.Application.Analysis;

/// <summary>
/// Finds where in a clip there is movement, cheaply, over its whole length. It knows nothing of what moves. The noise of a sensor,
/// what a codec leaves and light that changes slowly are no movement; somebody who takes a twentieth of the picture and walks is.
/// </summary>
public interface IMotionDetector
{
    /// <returns>In their order and apart from each other; empty for a clip in which nothing moves.</returns>
    /// <exception cref="RefusedException">
    /// As <see cref="IVideoEncoder"/>, and when a part of the clip could not be seen; whether anything moves is not known then. Waits for
    /// no turn either.
    /// </exception>
    Task<IReadOnlyList<MotionInterval>> FindAsync(MediaFile clip, MediaReport report, CancellationToken cancellationToken);
}

/// <param name="StartSeconds">From the beginning of the clip.</param>
/// <param name="EndSeconds">From the beginning of the clip; after <paramref name="StartSeconds"/>.</param>
/// <param name="Strength">The largest part of the picture that changed within a quarter of a second: more than 0, at most 1.</param>
public sealed record MotionInterval(double StartSeconds, double EndSeconds, double Strength);
