using System.Diagnostics;

namespace Vigint.TestSupport;

/// <summary>Real clips, made by ffmpeg once per run.</summary>
public static class Clips
{
    private static readonly Lazy<Task<byte[]>> FiveSecondsOnce = new(() =>
        MakeAsync(
            "clip.mp4",
            "-f",
            "lavfi",
            "-i",
            "testsrc=duration=5:size=320x240:rate=25",
            "-c:v",
            "libx264",
            "-preset",
            "ultrafast",
            "-pix_fmt",
            "yuv420p",
            "-movflags",
            "+faststart"
        )
    );

    /// <summary>H.264 in MP4, 320×240, 25 frames a second, five seconds, its index in front.</summary>
    public static Task<byte[]> FiveSecondsAsync() => FiveSecondsOnce.Value;

    /// <summary>A picture as a camera sends it.</summary>
    /// <param name="size">Width and height with an x between them.</param>
    public static Task<byte[]> PictureAsync(string size) =>
        MakeAsync("picture.jpg", "-f", "lavfi", "-i", $"testsrc=size={size}", "-frames:v", "1");

    /// <summary>
    /// One whose header says that it is coded in a way that no decoder knows: it looks like a JPEG until it is to be decoded.
    /// </summary>
    public static async Task<byte[]> BrokenPictureAsync(string size)
    {
        const byte arithmetic = 0xC9;
        var picture = await PictureAsync(size);
        picture[picture.AsSpan().IndexOf<byte>([0xFF, 0xC0]) + 1] = arithmetic;
        return picture;
    }

    /// <summary>What ffprobe says of a file, value by value: width, height, …</summary>
    /// <param name="entries">As <c>-show_entries</c> takes them.</param>
    public static async Task<IReadOnlyList<string>> ProbeAsync(byte[] clip, string entries)
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllBytesAsync(folder.At("clip"), clip);
        using var process = Process.Start(
            new ProcessStartInfo("ffprobe", ["-v", "error", "-show_entries", entries, "-of", "default=nw=1:nk=1", folder.At("clip")])
            {
                RedirectStandardOutput = true,
            }
        )!;
        var text = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>Runs ffmpeg and reads what it made.</summary>
    /// <param name="fileName">Its ending tells ffmpeg the container.</param>
    public static async Task<byte[]> MakeAsync(string fileName, params string[] arguments)
    {
        using var folder = new TemporaryFolder();
        var output = folder.At(fileName);
        var start = new ProcessStartInfo("ffmpeg") { RedirectStandardError = true };
        foreach (var argument in (string[])["-hide_banner", "-nostdin", "-v", "error", .. arguments, output])
            start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        var errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0
            ? await File.ReadAllBytesAsync(output)
            : throw new InvalidOperationException($"ffmpeg failed: {errors}");
    }

    /// <summary>
    /// A whole MP4 of <paramref name="sizeBytes"/> in all: file type, an index with one picture track, and its one sample. It does not say
    /// how long it is, and no decoder knows its codec (VVC), so that nothing is made of it. Another seed gives other bytes.
    /// </summary>
    public static byte[] Fake(int sizeBytes = 4096, int seed = 1)
    {
        var fileType = Mp4Boxes.FileType();
        var header = fileType.Length + Mp4Boxes.Index(0, 0).Length + 8;
        ArgumentOutOfRangeException.ThrowIfLessThan(sizeBytes, header);
        var bytes = new byte[sizeBytes];
        new Random(seed).NextBytes(bytes);
        byte[] start = [.. fileType, .. Mp4Boxes.Index(header, sizeBytes - header), .. Mp4Boxes.U32(8 + sizeBytes - header), .. "mdat"u8];
        start.CopyTo(bytes, 0);
        return bytes;
    }
}
