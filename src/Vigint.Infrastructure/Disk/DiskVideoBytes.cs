using Microsoft.Win32.SafeHandles;
using Vigint.Application.Videos;

namespace Vigint.Infrastructure.Disk;

internal sealed class DiskVideoBytes(SafeFileHandle handle) : VideoBytes
{
    /// <summary>Opens a file that may be renamed or removed while it is read.</summary>
    public static DiskVideoBytes Open(string path) =>
        new(File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));

    public override long SizeBytes { get; } = RandomAccess.GetLength(handle);

    // Synchronously: the bytes are nearly always in the page cache, and a hop to another thread costs more than the copy.
    public override int Read(Span<byte> into, long offset) => RandomAccess.Read(handle, into, offset);

    public override void Dispose() => handle.Dispose();
}
