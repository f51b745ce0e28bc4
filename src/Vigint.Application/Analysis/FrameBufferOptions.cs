namespace Vigint.Application.Analysis;

/// <param name="MostBytes"><c>FRAME_BUFFER_MB</c>: most that all buffered frames may take together, in bytes.</param>
public sealed record FrameBufferOptions(long MostBytes)
{
    /// <summary>So that one caller's cameras do not take what another's need.</summary>
    public long MostBytesOfOne => MostBytes / 2;
}
