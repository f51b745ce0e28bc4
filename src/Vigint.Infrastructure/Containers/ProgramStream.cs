using System.Buffers;
using System.Buffers.Binary;
using Vigint.Application.Media;
using Vigint.Domain.Media;
using Vigint.Domain.Videos;

namespace Vigint.Infrastructure.Containers;

/// <summary>
/// An MPEG program stream: packs of packets, each behind a start code (ISO/IEC 13818-1 §2.5, ISO/IEC 11172-1). Recorders of Hikvision
/// put a header of their own before it and call it MP4.
/// </summary>
internal static class ProgramStream
{
    private const int MostBytes = 1024 * 1024;
    private const int MostBytesBefore = 4096;
    private const byte Pack = 0xBA;
    private const byte SystemHeader = 0xBB;
    private const byte StreamMap = 0xBC;

    public static ContainerFinding Look(VideoBytes bytes)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(MostBytes);
        try
        {
            return Read(buffer.AsSpan(0, bytes.Fill(buffer.AsSpan(0, MostBytes), 0)));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static ContainerFinding Read(ReadOnlySpan<byte> head)
    {
        var at = head[..Math.Min(head.Length, MostBytesBefore)].IndexOf<byte>([0, 0, 1, Pack]);
        if (at < 0)
            return ContainerFinding.None(NoVideoReason.Damaged);
        var (packets, hasPictures) = (0, false);
        string? codec = null;
        while (at + 14 <= head.Length)
        {
            var here = head[at..];
            if (!here.StartsWith<byte>([0, 0, 1]) || here[3] < Pack)
            {
                // Damage, or a packet that does not say how long it is.
                var next = here[1..].IndexOf<byte>([0, 0, 1]);
                if (next < 0)
                    break;
                at += 1 + next;
                continue;
            }

            var isPicture = here[3] is >= 0xE0 and <= 0xEF;
            var size = here[3] == Pack ? PackBytes(here) : 6 + BinaryPrimitives.ReadUInt16BigEndian(here[4..]);
            var packet = here[..Math.Min(size, here.Length)];
            if (here[3] == StreamMap)
                codec ??= CodecIn(packet);
            else if (isPicture)
                codec ??= CodecOfPicture(packet);
            hasPictures |= isPicture;
            packets += here[3] is Pack or SystemHeader or StreamMap ? 0 : 1;
            if (hasPictures && codec is not null)
                break;
            at += size;
        }

        return hasPictures
            ? ContainerFinding.Video(new MediaFacts("video/mpeg", Codec: codec))
            : ContainerFinding.None(packets > 0 ? NoVideoReason.SoundOnly : NoVideoReason.NoPictures);
    }

    // MPEG-2's header says how many bytes are stuffed in behind it; MPEG-1's is shorter.
    private static int PackBytes(ReadOnlySpan<byte> pack) => (pack[4] & 0xC0) == 0x40 ? 14 + (pack[13] & 7) : 12;

    // Two lists, each behind its length: descriptors of the program, then of each stream its type, its id, and its descriptors.
    private static string? CodecIn(ReadOnlySpan<byte> map)
    {
        if (map.Length < 10)
            return null;
        for (
            var at = 12 + BinaryPrimitives.ReadUInt16BigEndian(map[8..]);
            at + 4 <= map.Length;
            at += 4 + BinaryPrimitives.ReadUInt16BigEndian(map[(at + 2)..])
        )
        {
            if (map[at + 1] is >= 0xE0 and <= 0xEF)
                return Codecs.OfMpegStream(map[at]);
        }

        return null;
    }

    // Of a stream without a map, the first unit says what it is.
    private static string? CodecOfPicture(ReadOnlySpan<byte> packet)
    {
        var unit = packet[6..].IndexOf<byte>([0, 0, 1]);
        return unit >= 0 && packet.Length > unit + 10 && packet[unit + 9] == 0xB3 ? "mpeg2video"
            : unit >= 0 && packet.Length > unit + 10 && packet[unit + 9] is 0x67 or 0x27 ? "h264"
            : null;
    }
}
