using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace Vigint.Api.Media;

/// <summary>
/// Decodes a base64 text that comes in pieces (RFC 4648 §4), handing on up to 96 KB at a time. Line breaks and blanks between are
/// allowed, and so is the head of a data address (<c>data:video/mp4;base64,</c>); padding may be missing.
/// </summary>
internal sealed class Base64Text(IMediaSink sink) : IDisposable
{
    private const int CharactersAtATime = 128 * 1024;
    private const int LongestHead = 128;
    private const byte Padding = (byte)'=';

    private static readonly byte[] HeadStart = Encoding.ASCII.GetBytes("data:");

    // Two more for padding at the very end.
    private readonly byte[] characters = ArrayPool<byte>.Shared.Rent(CharactersAtATime + 2);
    private readonly byte[] decoded = ArrayPool<byte>.Shared.Rent(CharactersAtATime / 4 * 3);
    private int count;
    private int paddings;
    private bool goesOnAfterPadding;
    private bool mayHaveHead = true;
    private bool isBroken;

    public void Append(ReadOnlySpan<byte> text)
    {
        while (!text.IsEmpty && !isBroken)
        {
            var room = Math.Min(text.Length, CharactersAtATime - count);
            Take(text[..room]);
            text = text[room..];
            if (count == CharactersAtATime)
                Decode(isEnd: false);
        }
    }

    /// <summary>Hands on the rest, and tells the sink how it ended.</summary>
    public void End()
    {
        if (!isBroken)
            Decode(isEnd: true);
        sink.End(!isBroken);
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(characters);
        ArrayPool<byte>.Shared.Return(decoded);
    }

    // Blanks and padding are rare: what has none is copied whole.
    private void Take(ReadOnlySpan<byte> text)
    {
        if (paddings == 0 && text.IndexOfAny(" \t\r\n="u8) < 0)
        {
            text.CopyTo(characters.AsSpan(count));
            count += text.Length;
            return;
        }

        foreach (var character in text)
        {
            if (character is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
                continue;
            if (character == Padding)
            {
                paddings++;
                continue;
            }

            goesOnAfterPadding |= paddings > 0;
            characters[count++] = character;
        }
    }

    private void Decode(bool isEnd)
    {
        if (mayHaveHead)
            CutHead();
        mayHaveHead = false;
        var whole = isEnd ? Padded() : count / 4 * 4;
        var status = Base64.DecodeFromUtf8(characters.AsSpan(0, whole), decoded, out _, out var written);
        isBroken = goesOnAfterPadding || paddings > 2 || status != OperationStatus.Done;
        if (isBroken)
            return;
        sink.Append(decoded.AsSpan(0, written));
        characters.AsSpan(whole, Math.Max(0, count - whole)).CopyTo(characters);
        count = Math.Max(0, count - whole);
    }

    // A text of 4n + 1 characters is not base64, with padding or without.
    private int Padded()
    {
        var whole = count;
        while (whole % 4 != 0 && whole - count < 2)
            characters[whole++] = Padding;
        return whole;
    }

    private void CutHead()
    {
        if (!characters.AsSpan(0, count).StartsWith(HeadStart))
            return;
        var comma = characters.AsSpan(0, Math.Min(count, LongestHead)).IndexOf((byte)',');
        if (comma < 0)
            return;
        characters.AsSpan(comma + 1, count - comma - 1).CopyTo(characters);
        count -= comma + 1;
        paddings = 0;
        goesOnAfterPadding = false;
    }
}
