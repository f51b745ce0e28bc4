using System.Buffers.Binary;

namespace Vigint.Infrastructure.Containers;

internal enum ContainerKind
{
    None,
    IsoMedia,
    QuickTime,
    Matroska,
    Avi,

    /// <summary>An MPEG program stream, bare or behind the header of a Hikvision recorder.</summary>
    Mpeg,
    Dahua,
    Flash,
    Asf,

    /// <summary>It may be one: a single byte says so, and the packets after it have to agree.</summary>
    TransportStream,
}

/// <summary>
/// Recognises a video container by its first bytes (ISO/IEC 14496-12 §4.3, RFC 8794 §11.2, Microsoft's AVI RIFF reference, ISO/IEC 13818-1,
/// Adobe's Video File Format, Microsoft's ASF specification, and what recorders of Hikvision and Dahua write).
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
            return HasUsualSize(start) ? OfBrand(start[8..12]) : ContainerKind.None;
        return IsOldQuickTime(type) ? ContainerKind.QuickTime : OfRecorders(start);
    }

    private static ContainerKind OfRecorders(ReadOnlySpan<byte> start)
    {
        if (start.StartsWith<byte>([0, 0, 1, 0xBA]) || start.StartsWith("IMKH"u8))
            return ContainerKind.Mpeg;
        if (start.StartsWith("DHAV"u8) || start.StartsWith("DAHUA"u8))
            return ContainerKind.Dahua;
        if (start.StartsWith("FLV"u8))
            return ContainerKind.Flash;
        if (start.StartsWith<byte>([0x30, 0x26, 0xB2, 0x75, 0x8E, 0x66, 0xCF, 0x11]))
            return ContainerKind.Asf;
        return TransportStream.MayBegin(start) ? ContainerKind.TransportStream : ContainerKind.None;
    }

    private static bool HasUsualSize(ReadOnlySpan<byte> fileType) =>
        BinaryPrimitives.ReadUInt32BigEndian(fileType) is >= SmallestFileType and <= LargestFileType;

    private static ContainerKind OfBrand(ReadOnlySpan<byte> brand)
    {
        if (brand.SequenceEqual("qt  "u8))
            return ContainerKind.QuickTime;
        return IsSound(brand) || IsPicture(brand) ? ContainerKind.None : ContainerKind.IsoMedia;
    }

    /// <summary>Registered brands of sound.</summary>
    public static bool IsSound(ReadOnlySpan<byte> brand) =>
        brand.StartsWith("M4A"u8)
        || brand.StartsWith("M4B"u8)
        || brand.StartsWith("M4P"u8)
        || brand.StartsWith("F4A"u8)
        || brand.StartsWith("F4B"u8);

    /// <summary>Registered brands of pictures (HEIF, AVIF, Canon raw).</summary>
    public static bool IsPicture(ReadOnlySpan<byte> brand) =>
        brand.StartsWith("hei"u8)
        || brand.StartsWith("hev"u8)
        || brand.SequenceEqual("mif1"u8)
        || brand.SequenceEqual("msf1"u8)
        || brand.StartsWith("avif"u8)
        || brand.StartsWith("avis"u8)
        || brand.StartsWith("crx"u8);

    // QuickTime files of before 2001 begin without a file type.
    private static bool IsOldQuickTime(ReadOnlySpan<byte> type) =>
        type.SequenceEqual("moov"u8)
        || type.SequenceEqual("mdat"u8)
        || type.SequenceEqual("wide"u8)
        || type.SequenceEqual("free"u8)
        || type.SequenceEqual("skip"u8)
        || type.SequenceEqual("pnot"u8);
}
