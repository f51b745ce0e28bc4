using System.Buffers.Binary;

namespace Vigint.TestSupport;

/// <summary>Clips as real cameras, phones and recorders make them, and as they come when something went wrong on the way.</summary>
public static class RealClips
{
    private static readonly string[] H264 = ["-c:v", "libx264", "-preset", "veryfast", "-pix_fmt", "yuv420p"];

    /// <summary>Fifteen pictures a second for four seconds, then five a second for four seconds: 80 in all.</summary>
    public static Task<byte[]> OfUnevenTimingAsync() =>
        Clips.MakeAsync(
            "x.mp4",
            [
                .. Source("320x240", 8),
                "-vf",
                "select='lt(n,60)+not(mod(n,3))'",
                "-fps_mode",
                "vfr",
                .. H264,
                "-b:v",
                "400k",
                "-movflags",
                "+faststart",
            ]
        );

    /// <summary>Its last of 120 pictures, which begins after 7.9 s, is shown for two seconds.</summary>
    public static async Task<byte[]> WithALongLastPictureAsync()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllBytesAsync(folder.At("even.mp4"), await Clips.MakeAsync("x.mp4", [.. Source("320x240", 8), .. H264]));
        return await Clips.MakeAsync(
            "x.mp4",
            "-i",
            folder.At("even.mp4"),
            "-c",
            "copy",
            "-bsf:v",
            "setts=pts=PTS:dts=DTS:duration='if(eq(N,119),30720,DURATION)'"
        );
    }

    /// <summary>90 pictures with a pause of ten minutes between them.</summary>
    public static Task<byte[]> WithAPauseAsync() =>
        Clips.MakeAsync(
            "x.mkv",
            [.. Source("160x120", 6), "-vf", "setpts='PTS+gte(N,45)*600/TB'", "-fps_mode", "passthrough", "-c:v", "mpeg4"]
        );

    /// <summary>Fragments as a browser or a camera records them: without one index for all.</summary>
    public static Task<byte[]> FragmentedAsync(int seconds = 8, string size = "320x240") =>
        Clips.MakeAsync("x.mp4", [.. Source(size, seconds), .. H264, "-movflags", "+frag_keyframe+empty_moov+default_base_moof"]);

    /// <summary>The first six tenths of such a file.</summary>
    public static async Task<byte[]> CutAsync() => await FragmentedAsync() is var whole ? whole[..(whole.Length * 6 / 10)] : [];

    /// <summary>Of one picture in the middle the length of its first part is beyond all bounds.</summary>
    public static async Task<byte[]> WithAWrongLengthAsync()
    {
        var (clip, middle) = await WithSamplesAsync();
        BinaryPrimitives.WriteUInt32BigEndian(clip.AsSpan(middle.Offset), 0x00FFFFFF);
        return clip;
    }

    /// <summary>One picture in the middle is nothing but zeros.</summary>
    public static async Task<byte[]> WithAZeroedPictureAsync()
    {
        var (clip, middle) = await WithSamplesAsync();
        clip.AsSpan(middle.Offset, middle.Length).Clear();
        return clip;
    }

    /// <summary>Any picture is said to be one from which decoding may begin, for the list of these is gone.</summary>
    /// <param name="encoder">Of the pictures.</param>
    public static async Task<byte[]> WithoutKeyPicturesAsync(string encoder = "libx264")
    {
        var clip = await Clips.MakeAsync(
            "x.mp4",
            [.. Source("320x240", 8), "-c:v", encoder, "-g", "300", "-pix_fmt", "yuv420p", "-movflags", "+faststart"]
        );
        "skip"u8.CopyTo(clip.AsSpan(clip.AsSpan().IndexOf("stss"u8)));
        return clip;
    }

    /// <summary>The description of a fragmented clip, and no fragment.</summary>
    public static async Task<byte[]> WithoutFragmentsAsync()
    {
        var whole = await Clips.MakeAsync(
            "x.mp4",
            [
                .. Source("160x120", 1),
                "-c:v",
                "libx265",
                "-preset",
                "ultrafast",
                "-x265-params",
                "log-level=none",
                "-movflags",
                "+frag_keyframe+empty_moov+default_base_moof",
            ]
        );
        return whole[..(whole.AsSpan().IndexOf("moof"u8) - 4)];
    }

    /// <summary>Its pictures need a key.</summary>
    public static Task<byte[]> EncryptedAsync() =>
        Clips.MakeAsync(
            "x.mp4",
            [
                .. Source("320x240", 4),
                .. H264,
                "-encryption_scheme",
                "cenc-aes-ctr",
                "-encryption_key",
                "76a6c65c5ea762046bd749a2e632ccbb",
                "-encryption_kid",
                "a7e61c373e219033c21091fa607bf3b8",
            ]
        );

    /// <summary>Eight seconds of which the header of the picture says that nobody knows how many they are.</summary>
    public static async Task<byte[]> OfUnknownDurationAsync()
    {
        var clip = await FragmentedAsync();
        clip.AsSpan(clip.AsSpan().IndexOf("mdhd"u8) + 20, 4).Fill(0xFF);
        return clip;
    }

    /// <summary>Two seconds, and a header that says an hour and a half: what a recorder writes in advance.</summary>
    public static async Task<byte[]> OfLessThanItSaysAsync()
    {
        var clip = await FragmentedAsync(seconds: 2);
        foreach (var name in new[] { "mvhd"u8.ToArray(), "mdhd"u8.ToArray() })
        {
            var header = clip.AsSpan().IndexOf(name) + 4;
            var scale = BinaryPrimitives.ReadUInt32BigEndian(clip.AsSpan(header + 12));
            BinaryPrimitives.WriteUInt32BigEndian(clip.AsSpan(header + 16), 5377 * scale);
        }

        return clip;
    }

    /// <summary>Stored 704×576, shown 1024×576: what recorders of analog cameras make.</summary>
    public static Task<byte[]> AnamorphicAsync() => Clips.MakeAsync("x.mp4", [.. Source("704x576", 1), "-vf", "setsar=16/11", .. H264]);

    /// <summary>A picture of nothing but zeros says how it is turned.</summary>
    public static async Task<byte[]> WithAMatrixOfZerosAsync()
    {
        var clip = await Clips.MakeAsync("x.mp4", [.. Source("320x240", 1), .. H264]);
        clip.AsSpan(clip.AsSpan().IndexOf("tkhd"u8) + 4 + 40, 36).Clear();
        return clip;
    }

    /// <summary>Black for half a second in the third second, as when a camera turns its night filter.</summary>
    public static Task<byte[]> WithABlackShutterAsync() =>
        Clips.MakeAsync(
            "x.mp4",
            [
                .. Source("320x240", 5),
                "-vf",
                "noise=alls=4:allf=t,drawbox=t=fill:c=0x101010:enable='between(t,2.2,2.8)',noise=alls=6:allf=t",
                .. H264,
            ]
        );

    /// <summary>Each picture holds the lines of two moments, in which something moves fast.</summary>
    public static Task<byte[]> InterlacedAsync() =>
        Clips.MakeAsync(
            "x.mp4",
            [
                "-f",
                "lavfi",
                "-i",
                "testsrc2=s=320x240:r=50:d=2",
                "-vf",
                "scroll=h=0.05,interlace=scan=tff:lowpass=off",
                "-c:v",
                "libx264",
                "-pix_fmt",
                "yuv420p",
                "-flags",
                "+ildct+ilme",
                "-x264-params",
                "tff=1",
            ]
        );

    /// <summary>Brighter than a screen shows.</summary>
    /// <param name="transfer">As ffmpeg names it.</param>
    public static Task<byte[]> OfHighDynamicRangeAsync(string transfer) =>
        Clips.MakeAsync(
            "x.mp4",
            [
                "-f",
                "lavfi",
                "-i",
                "color=gray:s=160x120:d=1:r=5",
                "-vf",
                "format=yuv420p10le",
                "-c:v",
                "libx265",
                "-preset",
                "ultrafast",
                "-tag:v",
                "hvc1",
                "-color_primaries",
                "bt2020",
                "-color_trc",
                transfer,
                "-colorspace",
                "bt2020nc",
                "-x265-params",
                $"log-level=none:colorprim=bt2020:transfer={transfer}:colormatrix=bt2020nc",
            ]
        );

    /// <summary>A track of one picture stands before that of the film.</summary>
    public static Task<byte[]> WithAThumbnailBeforeAsync() =>
        Clips.MakeAsync(
            "x.mp4",
            [
                "-f",
                "lavfi",
                "-i",
                "color=red:s=64x64:d=1:r=1",
                .. Source("320x240", 3),
                "-map",
                "0:v",
                "-map",
                "1:v",
                "-c:v:0",
                "mjpeg",
                "-c:v:1",
                "libx264",
                "-pix_fmt:v:1",
                "yuv420p",
                "-movflags",
                "+faststart",
            ]
        );

    /// <summary>Of twelve seconds in fragments the last three: what a recorder cuts out.</summary>
    public static async Task<byte[]> BeginningLateAsync()
    {
        var clip = await Clips.MakeAsync(
            "x.mp4",
            [.. Source("320x240", 12), .. H264, "-g", "45", "-bf", "0", "-movflags", "+frag_keyframe+empty_moov+default_base_moof"]
        );
        var first = clip.AsSpan().IndexOf("moof"u8) - 4;
        var last = clip.AsSpan().LastIndexOf("moof"u8) - 4;
        return [.. clip.AsSpan(0, first), .. clip.AsSpan(last)];
    }

    /// <summary>A program stream with H.264, as recorders export it: it says what it holds in a map (ISO/IEC 13818-1 §2.5.4).</summary>
    /// <param name="isHikvision">With the head that their ".mp4" begins with.</param>
    public static async Task<byte[]> ProgramStreamAsync(bool isHikvision = false)
    {
        var stream = await Clips.MakeAsync("x.mpg", [.. Source("320x240", 3), .. H264, "-bf", "0", "-f", "vob"]);
        byte[] map = [0, 0, 1, 0xBC, 0, 14, 0xE0, 0xFF, 0, 0, 0, 4, 0x1B, 0xE0, 0, 0, 0, 0, 0, 0];
        const int packHeader = 14;
        byte[] head = isHikvision ? [.. "IMKH"u8, .. new byte[36]] : [];
        return [.. head, .. stream.AsSpan(0, packHeader), .. map, .. stream.AsSpan(packHeader)];
    }

    /// <summary>As Dahua's recorders export it: each picture between a head and a tail of its own.</summary>
    public static async Task<byte[]> DavAsync()
    {
        // A head begins each picture.
        var stream = await Clips.MakeAsync("x.h264", [.. Source("320x240", 3), .. H264, "-bf", "0", "-x264-params", "aud=1", "-f", "h264"]);
        byte[] delimiter = [0, 0, 0, 1, 9];
        var file = new List<byte>();
        var number = 0;
        for (var at = 0; at < stream.Length; number++)
        {
            var next = stream.AsSpan(at + delimiter.Length).IndexOf(delimiter);
            var picture = stream.AsSpan(at, next < 0 ? stream.Length - at : next + delimiter.Length);
            byte[] description = [0x80, 0, 320 / 8, 240 / 8, 0x81, 0, 2, 15];
            var head = new byte[24];
            "DHAV"u8.CopyTo(head);
            head[4] = (byte)(number == 0 ? 0xFD : 0xFC);
            BinaryPrimitives.WriteInt32LittleEndian(head.AsSpan(8), number);
            BinaryPrimitives.WriteInt32LittleEndian(head.AsSpan(12), head.Length + description.Length + picture.Length + 8);
            BinaryPrimitives.WriteInt32LittleEndian(head.AsSpan(16), 0x6000_0000 + number / 15);
            BinaryPrimitives.WriteUInt16LittleEndian(head.AsSpan(20), (ushort)(number * 1000 / 15));
            head[22] = (byte)description.Length;
            file.AddRange(head);
            file.AddRange(description);
            file.AddRange(picture);
            file.AddRange("dhav"u8);
            file.AddRange(BitConverter.GetBytes(head.Length + description.Length + picture.Length + 8));
            at += picture.Length;
        }

        return [.. file];
    }

    private static string[] Source(string size, int seconds) => ["-f", "lavfi", "-i", $"testsrc2=s={size}:r=15:d={seconds}"];

    // A sample in the middle, found by the table of sizes, for all samples follow each other.
    private static async Task<(byte[] Clip, (int Offset, int Length) Middle)> WithSamplesAsync()
    {
        var clip = await Clips.MakeAsync("x.mp4", [.. Source("320x240", 8), .. H264, "-movflags", "+faststart"]);
        var table = clip.AsSpan().IndexOf("stsz"u8) + 12;
        var sizes = Enumerable
            .Range(0, BinaryPrimitives.ReadInt32BigEndian(clip.AsSpan(table)))
            .Select(number => BinaryPrimitives.ReadInt32BigEndian(clip.AsSpan(table + 4 + 4 * number)))
            .ToList();
        var middle = sizes.Count / 2;
        var data = clip.AsSpan().IndexOf("mdat"u8) + 4;
        return (clip, (data + sizes.Take(middle).Sum(), sizes[middle]));
    }
}
