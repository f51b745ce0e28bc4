using Vigint.Application.Media;
using Vigint.Domain.Media;

namespace Vigint.Api.Media;

/// <summary>Writes the one clip of a call into a scratch file.</summary>
/// <param name="member">What it is called on the wire.</param>
internal sealed class VideoSink(ReceivedMedia into, string name, string member) : IMediaSink, IDisposable
{
    private IScratchFile? file;

    public void Append(ReadOnlySpan<byte> bytes)
    {
        file ??= into.Folder.Create(name);
        into.Append(file, bytes);
    }

    public void End(bool isBase64)
    {
        if (!isBase64)
            throw MediaRefusals.NotBase64(member);
    }

    public void Dispose() => file?.Dispose();
}
