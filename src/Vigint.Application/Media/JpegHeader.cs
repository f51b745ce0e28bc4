using System.Buffers.Binary;

namespace Vigint.Application.Media;

/// <summary>What a JPEG says of itself (ITU-T T.81, annex B), read without decoding it.</summary>
internal static class JpegHeader
{
    private const int MostSegments = 1000;
    private const byte StartOfScan = 0xDA;

    /// <returns>Null when it is not a JPEG, or ends before its picture begins.</returns>
    public static PictureSize? Read(VideoBytes bytes)
    {
        Span<byte> head = stackalloc byte[9];
        if (bytes.Read(head[..2], 0) < 2 || head is not [0xFF, 0xD8, ..])
            return null;
        PictureSize? size = null;
        long at = 2;
        for (var segments = 0; segments < MostSegments && bytes.Read(head, at) >= 4 && head[0] == 0xFF; segments++)
        {
            var marker = head[1];
            if (marker == 0xFF)
            {
                at++; // fill
                continue;
            }

            if (marker == StartOfScan)
                return size is { Width: > 0, Height: > 0 } ? size : null;
            if (IsFrame(marker))
                size = new PictureSize(BinaryPrimitives.ReadUInt16BigEndian(head[7..]), BinaryPrimitives.ReadUInt16BigEndian(head[5..]));
            at += 2 + BinaryPrimitives.ReadUInt16BigEndian(head[2..]);
        }

        return null;
    }

    // SOF0 to SOF15, without the tables that stand between.
    private static bool IsFrame(byte marker) => marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC);
}
