namespace Vigint.Domain;

public static class ControlCharacters
{
    /// <summary>
    /// The text with another character for each control character: they break lines and steer terminals, and PostgreSQL keeps no zero.
    /// </summary>
    public static string WithoutControls(this string text, char instead) =>
        text.Any(char.IsControl)
            ? string.Create(
                text.Length,
                (text, instead),
                static (into, from) =>
                {
                    for (var at = 0; at < into.Length; at++)
                        into[at] = char.IsControl(from.text[at]) ? from.instead : from.text[at];
                }
            )
            : text;
}
