using System.Buffers.Binary;
using Vigint.Application.Media;
using Vigint.Domain.Media;
using Vigint.Domain.Videos;

namespace Vigint.Infrastructure.Containers;

/// <summary>
/// Dahua's DAV: frames, each behind a header that says of what kind and how long it is. The layout is not published; it is read as ffmpeg's
/// demuxer <c>dhav</c> reads it.
/// </summary>
internal static class Dahua
{
    private const int FileHeaderBytes = 0x400;
    private const int FrameHeaderBytes = 24;
    private const int MostExtensionBytes = 255;
    private const int MostFrames = 1000;

    // A key picture of a recorder has some hundred kilobytes.
    private const uint MostFrameBytes = 16 * 1024 * 1024;

    private const byte Sound = 0xF0;
    private const byte Other = 0xF1;
    private const byte Picture = 0xFC;
    private const byte KeyPicture = 0xFD;

    public static ContainerFinding Look(VideoBytes bytes)
    {
        Span<byte> frame = stackalloc byte[FrameHeaderBytes + MostExtensionBytes];
        var at = bytes.Fill(frame[..5], 0) == 5 && frame.StartsWith("DAHUA"u8) ? FileHeaderBytes : 0L;
        var facts = new MediaFacts("video/x-dav");
        var (frames, hasPicture) = (0, false);
        while (frames < MostFrames)
        {
            var header = frame[..bytes.Fill(frame, at)];
            if (header.Length < FrameHeaderBytes || !header.StartsWith("DHAV"u8))
                break;
            if (header[4] is not (Sound or Other or Picture or KeyPicture))
                break;
            var size = BinaryPrimitives.ReadUInt32LittleEndian(header[12..]);
            if (size is < FrameHeaderBytes or > MostFrameBytes || !IsFollowed(bytes, at + size))
                break;
            frames++;
            var extension = header.Slice(FrameHeaderBytes, Math.Min(header[22], header.Length - FrameHeaderBytes));
            hasPicture |= header[4] is Picture or KeyPicture;
            if (header[4] == KeyPicture)
                return ContainerFinding.Video(WithExtension(facts, extension));
            at += size;
        }

        return hasPicture
            ? ContainerFinding.Video(facts)
            : ContainerFinding.None(frames > 0 ? NoVideoReason.SoundOnly : NoVideoReason.Damaged);
    }

    // Its end says "dhav" and how long it was; or the next one begins, or the file is cut.
    private static bool IsFollowed(VideoBytes bytes, long end)
    {
        Span<byte> around = stackalloc byte[12];
        var read = bytes.Fill(around, end - 8);
        return read < 12 || around.StartsWith("dhav"u8) || around[8..].StartsWith("DHAV"u8);
    }

    // A list of values: a kind, and as many bytes as the kind has.
    private static MediaFacts WithExtension(MediaFacts facts, ReadOnlySpan<byte> values)
    {
        while (values.Length >= 4)
        {
            switch (values[0])
            {
                case 0x80:
                    facts = WithSize(facts, 8 * values[2], 8 * values[3]);
                    break;
                case 0x81:
                    facts = facts with { Codec = CodecOf(values[2]) };
                    break;
                case 0x82 when values.Length >= 8:
                    facts = WithSize(
                        facts,
                        BinaryPrimitives.ReadUInt16LittleEndian(values[4..]),
                        BinaryPrimitives.ReadUInt16LittleEndian(values[6..])
                    );
                    break;
                default:
                    break;
            }

            var size = values[0] switch
            {
                0x80 or 0x81 or 0x83 or 0x84 or 0x85 or 0x8B or 0x94 or 0x96 or 0xA0 or 0xB2 or 0xB4 => 4,
                0x82 or 0x88 or 0x8C or 0x91 or 0x92 or 0x93 or 0x95 or 0x9A or 0x9B or 0xB3 => 8,
                _ => values.Length,
            };
            values = values[Math.Min(size, values.Length)..];
        }

        return facts;
    }

    private static MediaFacts WithSize(MediaFacts facts, int width, int height) =>
        facts with
        {
            Width = width > 0 ? width : null,
            Height = height > 0 ? height : null,
        };

    private static string? CodecOf(byte code) =>
        code switch
        {
            1 => "mpeg4",
            3 => "mjpeg",
            2 or 4 or 8 => "h264",
            12 => "hevc",
            _ => null,
        };
}
