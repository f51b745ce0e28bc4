using System.Buffers.Binary;
using System.Text;

namespace Vigint.TestSupport;

/// <summary>MP4 boxes put together by hand (ISO/IEC 14496-12), for clips that ffmpeg does not make.</summary>
public static class Mp4Boxes
{
    public static byte[] Box(string type, params byte[][] bodies)
    {
        var body = bodies.SelectMany(part => part).ToArray();
        return [.. U32(8 + body.Length), .. Encoding.Latin1.GetBytes(type), .. body];
    }

    public static byte[] FileType(string brand = "mp42") => Box("ftyp", Encoding.Latin1.GetBytes(brand), U32(0), "mp42"u8.ToArray());

    /// <summary>An index with one track of the handler <paramref name="handler"/> and one sample at <paramref name="sampleAt"/>.</summary>
    /// <param name="duration">In thousandths of a second, as movie, media and track say it; 0 and all ones are unknown.</param>
    public static byte[] Index(
        int sampleAt,
        int sampleBytes,
        string codec = "vvc1",
        string handler = "vide",
        uint duration = 0,
        ushort width = 320,
        ushort height = 240
    ) => Box("moov", MovieHeader(duration), Track(sampleAt, sampleBytes, codec, handler, duration, width, height));

    public static byte[] MovieHeader(uint duration) =>
        Box("mvhd", U32(0, 0, 0, 1000, duration, 0x10000), [1, 0], new byte[10], UnityMatrix, new byte[24], U32(2));

    public static byte[] Track(int sampleAt, int sampleBytes, string codec, string handler, uint duration, ushort width, ushort height) =>
        Box(
            "trak",
            Box("tkhd", U32(7, 0, 0, 1, 0, duration, 0, 0, 0, 0), UnityMatrix, U32(width << 16, height << 16)),
            Box(
                "mdia",
                Box("mdhd", U32(0, 0, 0, 1000, duration), [0x55, 0xC4, 0, 0]),
                Box("hdlr", U32(0, 0), Encoding.Latin1.GetBytes(handler), new byte[13]),
                Box(
                    "minf",
                    Box("vmhd", U32(1, 0, 0)),
                    Box("dinf", Box("dref", U32(0, 1), Box("url ", U32(1)))),
                    Box(
                        "stbl",
                        Box("stsd", U32(0, 1), SampleEntry(codec, width, height)),
                        Box("stts", U32(0, 1, 1, 40)),
                        Box("stsc", U32(0, 1, 1, 1, 1)),
                        Box("stsz", U32(0, sampleBytes, 1)),
                        Box("stco", U32(0, 1, sampleAt))
                    )
                )
            )
        );

    private static byte[] SampleEntry(string codec, ushort width, ushort height) =>
        Box(
            codec,
            [0, 0, 0, 0, 0, 0, 0, 1],
            new byte[16],
            [(byte)(width >> 8), (byte)width, (byte)(height >> 8), (byte)height],
            U32(0x480000, 0x480000, 0),
            [0, 1],
            new byte[32],
            [0, 24, 0xFF, 0xFF]
        );

    private static byte[] UnityMatrix => U32(0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000);

    /// <summary>Numbers of 32 bits, the first byte the highest.</summary>
    public static byte[] U32(params long[] values)
    {
        var bytes = new byte[4 * values.Length];
        for (var i = 0; i < values.Length; i++)
            BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(4 * i), (uint)values[i]);
        return bytes;
    }
}
