using Vigint.Api.Media;
using Vigint.Application.Media;
using Vigint.Domain.Analysis;
using Vigint.Domain.Media;

namespace Vigint.Api.Analysis;

/// <summary>Hands on the pictures of a call; if one of them is not a picture, the call is refused.</summary>
/// <param name="memberOf">What the picture of a number is called on the wire.</param>
internal sealed class RequiredFrameSink(FrameIntake frames, Func<int, string> memberOf) : IMediaSink
{
    public void Append(ReadOnlySpan<byte> bytes) => frames.Append(bytes);

    public void End(bool isBase64)
    {
        var member = memberOf(frames.Pictures.Count);
        if (!isBase64)
            throw MediaRefusals.NotBase64(member);
        if (!frames.End(isUsable: true))
            throw BufferRefusals.NotAJpeg(member);
    }
}
