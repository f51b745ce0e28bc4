using System.Buffers;
using System.Buffers.Binary;
using Vigint.Application.Media;
using Vigint.Domain.Media;
using Vigint.Domain.Videos;

namespace Vigint.Infrastructure.Containers;

/// <summary>MPEG-TS: packets of one size, each with a sync byte; tables name the streams (ISO/IEC 13818-1 §2.4).</summary>
internal static class TransportStream
{
    private const byte Sync = 0x47;
    private const int PacketBytes = 188;

    // Tables come ten times a second, so a megabyte holds many.
    private const int MostBytes = 1024 * 1024;
    private const int LeastPackets = 3;
    private const int ComparedPackets = 8;

    // Plain packets; those of cameras, with four bytes of time before each; those with sixteen bytes of error correction behind each.
    private static readonly (int Size, int SyncAt)[] Layouts = [(188, 0), (192, 4), (204, 0)];

    public static bool MayBegin(ReadOnlySpan<byte> start) => !start.StartsWith("GIF"u8) && (start[0] == Sync || start[4] == Sync);

    /// <returns>Null when the packets do not agree.</returns>
    public static ContainerFinding? Look(VideoBytes bytes)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(MostBytes);
        try
        {
            var head = buffer.AsSpan(0, bytes.Fill(buffer.AsSpan(0, MostBytes), 0));
            foreach (var (size, syncAt) in Layouts)
            {
                if (Agree(head, size, syncAt))
                    return Read(head, size, syncAt);
            }

            return null;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static bool Agree(ReadOnlySpan<byte> head, int size, int syncAt)
    {
        var packets = 0;
        for (var at = syncAt; at + PacketBytes <= head.Length && packets < ComparedPackets; at += size, packets++)
        {
            if (head[at] != Sync)
                return false;
        }

        return packets >= LeastPackets;
    }

    private static ContainerFinding Read(ReadOnlySpan<byte> head, int size, int syncAt)
    {
        var tables = new Tables();
        for (var at = syncAt; at + PacketBytes <= head.Length; at += size)
        {
            var packet = head.Slice(at, PacketBytes);
            var beginsUnit = (packet[1] & 0x40) != 0;
            var payloadAt = (packet[3] & 0x20) != 0 ? 5 + packet[4] : 4;
            if (packet[0] == Sync && beginsUnit && (packet[3] & 0x10) != 0 && payloadAt < PacketBytes)
                tables.Take(BinaryPrimitives.ReadUInt16BigEndian(packet[1..]) & 0x1FFF, packet[payloadAt..]);
            if (tables is { HasPictures: true, Codec: not null })
                break;
        }

        var facts = new MediaFacts("video/mp2t", Codec: tables.Codec);
        return tables.HasPictures || tables.Codec is not null
            ? ContainerFinding.Video(facts)
            : ContainerFinding.None(tables.HasOthers ? NoVideoReason.SoundOnly : NoVideoReason.Damaged);
    }

    private ref struct Tables()
    {
        // One program has some kilobytes of tables; a hostile stream may name any number of programs.
        private readonly HashSet<int> programs = [];

        public bool HasPictures { get; private set; }

        public bool HasOthers { get; private set; }

        public string? Codec { get; private set; }

        public void Take(int id, ReadOnlySpan<byte> payload)
        {
            if (id == 0)
                ReadPrograms(SectionOf(payload, table: 0));
            else if (programs.Contains(id))
                ReadStreams(SectionOf(payload, table: 2));
            else if (payload.Length >= 4 && payload.StartsWith<byte>([0, 0, 1]))
                (HasPictures, HasOthers) = (HasPictures | IsPictures(payload[3]), true);
        }

        // Behind a pointer: the table's number, its length in twelve bits; a checksum ends it.
        private static ReadOnlySpan<byte> SectionOf(ReadOnlySpan<byte> payload, byte table)
        {
            var at = 1 + payload[0];
            if (at + 3 > payload.Length || payload[at] != table)
                return [];
            var length = BinaryPrimitives.ReadUInt16BigEndian(payload[(at + 1)..]) & 0xFFF;
            var section = payload[(at + 3)..];
            return length < 4 ? [] : section[..Math.Min(length - 4, section.Length)];
        }

        private readonly void ReadPrograms(ReadOnlySpan<byte> section)
        {
            for (var at = 5; at + 4 <= section.Length; at += 4)
                programs.Add(BinaryPrimitives.ReadUInt16BigEndian(section[(at + 2)..]) & 0x1FFF);
        }

        private void ReadStreams(ReadOnlySpan<byte> section)
        {
            if (section.Length < 9)
                return;
            for (
                var at = 9 + (BinaryPrimitives.ReadUInt16BigEndian(section[7..]) & 0xFFF);
                at + 5 <= section.Length;
                at += 5 + (BinaryPrimitives.ReadUInt16BigEndian(section[(at + 3)..]) & 0xFFF)
            )
            {
                HasOthers = true;
                Codec ??= Codecs.OfMpegStream(section[at]);
            }
        }
    }

    private static bool IsPictures(byte streamId) => streamId is >= 0xE0 and <= 0xEF;
}
