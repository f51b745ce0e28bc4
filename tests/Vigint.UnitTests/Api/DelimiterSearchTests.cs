using System.Buffers;
using System.Text;
using Vigint.Api.Videos;

namespace Vigint.UnitTests.Api;

public sealed class DelimiterSearchTests
{
    private static readonly byte[] Delimiter = "\r\n--b"u8.ToArray();

    [TestCase("abc\r\n--bxyz", ExpectedResult = 3)]
    [TestCase("\r\n--b", ExpectedResult = 0)]
    [TestCase("abc\r\n--", ExpectedResult = -1)]
    [TestCase("\r\n\r\n--\r\n--b", ExpectedResult = 6)]
    [TestCase("", ExpectedResult = -1)]
    public long In_one_piece(string text) => DelimiterSearch.Find(new ReadOnlySequence<byte>(Encoding.ASCII.GetBytes(text)), Delimiter);

    [TestCase("abc\r\n--bxyz", 3)]
    [TestCase("aaaaaaaaaaaaaaa\r\r\n\r\n--b\r\n--b", 18)]
    [TestCase("\r\n-\r\n--\r\n-", -1)]
    public void In_pieces_of_every_size(string text, long expected)
    {
        var bytes = Encoding.ASCII.GetBytes(text);

        var found = Enumerable.Range(1, bytes.Length).Select(size => DelimiterSearch.Find(Pieces.Of(bytes, size), Delimiter)).ToList();

        Assert.That(found, Is.All.EqualTo(expected));
    }
}

/// <summary>The same bytes in several pieces of memory, as a socket fills them.</summary>
internal sealed class Pieces : ReadOnlySequenceSegment<byte>
{
    public static ReadOnlySequence<byte> Of(byte[] bytes, int size)
    {
        Pieces? first = null,
            last = null;
        for (var at = 0; at < bytes.Length; at += size)
        {
            var piece = new Pieces { Memory = bytes.AsMemory(at, Math.Min(size, bytes.Length - at)), RunningIndex = at };
            first ??= piece;
            if (last is not null)
                last.Next = piece;
            last = piece;
        }

        return first is null ? ReadOnlySequence<byte>.Empty : new ReadOnlySequence<byte>(first, 0, last!, last!.Memory.Length);
    }
}
