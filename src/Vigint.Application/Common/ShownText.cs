using System.Globalization;
using System.Text;

namespace Vigint.Application.Common;

/// <summary>
/// Makes a text from outside fit to be shown to people: bounded, and without what would break a line, turn the direction of
/// reading or hide something. It is not encoded for anything.
/// </summary>
public static class ShownText
{
    private const char Ellipsis = '…';

    // Written languages put no more than this upon one letter; heaps of them cover the lines above.
    private const int MostMarks = 4;

    // They count as letters and show nothing: Hangul fillers, the empty pattern of Braille, the joiner of graphemes.
    private const string Invisible = "\u115F\u1160\u3164\uFFA0\u2800\u034F";

    /// <param name="longest">In UTF-16 characters, with the ellipsis of a text that was cut.</param>
    /// <returns>One line.</returns>
    public static string Line(string text, int longest) => Cut(Clean(text, longest, lineBreak: ' '), longest);

    /// <param name="longest">As above, of all lines together.</param>
    /// <returns>None of them is empty.</returns>
    public static IReadOnlyList<string> Lines(string text, int longest) =>
        Cut(Clean(text, longest, lineBreak: '\n'), longest)
            .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    // No more than is needed to know that it has to be cut, however long it is.
    private static string Clean(string text, int longest, char lineBreak)
    {
        var kept = new StringBuilder();
        var marks = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            if (kept.Length > longest)
                break;
            marks = Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark ? marks + 1 : 0;
            if (IsLineBreak(rune))
                AddSpace(kept, lineBreak);
            else if (Rune.IsWhiteSpace(rune))
                AddSpace(kept, ' ');
            else if (marks <= MostMarks && IsShown(rune))
                kept.Append(rune);
        }

        return kept.ToString().TrimEnd();
    }

    private static bool IsLineBreak(Rune rune) => rune.Value is '\n' or '\r' or '\v' or '\f' or '\u0085' or '\u2028' or '\u2029';

    // The category Format holds everything that turns the direction of reading, and most that has no width.
    private static bool IsShown(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.PrivateUse)
        && !(rune.IsBmp && Invisible.Contains((char)rune.Value, StringComparison.Ordinal));

    // One for a row of them; a line break goes before a space.
    private static void AddSpace(StringBuilder kept, char space)
    {
        if (kept.Length == 0)
            return;
        if (!char.IsWhiteSpace(kept[^1]))
            kept.Append(space);
        else if (space == '\n')
            kept[^1] = space;
    }

    private static string Cut(string text, int longest)
    {
        if (text.Length <= longest)
            return text;
        var end = 0;
        while (StringInfo.GetNextTextElementLength(text.AsSpan(end)) is var length && end + length < longest)
            end += length;
        return text[..end].TrimEnd() + Ellipsis;
    }
}
