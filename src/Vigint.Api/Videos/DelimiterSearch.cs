using System.Buffers;

namespace Vigint.Api.Videos;

/// <summary>Finds a delimiter in bytes that stand in several pieces of memory, at the speed of a search in one.</summary>
internal static class DelimiterSearch
{
    /// <returns>Where the first one begins; -1 when there is none.</returns>
    public static long Find(in ReadOnlySequence<byte> bytes, ReadOnlySpan<byte> delimiter)
    {
        if (bytes.IsSingleSegment)
            return bytes.FirstSpan.IndexOf(delimiter);

        // One that lies across a border is within the last bytes before it and the first after it. The buffer holds both.
        var reach = delimiter.Length - 1;
        Span<byte> border = stackalloc byte[2 * reach];
        var before = 0;
        long start = 0;
        foreach (var memory in bytes)
        {
            var piece = memory.Span;
            var head = Math.Min(reach, piece.Length);
            piece[..head].CopyTo(border[before..]);
            var across = border[..(before + head)].IndexOf(delimiter);
            if (across >= 0)
                return start - before + across;
            var within = piece.IndexOf(delimiter);
            if (within >= 0)
                return start + within;
            before = KeepLast(border, before, piece, reach);
            start += piece.Length;
        }

        return -1;
    }

    // What can still be the beginning of a delimiter: the last bytes, of this piece and, when it is short, of those before it.
    private static int KeepLast(Span<byte> border, int before, ReadOnlySpan<byte> piece, int reach)
    {
        if (piece.Length >= reach)
        {
            piece[^reach..].CopyTo(border);
            return reach;
        }

        var known = before + piece.Length;
        var kept = Math.Min(reach, known);
        border.Slice(known - kept, kept).CopyTo(border);
        return kept;
    }
}
