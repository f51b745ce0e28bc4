using Vigint.Application.Videos;
using Vigint.Domain.Videos;

namespace Vigint.Infrastructure.Containers;

internal sealed class ContainerReader : IContainerReader
{
    public MediaFacts? Read(VideoBytes bytes)
    {
        Span<byte> start = stackalloc byte[Signature.BytesNeeded];
        var known = bytes.Read(start, 0);
        return Signature.Of(start[..known]) switch
        {
            ContainerKind.IsoMedia => IsoMedia.Read(bytes, "video/mp4", needsIndex: false),
            ContainerKind.QuickTime => IsoMedia.Read(bytes, "video/quicktime", needsIndex: !start[4..8].SequenceEqual("ftyp"u8)),
            ContainerKind.Matroska => Matroska.Read(bytes),
            ContainerKind.Avi => Avi.Read(bytes),
            _ => null,
        };
    }
}
