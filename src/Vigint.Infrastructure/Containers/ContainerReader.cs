using Vigint.Application.Media;
using Vigint.Domain.Videos;

namespace Vigint.Infrastructure.Containers;

internal sealed class ContainerReader : IContainerReader
{
    public MediaFacts? Read(VideoBytes bytes) => Look(bytes).Facts;

    public ContainerFinding Look(VideoBytes bytes)
    {
        Span<byte> start = stackalloc byte[NoContainer.BytesUseful];
        start = start[..bytes.Fill(start, 0)];
        return Signature.Of(start) switch
        {
            ContainerKind.IsoMedia => IsoMedia.Look(bytes, "video/mp4", hasFileType: true),
            ContainerKind.QuickTime => IsoMedia.Look(bytes, "video/quicktime", hasFileType: start[4..8].SequenceEqual("ftyp"u8)),
            ContainerKind.Matroska => Matroska.Look(bytes),
            ContainerKind.Avi => Avi.Look(bytes),
            ContainerKind.Mpeg => ProgramStream.Look(bytes),
            ContainerKind.Dahua => Dahua.Look(bytes),
            ContainerKind.Flash => FlashVideo.Look(bytes),
            ContainerKind.Asf => AdvancedSystems.Look(bytes),
            ContainerKind.TransportStream => TransportStream.Look(bytes) ?? ContainerFinding.None(NoContainer.ReasonOf(start)),
            _ => ContainerFinding.None(NoContainer.ReasonOf(start)),
        };
    }
}
