using System.Buffers.Binary;
using System.Text;
using Vigint.Application.Media;
using Vigint.Domain.Media;
using Vigint.Domain.Videos;

namespace Vigint.Infrastructure.Containers;

/// <summary>
/// AVI: the header list that must come first names the streams; the list of what they hold follows (Microsoft's AVI RIFF reference).
/// </summary>
internal static class Avi
{
    // A header list is some hundred bytes; an index within it may make it larger. What is beyond is not looked at.
    private const int MostHeaderBytes = 64 * 1024;

    // Between the headers and the pictures there is room to align them, and what the recorder says of itself.
    private const int MostChunksBetween = 100;

    public static ContainerFinding Look(VideoBytes bytes)
    {
        var buffer = new byte[MostHeaderBytes];
        var header = buffer.AsSpan(0, bytes.Fill(buffer, 12));
        if (header.Length < 12 || !header.StartsWith("LIST"u8) || !header[8..].StartsWith("hdrl"u8))
            return ContainerFinding.None(header.Length < 12 ? NoVideoReason.NoPictures : NoVideoReason.Damaged);

        var listBytes = BinaryPrimitives.ReadUInt32LittleEndian(header[4..]);
        var listEnd = (int)Math.Min(header.Length, 8L + listBytes);
        var facts = new MediaFacts("video/x-msvideo");
        var (hasPicture, hasStream) = (false, false);
        for (var at = 12; at + 12 <= listEnd; )
        {
            var chunk = header[at..listEnd];
            var size = BinaryPrimitives.ReadUInt32LittleEndian(chunk[4..]);
            if (chunk.StartsWith("avih"u8) && chunk.Length >= 48)
                facts = WithMainHeader(facts, chunk[8..]);
            else if (chunk.StartsWith("LIST"u8) && chunk[8..].StartsWith("strl"u8))
                (hasStream, hasPicture) = (true, hasPicture | ReadStream(chunk[12..], ref facts));
            if (size > int.MaxValue / 2)
                break;
            at += 8 + (int)((size + 1) & ~1u);
        }

        if (!hasPicture)
            return ContainerFinding.None(hasStream ? NoVideoReason.SoundOnly : NoVideoReason.Damaged);
        return HasPictures(bytes, 20 + ((listBytes + 1L) & ~1L)) || HasPicturesWithin(header)
            ? ContainerFinding.Video(facts)
            : ContainerFinding.None(NoVideoReason.NoPictures, facts);
    }

    private static bool HasPictures(VideoBytes bytes, long at)
    {
        Span<byte> chunk = stackalloc byte[12];
        for (var chunks = 0; chunks < MostChunksBetween && bytes.Fill(chunk, at) == chunk.Length; chunks++)
        {
            if (chunk.StartsWith("LIST"u8) && chunk[8..].StartsWith("movi"u8))
                return at + chunk.Length < bytes.SizeBytes;
            at += 8 + ((BinaryPrimitives.ReadUInt32LittleEndian(chunk[4..]) + 1L) & ~1L);
        }

        return false;
    }

    // A recorder that lost its power has not written how long its headers are.
    private static bool HasPicturesWithin(ReadOnlySpan<byte> header)
    {
        var list = header.IndexOf("movi"u8);
        return list >= 8 && header[(list - 8)..].StartsWith("LIST"u8) && list + 4 < header.Length;
    }

    private static MediaFacts WithMainHeader(MediaFacts facts, ReadOnlySpan<byte> header)
    {
        var microsecondsPerFrame = BinaryPrimitives.ReadUInt32LittleEndian(header);
        var frames = BinaryPrimitives.ReadUInt32LittleEndian(header[16..]);
        var width = BinaryPrimitives.ReadInt32LittleEndian(header[32..]);
        var height = BinaryPrimitives.ReadInt32LittleEndian(header[36..]);
        return facts with
        {
            DurationSeconds = microsecondsPerFrame > 0 && frames > 0 ? Math.Round(microsecondsPerFrame * (double)frames / 1e6, 3) : null,
            Width = width > 0 ? width : null,
            Height = height > 0 ? height : null,
        };
    }

    // A stream header, with its type first; then its format, for pictures a BITMAPINFOHEADER with the compression at 16.
    private static bool ReadStream(ReadOnlySpan<byte> stream, ref MediaFacts facts)
    {
        if (stream.Length < 12 || !stream.StartsWith("strh"u8) || !stream[8..].StartsWith("vids"u8))
            return false;
        var format = 8L + BinaryPrimitives.ReadUInt32LittleEndian(stream[4..]);
        if (format + 28 <= stream.Length && stream[(int)format..].StartsWith("strf"u8))
            facts = facts with { Codec = Codecs.NameOf(Encoding.Latin1.GetString(stream.Slice((int)format + 24, 4))) };
        return true;
    }
}
