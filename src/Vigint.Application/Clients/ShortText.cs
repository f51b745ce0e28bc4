using System.Globalization;
using Vigint.Domain.Clients;

namespace Vigint.Application.Clients;

/// <summary>A name that is shown in lists, mails and log lines.</summary>
internal static class ShortText
{
    private const int Longest = 200;

    /// <exception cref="Domain.RefusedException">
    /// <see cref="Domain.Refusal.Invalid"/> when it is too long or would break a line.
    /// </exception>
    public static string Of(string text, string member)
    {
        var trimmed = text.Trim();
        return trimmed.Length is > 0 and <= Longest && !trimmed.Any(BreaksALine)
            ? trimmed
            : throw ClientRefusals.UnusableName(member, Longest);
    }

    private static bool BreaksALine(char one) =>
        char.GetUnicodeCategory(one) is UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}
