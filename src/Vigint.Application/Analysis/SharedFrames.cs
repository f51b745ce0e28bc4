using Vigint.Application.Media;

namespace Vigint.Application.Analysis;

/// <summary>The frames of a buffer at one moment, in the order in which they came.</summary>
/// <param name="Pictures">Numbered as <see cref="FrameSequence"/> wants them; none where there is no buffer.</param>
/// <param name="Span">From the arrival of the first to that of the last; 0 where all came in one call.</param>
public sealed record SharedFrames(IReadOnlyList<Picture> Pictures, TimeSpan Span)
{
    // What is slower would make a clip of minutes out of a few pictures; what is faster than cameras send came late, and all at once.
    private const double Slowest = 1;
    private const double Fastest = 25;

    public static SharedFrames None { get; } = new([], TimeSpan.Zero);

    /// <summary>How fast they came, in frames a second: so a clip of them plays at the speed of what it shows.</summary>
    public double Rate =>
        Span > TimeSpan.Zero ? Math.Clamp(Math.Round((Pictures.Count - 1) / Span.TotalSeconds, 2), Slowest, Fastest) : Fastest;
}
