using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Unicode;

namespace Vigint.Application.Common;

/// <summary>
/// Makes JSON of what is written beyond it by Python's <c>json</c> module, by shells and by editors, and therefore came from old
/// clients and servers. <c>NaN</c> and <c>Infinity</c> become <c>null</c>, half a surrogate pair (from a file name that was not UTF-8)
/// becomes U+FFFD, control characters in a text are escaped, a byte order mark is skipped, and bytes that are not UTF-8 are read
/// as <see cref="LenientText"/> does.
/// </summary>
public static class LenientJson
{
    private const int EscapeLength = 6;

    private static readonly SearchValues<byte> NotPlain = SearchValues.Create([
        .. Enumerable.Range(0, ' ').Select(one => (byte)one),
        (byte)'"',
        (byte)'\\',
    ]);

    /// <returns>The same memory, but for a byte order mark, when there is nothing to mend.</returns>
    public static ReadOnlyMemory<byte> Mend(ReadOnlyMemory<byte> sent)
    {
        var json = sent.Span.StartsWith(Encoding.UTF8.Preamble) ? sent[Encoding.UTF8.Preamble.Length..] : sent;
        if (!Utf8.IsValid(json.Span))
            json = Encoding.UTF8.GetBytes(LenientText.Decode(json.Span));
        return Mended(json.Span) ?? json;
    }

    // What needs no mending is copied in runs.
    private static ReadOnlyMemory<byte>? Mended(ReadOnlySpan<byte> json)
    {
        ArrayBufferWriter<byte>? mended = null;
        var (isInText, kept) = (false, 0);
        for (var at = 0; at < json.Length; )
        {
            var (length, instead) = isInText ? InText(json[at..]) : Outside(json[at..]);
            if (json[at] == '"')
                isInText = !isInText;
            if (instead is not null)
            {
                mended ??= new ArrayBufferWriter<byte>(json.Length + EscapeLength);
                mended.Write(json[kept..at]);
                mended.Write(instead);
                kept = at + length;
            }

            at += length;
        }

        mended?.Write(json[kept..]);
        return mended?.WrittenMemory;
    }

    private static (int Length, byte[]? Instead) Outside(ReadOnlySpan<byte> json)
    {
        var word = json[0] switch
        {
            (byte)'N' => "NaN"u8,
            (byte)'I' => "Infinity"u8,
            (byte)'-' => "-Infinity"u8,
            _ => default,
        };
        return !word.IsEmpty && json.StartsWith(word) ? (word.Length, [.. "null"u8]) : (1, null);
    }

    // An escape is read whole, so that an escaped quotation mark does not end the text.
    private static (int Length, byte[]? Instead) InText(ReadOnlySpan<byte> json)
    {
        if (json.IndexOfAny(NotPlain) is not 0 and var plain)
            return (plain < 0 ? json.Length : plain, null);
        if (json[0] < ' ')
            return (1, Encoding.ASCII.GetBytes($"\\u{json[0]:x4}"));
        if (json[0] == '"' || json.Length == 1)
            return (1, null);
        if (UnitAt(json) is not { } unit)
            return (2, null);
        if (!char.IsSurrogate(unit))
            return (EscapeLength, null);
        return char.IsHighSurrogate(unit) && UnitAt(json[EscapeLength..]) is { } low && char.IsLowSurrogate(low)
            ? (2 * EscapeLength, null)
            : (EscapeLength, [.. "\\ufffd"u8]);
    }

    private static char? UnitAt(ReadOnlySpan<byte> json) =>
        json is [(byte)'\\', (byte)'u', _, _, _, _, ..]
        && Utf8Parser.TryParse(json[2..EscapeLength], out ushort unit, out var read, 'x')
        && read == 4
            ? (char)unit
            : null;
}
