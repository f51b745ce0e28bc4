using System.Buffers.Binary;
using Vigint.Domain.Media;

namespace Vigint.Infrastructure.Containers;

/// <summary>Names what installers send in place of a recording, by its first bytes.</summary>
internal static class NoContainer
{
    /// <summary>The first lines, in which things name themselves; fewer will do.</summary>
    public const int BytesUseful = 512;

    private const int LeastText = 8;

    public static NoVideoReason ReasonOf(ReadOnlySpan<byte> start)
    {
        if (start.Length >= 8 && start[4..].StartsWith("ftyp"u8))
            return OfFileType(start);
        if (start.Length >= 8 && (start[4..].StartsWith("styp"u8) || start[4..].StartsWith("moof"u8) || start[4..].StartsWith("sidx"u8)))
            return NoVideoReason.StreamSegment;
        if (start.StartsWith<byte>([0, 0, 1]) || start.StartsWith<byte>([0, 0, 0, 1]))
            return OfStartCode(start[(start[2] == 1 ? 3 : 4)..]);
        if (IsPicture(start))
            return NoVideoReason.StillPicture;
        if (IsSound(start))
            return NoVideoReason.SoundOnly;
        return IsArchive(start) ? NoVideoReason.Archive : OfText(start);
    }

    private static NoVideoReason OfFileType(ReadOnlySpan<byte> start)
    {
        if (start.Length < 12 || BinaryPrimitives.ReadUInt32BigEndian(start) < 16)
            return NoVideoReason.OnlyFileType;
        var brand = start[8..12];
        return Signature.IsSound(brand) ? NoVideoReason.SoundOnly
            : Signature.IsPicture(brand) ? NoVideoReason.StillPicture
            : NoVideoReason.Damaged;
    }

    // The first unit of a stream without a container (ISO/IEC 14496-10 §7.4.1, ISO/IEC 23008-2 §7.4.2, ISO/IEC 13818-2).
    private static NoVideoReason OfStartCode(ReadOnlySpan<byte> unit)
    {
        if (unit.Length < 2)
            return NoVideoReason.Unknown;
        if (unit[0] is 0xB0 or 0xB3 or 0xB5 or 0x00 or 0x20)
            return NoVideoReason.RawMpeg;
        var isH265 = unit[0] is 0x40 or 0x42 or 0x44 or 0x46 or 0x4E && unit[1] == 1;
        return isH265 ? NoVideoReason.RawH265
            : (unit[0] & 0x80) == 0 && (unit[0] & 0x1F) is 1 or 5 or 6 or 7 or 8 or 9 ? NoVideoReason.RawH264
            : NoVideoReason.Unknown;
    }

    private static bool IsPicture(ReadOnlySpan<byte> start) =>
        start.StartsWith<byte>([0xFF, 0xD8, 0xFF])
        || start.StartsWith<byte>([0x89, 0x50, 0x4E, 0x47])
        || start.StartsWith("GIF8"u8)
        || (start.StartsWith("RIFF"u8) && start.Length >= 12 && start[8..].StartsWith("WEBP"u8))
        || start.StartsWith("II*\0"u8)
        || start.StartsWith("MM\0*"u8);

    private static bool IsSound(ReadOnlySpan<byte> start) =>
        start.StartsWith("ID3"u8)
        || start.StartsWith("fLaC"u8)
        || (start.StartsWith("RIFF"u8) && start.Length >= 12 && start[8..].StartsWith("WAVE"u8))
        || (start.Length >= 2 && start[0] == 0xFF && (start[1] & 0xF6) == 0xF0);

    private static bool IsArchive(ReadOnlySpan<byte> start) =>
        start.StartsWith("PK\x3\x4"u8) || start.StartsWith("Rar!"u8) || start.StartsWith("7z"u8) || start.StartsWith<byte>([0x1F, 0x8B]);

    private static NoVideoReason OfText(ReadOnlySpan<byte> start)
    {
        var text = start.StartsWith<byte>([0xEF, 0xBB, 0xBF]) ? start[3..] : start;
        text = text.TrimStart(" \t\r\n"u8);
        if (
            text.StartsWith("#EXTM3U"u8)
            || text.StartsWith("ffconcat"u8)
            || text.StartsWith("[playlist]"u8)
            || Holds(text, "<MPD"u8)
            || Holds(text, "<smil"u8)
            || Holds(text, "<asx"u8)
        )
            return NoVideoReason.Playlist;
        if (text.StartsWith("<"u8))
            return NoVideoReason.WebPage;
        return
            text.Length >= LeastText
            && text.IndexOfAnyInRange<byte>(0, 8) < 0
            && text.IndexOfAnyInRange<byte>(0x0E, 0x1F) < 0
            && text.IndexOfAnyInRange<byte>(0x7F, 0xFF) < 0
            ? NoVideoReason.Text
            : NoVideoReason.Unknown;
    }

    private static bool Holds(ReadOnlySpan<byte> text, ReadOnlySpan<byte> what) => text.StartsWith("<"u8) && text.IndexOf(what) >= 0;
}
