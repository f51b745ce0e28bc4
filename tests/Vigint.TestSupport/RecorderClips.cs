using System.Buffers.Binary;

namespace Vigint.TestSupport;

/// <summary>Clips as recorders export them: what ffmpeg writes, and around it what it cannot write.</summary>
public static class RecorderClips
{
    private static readonly string[] Picture = ["-f", "lavfi", "-i", "testsrc2=size=320x240:rate=10:duration=2"];
    private static readonly string[] Sound = ["-f", "lavfi", "-i", "sine=duration=1"];
    private static readonly string[] H264 = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", "5"];

    public static Task<byte[]> TransportStreamAsync() => Clips.MakeAsync("x.ts", [.. Picture, .. H264, "-f", "mpegts"]);

    /// <summary>Packets with four bytes of time before each, as AVCHD has them.</summary>
    public static Task<byte[]> TimedTransportStreamAsync() =>
        Clips.MakeAsync("x.m2ts", [.. Picture, .. H264, "-f", "mpegts", "-mpegts_m2ts_mode", "1"]);

    public static Task<byte[]> ProgramStreamAsync() =>
        Clips.MakeAsync("x.mpg", [.. Picture, "-c:v", "mpeg2video", "-r", "25", "-f", "mpeg"]);

    public static Task<byte[]> H264ProgramStreamAsync() => Clips.MakeAsync("x.mpg", [.. Picture, .. H264, "-f", "vob"]);

    /// <summary>What recorders of Hikvision call MP4: forty bytes of their own, and a program stream.</summary>
    public static async Task<byte[]> HikvisionAsync()
    {
        byte[] header = [.. "IMKH"u8, 1, 1, 0, 0, 2, 0, 1, 0, .. new byte[28]];
        return [.. header, .. await H264ProgramStreamAsync()];
    }

    public static Task<byte[]> FlashAsync() => Clips.MakeAsync("x.flv", [.. Picture, .. H264]);

    public static Task<byte[]> AsfAsync() => Clips.MakeAsync("x.asf", [.. Picture, "-c:v", "msmpeg4v3"]);

    /// <summary>Frames of Dahua: a header, what the pictures are, a unit of H.264 with its start code, and the length again.</summary>
    /// <param name="withFileHeader">Whether the kilobyte comes first that some recorders write.</param>
    public static async Task<byte[]> DahuaAsync(bool withFileHeader = false)
    {
        var pictures = SplitAtPictures(await Clips.MakeAsync("x.264", [.. Picture, .. H264, "-x264-params", "aud=1", "-f", "h264"]));
        using var clip = new MemoryStream();
        if (withFileHeader)
            clip.Write([.. "DAHUA"u8, .. new byte[0x400 - 5]]);
        for (var number = 0; number < pictures.Count; number++)
            clip.Write(DahuaFrame(isKey: number % 5 == 0, number, pictures[number]));
        return clip.ToArray();
    }

    /// <summary>An MP4 as a recorder leaves it that lost its power: the index would have been written at the end.</summary>
    public static async Task<byte[]> WithoutIndexAsync()
    {
        var clip = await Clips.MakeAsync("x.mp4", [.. Picture, .. H264]);
        return clip[..(clip.AsSpan().IndexOf("moov"u8) - 4)];
    }

    public static Task<byte[]> SoundInTransportStreamAsync() => Clips.MakeAsync("x.ts", [.. Sound, "-c:a", "aac", "-f", "mpegts"]);

    public static Task<byte[]> SoundInProgramStreamAsync() => Clips.MakeAsync("x.mpg", [.. Sound, "-c:a", "mp2", "-f", "mpeg"]);

    public static Task<byte[]> SoundInFlashAsync() => Clips.MakeAsync("x.flv", [.. Sound, "-c:a", "aac"]);

    public static Task<byte[]> SoundInAsfAsync() => Clips.MakeAsync("x.asf", [.. Sound, "-c:a", "wmav2"]);

    private static byte[] DahuaFrame(bool isKey, int number, byte[] picture)
    {
        // Width and height in eighths; the codec (8 is H.264) and the frame rate.
        byte[] values = isKey ? [0x80, 0, 40, 30, 0x81, 0, 8, 10] : [];
        var size = 24 + values.Length + picture.Length + 8;
        var second = (26u << 26) | (10 << 22) | (4 << 17) | (12 << 12) | (uint)(number / 10);
        var frame = new byte[size];
        "DHAV"u8.CopyTo(frame);
        frame[4] = isKey ? (byte)0xFD : (byte)0xFC;
        BinaryPrimitives.WriteInt32LittleEndian(frame.AsSpan(8), number);
        BinaryPrimitives.WriteInt32LittleEndian(frame.AsSpan(12), size);
        BinaryPrimitives.WriteUInt32LittleEndian(frame.AsSpan(16), second);
        BinaryPrimitives.WriteUInt16LittleEndian(frame.AsSpan(20), (ushort)(number * 100));
        frame[22] = (byte)values.Length;
        values.CopyTo(frame, 24);
        picture.CopyTo(frame, 24 + values.Length);
        "dhav"u8.CopyTo(frame.AsSpan(size - 8));
        BinaryPrimitives.WriteInt32LittleEndian(frame.AsSpan(size - 4), size);
        return frame;
    }

    // Each picture begins with a delimiter.
    private static List<byte[]> SplitAtPictures(byte[] stream)
    {
        byte[] delimiter = [0, 0, 0, 1, 9];
        var pictures = new List<byte[]>();
        for (var at = 0; at < stream.Length; )
        {
            var next = stream.AsSpan(at + 1).IndexOf(delimiter);
            var end = next < 0 ? stream.Length : at + 1 + next;
            pictures.Add(stream[at..end]);
            at = end;
        }

        return pictures;
    }
}
