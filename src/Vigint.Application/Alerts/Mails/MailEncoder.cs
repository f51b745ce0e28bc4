using System.Text;
using HandlebarsDotNet;

namespace Vigint.Application.Alerts.Mails;

/// <summary>
/// Encodes what means something in HTML, in texts and in attributes in quotation marks, and nothing else. The library's own encoder writes
/// <c>=</c> as <c>&amp;#x3D;</c>, which breaks links for programs that look for them without decoding.
/// </summary>
internal sealed class MailEncoder : ITextEncoder
{
    public void Encode(StringBuilder? text, TextWriter target) => Encode(text?.ToString(), target);

    public void Encode(string? text, TextWriter target) => Encode((text ?? "").GetEnumerator(), target);

    public void Encode<T>(T? text, TextWriter target)
        where T : IEnumerator<char>
    {
        while (text?.MoveNext() == true)
        {
            var character = text.Current;
            if (EntityOf(character) is { } entity)
                target.Write(entity);
            else
                target.Write(character);
        }
    }

    // Old browsers take a grave accent for a quotation mark.
    private static string? EntityOf(char character) =>
        character switch
        {
            '&' => "&amp;",
            '<' => "&lt;",
            '>' => "&gt;",
            '"' => "&quot;",
            '\'' => "&#39;",
            '`' => "&#96;",
            _ => null,
        };
}
