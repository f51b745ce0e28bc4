using System.Buffers;

namespace Vigint.Application.Media;

/// <summary>An open file of a video, read at any offset. Reading does not move anything, so many may read at once.</summary>
public abstract class VideoBytes : IDisposable
{
    private const int CompareAtATime = 64 * 1024;

    public abstract long SizeBytes { get; }

    /// <returns>The number of bytes read; 0 at the end.</returns>
    public abstract int Read(Span<byte> into, long offset);

    /// <summary>Reads until there is no room or no more to read.</summary>
    /// <returns>The number of bytes read; less than there is room for only at the end.</returns>
    public int Fill(Span<byte> into, long offset)
    {
        var filled = 0;
        while (filled < into.Length && Read(into[filled..], offset + filled) is > 0 and var read)
            filled += read;
        return filled;
    }

    /// <summary>Compares byte by byte.</summary>
    public bool HasSameContentAs(VideoBytes other)
    {
        var mine = ArrayPool<byte>.Shared.Rent(CompareAtATime);
        var theirs = ArrayPool<byte>.Shared.Rent(CompareAtATime);
        try
        {
            for (long offset = 0; ; )
            {
                var read = Fill(mine.AsSpan(0, CompareAtATime), offset);
                if (
                    read != other.Fill(theirs.AsSpan(0, CompareAtATime), offset)
                    || !mine.AsSpan(0, read).SequenceEqual(theirs.AsSpan(0, read))
                )
                    return false;
                if (read == 0)
                    return true;
                offset += read;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(mine);
            ArrayPool<byte>.Shared.Return(theirs);
        }
    }

    public abstract void Dispose();
}
