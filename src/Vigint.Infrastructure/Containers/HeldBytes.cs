using Vigint.Application.Media;

namespace Vigint.Infrastructure.Containers;

/// <summary>Bytes in memory, read like a file.</summary>
internal sealed class HeldBytes(ReadOnlyMemory<byte> held) : VideoBytes
{
    public override long SizeBytes => held.Length;

    public override int Read(Span<byte> into, long offset)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        if (offset >= held.Length)
            return 0;
        var count = (int)Math.Min(into.Length, held.Length - offset);
        held.Span.Slice((int)offset, count).CopyTo(into);
        return count;
    }

    public override void Dispose()
    {
        // Nothing is open.
    }
}
