using System.Diagnostics;

namespace Vigint.TestSupport;

/// <summary>A disk of a few pages or megabytes, in memory, gone with this.</summary>
public sealed class SmallDisk : IAsyncDisposable
{
    private readonly TemporaryFolder folder = new();

    /// <summary>Where it is mounted.</summary>
    public string Path => folder.At("disk");

    /// <param name="size">As mount takes it: <c>64m</c>. The test is skipped, in CI fails, where nothing can be mounted.</param>
    public static async Task<SmallDisk> MountAsync(string size)
    {
        var disk = new SmallDisk();
        Directory.CreateDirectory(disk.Path);
        if (await RunAsync("mount", "-t", "tmpfs", "-o", $"size={size}", "tmpfs", disk.Path) != 0)
        {
            disk.folder.Dispose();
            Needs.Missing("a tmpfs cannot be mounted here");
        }

        return disk;
    }

    public string At(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Leaves room for no other byte.</summary>
    public void Fill()
    {
        using var file = File.OpenHandle(At("filling"), FileMode.Create, FileAccess.Write);
        var page = new byte[4096];
        try
        {
            for (var offset = 0L; ; offset += page.Length)
                RandomAccess.Write(file, page, offset);
        }
        catch (IOException)
        {
            // It is full.
        }
    }

    public async ValueTask DisposeAsync()
    {
        await RunAsync("umount", Path);
        folder.Dispose();
    }

    private static async Task<int> RunAsync(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(program, arguments);
            await process.WaitForExitAsync();
            return process.ExitCode;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return -1;
        }
    }
}
