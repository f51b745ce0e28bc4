using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace Vigint.Application.Common;

/// <summary>
/// Reads text that should be UTF-8 and is not always: bytes that are none of it are read as Windows-1252, which shells of Windows send in
/// western Europe. What is UTF-8 stays so, also beside such bytes.
/// </summary>
public static class LenientText
{
    // The framework's own table; nothing is registered, so that no other text is read by it.
    private static readonly char[] Windows1252 = CodePagesEncodingProvider
        .Instance.GetEncoding(1252)!
        .GetChars([.. Enumerable.Range(0, 256).Select(one => (byte)one)]);

    public static string Decode(in ReadOnlySequence<byte> bytes) => Decode(bytes.IsSingleSegment ? bytes.FirstSpan : bytes.ToArray());

    public static string Decode(ReadOnlySpan<byte> bytes)
    {
        if (Utf8.IsValid(bytes))
            return Encoding.UTF8.GetString(bytes);
        var text = new StringBuilder(bytes.Length);
        while (!bytes.IsEmpty)
        {
            if (Rune.DecodeFromUtf8(bytes, out var rune, out var read) == OperationStatus.Done)
            {
                text.Append(rune);
            }
            else if (IsHalfOfAPair(bytes))
            {
                text.Append('\ufffd');
                read = 3;
            }
            else
            {
                text.Append(Windows1252[bytes[0]]);
                read = 1;
            }

            bytes = bytes[read..];
        }

        return text.ToString();
    }

    /// <summary>Without the beginning of a character at its end: of a text that was cut.</summary>
    public static ReadOnlySpan<byte> WithoutTornEnd(ReadOnlySpan<byte> utf8)
    {
        for (var length = 1; length <= Math.Min(3, utf8.Length); length++)
        {
            var end = utf8[^length..];
            if ((end[0] & 0xC0) != 0x80)
                return Rune.DecodeFromUtf8(end, out _, out _) == OperationStatus.NeedMoreData ? utf8[..^length] : utf8;
        }

        return utf8;
    }

    // In the bytes that it would have if it were a character.
    private static bool IsHalfOfAPair(ReadOnlySpan<byte> bytes) => bytes is [0xED, >= 0xA0 and <= 0xBF, >= 0x80 and <= 0xBF, ..];
}
