namespace Vigint.Domain;

public static class TextCut
{
    /// <summary>The beginning of a text, never with half a character at its end: that could not be written in UTF-8.</summary>
    /// <param name="longest">In UTF-16 units.</param>
    public static string CutTo(this string text, int longest) =>
        text.Length <= longest ? text : text[..(char.IsHighSurrogate(text[longest - 1]) ? longest - 1 : longest)];
}
