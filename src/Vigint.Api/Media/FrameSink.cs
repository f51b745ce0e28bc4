using Vigint.Application.Media;

namespace Vigint.Api.Media;

/// <summary>Hands on one picture after the other. One that is no base64 counts as one that cannot be read.</summary>
internal sealed class FrameSink(FrameIntake frames) : IMediaSink
{
    public void Append(ReadOnlySpan<byte> bytes) => frames.Append(bytes);

    public void End(bool isBase64) => frames.End(isBase64);
}
