using System.Diagnostics;

namespace Vigint.TestSupport;

/// <summary>Real clips, made by ffmpeg once per run.</summary>
public static class Clips
{
    private static readonly Lazy<Task<byte[]>> FiveSecondsOnce = new(() => MakeAsync("clip.mp4",
        "-f", "lavfi", "-i", "testsrc=duration=5:size=320x240:rate=25", "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p",
        "-movflags", "+faststart"));

    /// <summary>H.264 in MP4, 320×240, 25 frames a second, five seconds, its index in front.</summary>
    public static Task<byte[]> FiveSecondsAsync() => FiveSecondsOnce.Value;

    /// <summary>A picture as a camera sends it.</summary>
    /// <param name="size">Width and height with an x between them.</param>
    public static Task<byte[]> PictureAsync(string size) => MakeAsync("picture.jpg", "-f", "lavfi", "-i", $"testsrc=size={size}", "-frames:v", "1");

    /// <summary>One whose header says that it is coded in a way that no decoder knows: it looks like a JPEG until it is to be decoded.</summary>
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
        using var process = Process.Start(new ProcessStartInfo("ffprobe", ["-v", "error", "-show_entries", entries, "-of", "default=nw=1:nk=1", folder.At("clip")])
        {
            RedirectStandardOutput = true,
        })!;
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
        return process.ExitCode == 0 ? await File.ReadAllBytesAsync(output) : throw new InvalidOperationException($"ffmpeg failed: {errors}");
    }

    /// <summary>
    /// The smallest thing that is an MP4 by its signature: a file type box and media data of <paramref name="sizeBytes"/> in all.
    /// Another seed gives other bytes.
    /// </summary>
    public static byte[] Fake(int sizeBytes = 4096, int seed = 1)
    {
        const int header = 32;
        ArgumentOutOfRangeException.ThrowIfLessThan(sizeBytes, header);
        var bytes = new byte[sizeBytes];
        new Random(seed).NextBytes(bytes);
        byte[] start = [0, 0, 0, 24, .. "ftypmp42"u8, 0, 0, 0, 0, .. "mp42isom"u8, 0, 0, 0, 0, .. "mdat"u8];
        start.CopyTo(bytes, 0);
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(24), sizeBytes - 24);
        return bytes;
    }
}
