using System.Buffers.Binary;

namespace Vigint.Infrastructure.Containers;

internal enum ContainerKind
{
    None,
    IsoMedia,
    QuickTime,
    Matroska,
    Avi,
}

/// <summary>
/// Recognises a video container by its first bytes (ISO/IEC 14496-12 §4.3, RFC 8794 §11.2, Microsoft's AVI RIFF reference).
/// Containers that announce sound or pictures alone are none.
/// </summary>
internal static class Signature
{
    public const int BytesNeeded = 12;

    // A file type box holds a brand, its version, and compatible brands.
    private const uint SmallestFileType = 16;
    private const uint LargestFileType = 4096;

    public static ContainerKind Of(ReadOnlySpan<byte> start)
    {
        if (start.Length < BytesNeeded)
            return ContainerKind.None;
        if (start.StartsWith<byte>([0x1A, 0x45, 0xDF, 0xA3]))
            return ContainerKind.Matroska;
        if (start.StartsWith("RIFF"u8))
            return start[8..].StartsWith("AVI "u8) ? ContainerKind.Avi : ContainerKind.None;
        var type = start[4..8];
        if (type.SequenceEqual("ftyp"u8))
            return BinaryPrimitives.ReadUInt32BigEndian(start) is >= SmallestFileType and <= LargestFileType ? OfBrand(start[8..12]) : ContainerKind.None;
        return IsOldQuickTime(type) ? ContainerKind.QuickTime : ContainerKind.None;
    }

    private static ContainerKind OfBrand(ReadOnlySpan<byte> brand)
    {
        if (brand.SequenceEqual("qt  "u8))
            return ContainerKind.QuickTime;

        // Registered brands of sound (M4A, M4B, M4P, F4A, F4B) and of pictures (HEIF, AVIF, Canon raw).
        var isSound = brand.StartsWith("M4A"u8) || brand.StartsWith("M4B"u8) || brand.StartsWith("M4P"u8) || brand.StartsWith("F4A"u8) || brand.StartsWith("F4B"u8);
        var isPicture = brand.StartsWith("hei"u8) || brand.StartsWith("hev"u8) || brand.SequenceEqual("mif1"u8) || brand.SequenceEqual("msf1"u8)
            || brand.StartsWith("avif"u8) || brand.StartsWith("avis"u8) || brand.StartsWith("crx"u8);
        return isSound || isPicture ? ContainerKind.None : ContainerKind.IsoMedia;
    }

    // QuickTime files of before 2001 begin without a file type.
    private static bool IsOldQuickTime(ReadOnlySpan<byte> type) =>
        type.SequenceEqual("moov"u8) || type.SequenceEqual("mdat"u8) || type.SequenceEqual("wide"u8) || type.SequenceEqual("free"u8)
        || type.SequenceEqual("skip"u8) || type.SequenceEqual("pnot"u8);
}
