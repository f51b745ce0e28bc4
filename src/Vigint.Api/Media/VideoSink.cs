using Vigint.Application.Media;
using Vigint.Domain.Media;
using Vigint.Domain.Videos;

namespace Vigint.Api.Media;

/// <summary>Writes the one clip of a call into a scratch file.</summary>
/// <param name="member">What it is called on the wire.</param>
internal sealed class VideoSink(ReceivedMedia into, string name, string member) : IMediaSink, IDisposable
{
    private IScratchFile? file;
    private bool hasEnded;

    public void Append(ReadOnlySpan<byte> bytes)
    {
        // A second one behind the first would make a clip of both.
        if (hasEnded)
            throw VideoRefusals.SecondVideoPart();
        file ??= into.Folder.Create(name);
        into.Append(file, bytes);
    }

    public void End(bool isBase64)
    {
        hasEnded = true;
        if (!isBase64)
            throw MediaRefusals.NotBase64(member);
    }

    public void Dispose() => file?.Dispose();
}
