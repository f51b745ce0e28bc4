using System.Buffers.Binary;
using Vigint.Application.Media;
using Vigint.Domain.Media;
using Vigint.Domain.Videos;

namespace Vigint.Infrastructure.Containers;

/// <summary>
/// FLV: a header that says what there is, then tags of sound, pictures and values (Adobe's Video File Format 10.1, annex E).
/// </summary>
internal static class FlashVideo
{
    private const byte SoundTag = 8;
    private const byte PictureTag = 9;
    private const byte ValuesTag = 18;
    private const byte HasPictures = 1;

    private const int TagHeaderBytes = 11;
    private const int MostTags = 1000;
    private const int MostValuesBytes = 4096;

    public static ContainerFinding Look(VideoBytes bytes)
    {
        Span<byte> header = stackalloc byte[TagHeaderBytes + 1];
        if (bytes.Fill(header[..9], 0) < 9 || header[3] != 1)
            return ContainerFinding.None(NoVideoReason.Damaged);
        var announcesPictures = (header[4] & HasPictures) != 0;
        var facts = new MediaFacts("video/x-flv");
        var tags = 0;

        // Each tag is followed by its own length; so is the header, by none.
        for (var at = BinaryPrimitives.ReadUInt32BigEndian(header[5..]) + 4L; tags < MostTags; tags++)
        {
            if (bytes.Fill(header, at) < header.Length || (header[0] & 0x1F) is not (SoundTag or PictureTag or ValuesTag))
                break;
            var size = (int)(BinaryPrimitives.ReadUInt32BigEndian(header) & 0xFFFFFF);
            if ((header[0] & 0x1F) == PictureTag && size > 0)
                return ContainerFinding.Video(facts with { Codec = CodecOf(header[TagHeaderBytes] & 0x0F) });
            if ((header[0] & 0x1F) == ValuesTag)
                facts = WithValues(facts, bytes, at + TagHeaderBytes, size);
            at += TagHeaderBytes + size + 4;
        }

        if (tags == 0)
            return ContainerFinding.None(NoVideoReason.Damaged);
        if (!announcesPictures)
            return ContainerFinding.None(NoVideoReason.SoundOnly);
        return tags == MostTags ? ContainerFinding.Video(facts) : ContainerFinding.None(NoVideoReason.NoPictures);
    }

    // AMF: each value is its name behind the length, the type 0 and a number.
    private static MediaFacts WithValues(MediaFacts facts, VideoBytes bytes, long at, int size)
    {
        var buffer = new byte[Math.Min(size, MostValuesBytes)];
        var values = buffer.AsSpan(0, bytes.Fill(buffer, at));
        return facts with
        {
            DurationSeconds = NumberAfter(values, "\0\bduration\0"u8) is > 0 and < 1e9 and var seconds ? Math.Round(seconds, 3) : null,
            Width = NumberAfter(values, "\0\u0005width\0"u8) is >= 1 and < 1e6 and var width ? (int)width : null,
            Height = NumberAfter(values, "\0\u0006height\0"u8) is >= 1 and < 1e6 and var height ? (int)height : null,
        };
    }

    private static double NumberAfter(ReadOnlySpan<byte> values, ReadOnlySpan<byte> name)
    {
        var at = values.IndexOf(name);
        return at >= 0 && at + name.Length + 8 <= values.Length ? BinaryPrimitives.ReadDoubleBigEndian(values[(at + name.Length)..]) : 0;
    }

    private static string? CodecOf(int code) =>
        code switch
        {
            2 => "flv1",
            3 => "flashsv",
            4 => "vp6f",
            5 => "vp6a",
            6 => "flashsv2",
            7 => "h264",
            12 => "hevc",
            _ => null,
        };
}
