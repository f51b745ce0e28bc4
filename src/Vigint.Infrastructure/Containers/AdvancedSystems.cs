using System.Buffers.Binary;
using System.Text;
using Vigint.Application.Media;
using Vigint.Domain.Media;
using Vigint.Domain.Videos;

namespace Vigint.Infrastructure.Containers;

/// <summary>
/// ASF, which WMV is: objects, each behind an identifier of sixteen bytes and a size (Microsoft's Advanced Systems Format, revision
/// 01.20.05).
/// </summary>
internal static class AdvancedSystems
{
    private const int MostHeaderBytes = 64 * 1024;
    private const int ObjectHeaderBytes = 24;

    // Where in the object's body the pictures' width stands, and what the codec is called.
    private const int WidthAt = 54;
    private const int CompressionAt = WidthAt + 11 + 16;

    private static ReadOnlySpan<byte> FileProperties =>
        [0xA1, 0xDC, 0xAB, 0x8C, 0x47, 0xA9, 0xCF, 0x11, 0x8E, 0xE4, 0x00, 0xC0, 0x0C, 0x20, 0x53, 0x65];

    private static ReadOnlySpan<byte> StreamProperties =>
        [0x91, 0x07, 0xDC, 0xB7, 0xB7, 0xA9, 0xCF, 0x11, 0x8E, 0xE6, 0x00, 0xC0, 0x0C, 0x20, 0x53, 0x65];

    private static ReadOnlySpan<byte> VideoMedia =>
        [0xC0, 0xEF, 0x19, 0xBC, 0x4D, 0x5B, 0xCF, 0x11, 0xA8, 0xFD, 0x00, 0x80, 0x5F, 0x5C, 0x44, 0x2B];

    private static ReadOnlySpan<byte> Data =>
        [0x36, 0x26, 0xB2, 0x75, 0x8E, 0x66, 0xCF, 0x11, 0xA6, 0xD9, 0x00, 0xAA, 0x00, 0x62, 0xCE, 0x6C];

    public static ContainerFinding Look(VideoBytes bytes)
    {
        var buffer = new byte[MostHeaderBytes];
        var header = buffer.AsSpan(0, bytes.Fill(buffer, 0));
        if (header.Length < ObjectHeaderBytes + 6)
            return ContainerFinding.None(NoVideoReason.Damaged);
        var headerBytes = BinaryPrimitives.ReadUInt64LittleEndian(header[16..]);
        header = header[..(int)Math.Min((ulong)header.Length, headerBytes)];

        var (hasStream, hasPicture) = (false, false);
        var facts = WithDuration(new MediaFacts("video/x-ms-asf"), header);

        // A stream may be described within the description of something else, so the whole header is searched.
        for (var at = header.IndexOf(StreamProperties); at >= 0 && !hasPicture; at = Next(header, at))
        {
            var body = header[Math.Min(header.Length, at + ObjectHeaderBytes)..];
            (hasStream, hasPicture) = (true, body.StartsWith(VideoMedia));
            if (hasPicture)
                facts = WithPicture(facts, body);
        }

        if (!hasPicture)
            return ContainerFinding.None(hasStream ? NoVideoReason.SoundOnly : NoVideoReason.Damaged);
        Span<byte> data = stackalloc byte[ObjectHeaderBytes];
        return headerBytes < (ulong)bytes.SizeBytes && bytes.Fill(data, (long)headerBytes) == data.Length && data.StartsWith(Data)
            ? ContainerFinding.Video(facts)
            : ContainerFinding.None(headerBytes < (ulong)bytes.SizeBytes ? NoVideoReason.Damaged : NoVideoReason.NoPictures);
    }

    private static int Next(ReadOnlySpan<byte> header, int at)
    {
        var next = header[(at + 1)..].IndexOf(StreamProperties);
        return next < 0 ? -1 : at + 1 + next;
    }

    // In units of 100 ns, with what is buffered before it begins to play, in milliseconds. A broadcast does not know.
    private static MediaFacts WithDuration(MediaFacts facts, ReadOnlySpan<byte> header)
    {
        var at = header.IndexOf(FileProperties);
        if (at < 0 || header.Length < at + 92 || (header[at + 88] & 1) != 0)
            return facts;
        var buffered = BinaryPrimitives.ReadUInt64LittleEndian(header[(at + 80)..]) / 1e3;
        var seconds = BinaryPrimitives.ReadUInt64LittleEndian(header[(at + 64)..]) / 1e7 - buffered;
        return seconds is > 0 and < 1e9 ? facts with { DurationSeconds = Math.Round(seconds, 3) } : facts;
    }

    private static MediaFacts WithPicture(MediaFacts facts, ReadOnlySpan<byte> body)
    {
        if (body.Length < CompressionAt + 4)
            return facts;
        var width = BinaryPrimitives.ReadInt32LittleEndian(body[WidthAt..]);
        var height = BinaryPrimitives.ReadInt32LittleEndian(body[(WidthAt + 4)..]);
        return facts with
        {
            Width = width > 0 ? width : null,
            Height = height > 0 ? height : null,
            Codec = Codecs.NameOf(Encoding.Latin1.GetString(body.Slice(CompressionAt, 4))),
        };
    }
}
