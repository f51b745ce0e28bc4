using Microsoft.Win32.SafeHandles;
using Vigint.Application.Media;

namespace Vigint.Infrastructure.Disk;

internal sealed class DiskVideoBytes(SafeFileHandle handle) : VideoBytes
{
    /// <summary>Opens a file that this server made; it may be renamed or removed while it is read.</summary>
    /// <exception cref="IOException">It is not there, or is a symbolic link.</exception>
    public static DiskVideoBytes Open(string path) =>
        new(RegularFile.OpenOwn(path) ?? throw new FileNotFoundException("The file is not there.", path));

    /// <param name="opened">Null for what is not there.</param>
    public static DiskVideoBytes? Of(SafeFileHandle? opened) => opened is null ? null : new DiskVideoBytes(opened);

    public override long SizeBytes { get; } = RandomAccess.GetLength(handle);

    // Synchronously: the bytes are nearly always in the page cache, and a hop to another thread costs more than the copy.
    public override int Read(Span<byte> into, long offset) => RandomAccess.Read(handle, into, offset);

    public override void Dispose() => handle.Dispose();
}
