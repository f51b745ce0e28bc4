using System.Text;

namespace Vigint.Application.Common;

/// <summary>
/// Makes JSON of what Python's <c>json</c> module writes beyond it, and old clients and servers therefore did: the numbers
/// <c>NaN</c> and <c>Infinity</c> become <c>null</c>, half a surrogate pair (from a file name that was not UTF-8) becomes U+FFFD.
/// </summary>
public static class LenientJson
{
    private static readonly string[] NoNumbers = ["NaN", "-Infinity", "Infinity"];

    /// <returns>The same text when there is nothing to mend.</returns>
    public static string Mend(string json)
    {
        if (!NoNumbers.Any(word => json.Contains(word, StringComparison.Ordinal)) && !json.Contains("\\u", StringComparison.Ordinal))
            return json;

        var mended = new StringBuilder(json.Length);
        var isInText = false;
        for (var at = 0; at < json.Length;)
        {
            var (written, read) = isInText ? InText(json, at) : Outside(json, at);
            if (json[at] == '"')
                isInText = !isInText;
            mended.Append(written);
            at += read;
        }

        return mended.ToString();
    }

    private static (string Written, int Read) Outside(string json, int at)
    {
        foreach (var word in NoNumbers)
        {
            if (string.CompareOrdinal(json, at, word, 0, word.Length) == 0)
                return ("null", word.Length);
        }

        return (json.Substring(at, 1), 1);
    }

    // An escape is read whole, so that an escaped quotation mark does not end the text.
    private static (string Written, int Read) InText(string json, int at)
    {
        if (json[at] != '\\' || at + 1 == json.Length)
            return (json.Substring(at, 1), 1);
        if (UnitAt(json, at) is not { } unit)
            return (json.Substring(at, 2), 2);
        if (!char.IsSurrogate(unit))
            return (json.Substring(at, 6), 6);
        return char.IsHighSurrogate(unit) && UnitAt(json, at + 6) is { } low && char.IsLowSurrogate(low)
            ? (json.Substring(at, 12), 12)
            : ("\\ufffd", 6);
    }

    private static char? UnitAt(string json, int at) =>
        at + 6 <= json.Length && json[at] == '\\' && json[at + 1] == 'u'
        && ushort.TryParse(json.AsSpan(at + 2, 4), System.Globalization.NumberStyles.AllowHexSpecifier, System.Globalization.CultureInfo.InvariantCulture, out var unit)
            ? (char)unit
            : null;
}
