using Microsoft.Win32.SafeHandles;
using Vigint.Application.Videos;

namespace Vigint.Infrastructure.Disk;

internal sealed class DiskVideoBytes(SafeFileHandle handle) : VideoBytes
{
    public override long SizeBytes { get; } = RandomAccess.GetLength(handle);

    // Synchronously: the bytes are nearly always in the page cache, and a hop to another thread costs more than the copy.
    public override int Read(Span<byte> into, long offset) => RandomAccess.Read(handle, into, offset);

    public override void Dispose() => handle.Dispose();
}
