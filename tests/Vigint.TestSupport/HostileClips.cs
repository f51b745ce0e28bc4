using System.Buffers.Binary;
using System.Text;

namespace Vigint.TestSupport;

/// <summary>Files that try to have something else opened, or to exhaust whoever opens them.</summary>
public static class HostileClips
{
    /// <summary>Texts that ffmpeg takes for media when it is left to guess.</summary>
    /// <param name="address">What they lead to.</param>
    public static IEnumerable<(string Name, byte[] Bytes)> Scripts(string address)
    {
        yield return ("a play list", Bytes($"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n{address}\n#EXT-X-ENDLIST\n"));
        yield return ("a play list of a file", Bytes("#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n"));
        yield return ("a concat script", Bytes($"ffconcat version 1.0\nfile '{address}'\n"));
        yield return (
            "a session description",
            Bytes("v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 5004 RTP/AVP 96\na=rtpmap:96 H264/90000\n")
        );
        yield return (
            "a manifest",
            Bytes($"<?xml version=\"1.0\"?><MPD type=\"static\"><Period><BaseURL>{address}</BaseURL></Period></MPD>")
        );
        yield return ("a play list of Windows", Bytes($"[Reference]\nRef1={address}\n"));

        // Dressed as the containers that are let in: the first bytes, and then the script.
        yield return (
            "a play list dressed as AVI",
            [.. "RIFF\0\u0010\0\0AVI LIST\u0004\0\0\0hdrl"u8, .. Bytes($"\n#EXTM3U\n#EXTINF:1,\n{address}\n")]
        );
        yield return (
            "a play list dressed as MP4",
            [0, 0, 0, 16, .. "ftypmp42"u8, 0, 0, 0, 0, .. Bytes($"\n#EXTM3U\n#EXTINF:1,\n{address}\n")]
        );
        yield return ("a play list dressed as Matroska", [0x1A, 0x45, 0xDF, 0xA3, 0x80, .. Bytes($"\n#EXTM3U\n#EXTINF:1,\n{address}\n")]);
    }

    /// <summary>
    /// A MOV whose samples are said to be in another file (an alias, QuickTime File Format, "data reference atoms"). They are there:
    /// whoever follows the reference sees a picture.
    /// </summary>
    /// <param name="path">Of that file, which is written.</param>
    public static async Task<byte[]> WithExternalDataAsync(string path)
    {
        var clip = await Clips.MakeAsync("x.mov", "-f", "lavfi", "-i", "testsrc=duration=1:size=64x64:rate=10", "-c:v", "mjpeg");
        await File.WriteAllBytesAsync(path, clip);
        var text = Bytes(path);
        byte[] alias =
        [
            .. new byte[10],
            1,
            .. new byte[27],
            .. new byte[12],
            1,
            (byte)'x',
            .. new byte[62],
            .. new byte[16],
            0,
            0,
            0,
            0,
            .. new byte[16],
            0,
            2,
            (byte)(text.Length >> 8),
            (byte)text.Length,
            .. text,
            .. new byte[text.Length % 2],
            0xFF,
            0xFF,
            0,
            0,
        ];
        var reference = clip.AsSpan().IndexOf("dref"u8) - 4;
        var entry = reference + 16;
        var oldEntry = (int)BinaryPrimitives.ReadUInt32BigEndian(clip.AsSpan(entry));
        byte[] newEntry = [0, 0, 0, 0, .. "alis"u8, 0, 0, 0, 0, .. alias];
        BinaryPrimitives.WriteInt32BigEndian(newEntry, newEntry.Length);
        foreach (
            var parent in new[]
            {
                "moov"u8.ToArray(),
                "trak"u8.ToArray(),
                "mdia"u8.ToArray(),
                "minf"u8.ToArray(),
                "dinf"u8.ToArray(),
                "dref"u8.ToArray(),
            }
        )
            Grow(clip, parent, reference, newEntry.Length - oldEntry);
        return [.. clip.AsSpan(0, entry), .. newEntry, .. clip.AsSpan(entry + oldEntry)];
    }

    /// <summary>A clip that says it lasts a thousand million seconds.</summary>
    public static async Task<byte[]> OfThirtyYearsAsync()
    {
        var clip = (byte[])(await Clips.FiveSecondsAsync()).Clone();
        var header = clip.AsSpan().IndexOf("mvhd"u8) + 4;
        BinaryPrimitives.WriteUInt32BigEndian(clip.AsSpan(header + 12), 1);
        BinaryPrimitives.WriteUInt32BigEndian(clip.AsSpan(header + 16), 1_000_000_000);
        return clip;
    }

    /// <summary>A few kilobytes that decode to 64 million pixels, in an AVI that speaks of 320 × 240.</summary>
    public static async Task<byte[]> BombAsync()
    {
        var clip = await Clips.MakeAsync(
            "x.avi",
            "-f",
            "lavfi",
            "-i",
            "color=gray:size=8000x8000:rate=1",
            "-frames:v",
            "1",
            "-c:v",
            "mjpeg",
            "-pix_fmt",
            "yuvj420p"
        );
        var size = new byte[8];
        BinaryPrimitives.WriteInt32LittleEndian(size, 8000);
        BinaryPrimitives.WriteInt32LittleEndian(size.AsSpan(4), 8000);
        for (int at; (at = clip.AsSpan(0, 512).IndexOf(size)) >= 0; )
        {
            BinaryPrimitives.WriteInt32LittleEndian(clip.AsSpan(at), 320);
            BinaryPrimitives.WriteInt32LittleEndian(clip.AsSpan(at + 4), 240);
        }

        return clip;
    }

    /// <summary>A clip with a hundred sounds.</summary>
    public static Task<byte[]> OfManyStreamsAsync() =>
        Clips.MakeAsync(
            "x.mkv",
            [
                "-f",
                "lavfi",
                "-i",
                "testsrc=duration=0.2:size=64x64:rate=10",
                "-f",
                "lavfi",
                "-i",
                "sine=duration=0.2",
                "-map",
                "0:v",
                .. Enumerable.Repeat(new[] { "-map", "1:a" }, 100).SelectMany(map => map),
                "-c:v",
                "mpeg4",
                "-c:a",
                "pcm_s16le",
            ]
        );

    private static void Grow(byte[] clip, byte[] type, int before, int by)
    {
        var at = clip.AsSpan(0, before + 8).LastIndexOf(type) - 4;
        BinaryPrimitives.WriteInt32BigEndian(clip.AsSpan(at), BinaryPrimitives.ReadInt32BigEndian(clip.AsSpan(at)) + by);
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
