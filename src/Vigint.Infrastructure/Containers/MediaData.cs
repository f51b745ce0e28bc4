using System.Buffers.Binary;
using Vigint.Application.Media;

namespace Vigint.Infrastructure.Containers;

/// <summary>
/// Tells pictures from anything else where no index says what there is. Only a part at the beginning and one in the middle are looked at,
/// and each kind has to show itself more than once, so that random bytes do not pass.
/// </summary>
internal static class MediaData
{
    private const int WindowBytes = 256 * 1024;

    // A key picture of a recorder has some hundred kilobytes.
    private const int MostUnitBytes = 4 * 1024 * 1024;
    private const int LeastUnits = 4;
    private const int MostLooks = 4096;
    private const int LeastStartCodes = 3;

    public static bool LooksReal(VideoBytes bytes, long from)
    {
        var window = new byte[WindowBytes];
        var looks = MostLooks;
        var size = bytes.Fill(window, from);
        if (BeginsWithPicture(window.AsSpan(0, size)) || HoldsPictures(bytes, from, window.AsSpan(0, size), ref looks))
            return true;
        var middle = from + (bytes.SizeBytes - from) / 2;
        if (middle < from + WindowBytes)
            return false;
        size = bytes.Fill(window, middle);
        return HoldsPictures(bytes, middle, window.AsSpan(0, size), ref looks);
    }

    // The first picture of VP9 (its sync code) or AV1 (a sequence header, and a frame after it).
    private static bool BeginsWithPicture(ReadOnlySpan<byte> data)
    {
        if (data.Length < 8)
            return false;
        if (data[0] >> 6 == 2)
            return data[1..].StartsWith<byte>([0x49, 0x83, 0x42]);
        var frameAt = 2 + data[1];
        return data[0] == 0x0A && data[1] is > 4 and < 64 && frameAt < data.Length && data[frameAt] == 0x32;
    }

    private static bool HoldsPictures(VideoBytes bytes, long windowAt, ReadOnlySpan<byte> window, ref int looks)
    {
        var startCodes = 0;
        for (var i = 0; i + 8 <= window.Length; i++)
        {
            var here = window[i..];
            if (here[0] == 0xFF ? IsJpeg(here) : here.StartsWith("icpf"u8))
                return true;
            if (here.StartsWith<byte>([0, 0, 1]) && IsUnitOfAnyKind(here[3]) && ++startCodes >= LeastStartCodes)
                return true;
            if (here[0] == 0 && looks > 0 && IsUnit(here) && IsChain(bytes, windowAt + i, ref looks))
                return true;
        }

        return false;
    }

    // Start of image, and then two segments, each of which says where the next one begins.
    private static bool IsJpeg(ReadOnlySpan<byte> data)
    {
        if (!data.StartsWith<byte>([0xFF, 0xD8, 0xFF]) || data[3] is not (0xDB or 0xC0 or 0xC4 or 0xFE or >= 0xE0 and <= 0xEF))
            return false;
        var next = 4 + BinaryPrimitives.ReadUInt16BigEndian(data[4..]);
        return next + 2 <= data.Length && data[next] == 0xFF && data[next + 1] >= 0xC0;
    }

    // MPEG-4 part 2, or H.264 as cameras send it.
    private static bool IsUnitOfAnyKind(byte type) =>
        type is 0xB0 or 0xB2 or 0xB3 or 0xB5 or 0xB6 or <= 0x2F or 0x41 or 0x61 or 0x65 or 0x67 or 0x68;

    // H.264 and H.265 in MP4: the length of a unit, and the unit, again and again; the last one may be cut.
    private static bool IsChain(VideoBytes bytes, long at, ref int looks)
    {
        Span<byte> header = stackalloc byte[6];
        for (var units = 0; looks > 0; looks--)
        {
            var read = bytes.Fill(header, at);
            if (read < header.Length || units >= LeastUnits)
                return units >= LeastUnits || (units == LeastUnits - 1 && read == 0);
            if (!IsUnit(header))
                return false;
            units++;
            at += 4 + BinaryPrimitives.ReadUInt32BigEndian(header);
        }

        return false;
    }

    private static bool IsUnit(ReadOnlySpan<byte> header)
    {
        if (BinaryPrimitives.ReadUInt32BigEndian(header) is < 2 or > MostUnitBytes)
            return false;
        var isH264 = (header[4] & 0x80) == 0 && (header[4] & 0x1F) is 1 or 5 or 6 or 7 or 8 or 9;
        var isH265 = (header[4] & 0x81) == 0 && header[4] >> 1 is <= 21 or >= 32 and <= 40 && header[5] is >= 1 and <= 7;
        return isH264 || isH265;
    }
}
