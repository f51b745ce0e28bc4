using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Vigint.Application.Common;

/// <summary>Where a page of a list ended: a time in milliseconds since 1970, and the id among those of the same time.</summary>
public sealed record PagePosition(long AtMs, string Id)
{
    /// <summary>For the caller, who passes it on unread.</summary>
    public string ToCursor() =>
        Base64Url.EncodeToString(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{AtMs}:{Id}")));

    /// <returns>Null for the first page.</returns>
    /// <exception cref="Domain.RefusedException"><see cref="Domain.Refusal.Invalid"/> when it is no cursor.</exception>
    public static PagePosition? Of(string? cursor)
    {
        if (string.IsNullOrEmpty(cursor))
            return null;
        if (!Base64Url.IsValid(cursor))
            throw PageRefusals.UnusableCursor();
        var text = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(cursor));
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return
            colon > 0
            && !text.Contains('\0')
            && long.TryParse(text.AsSpan(0, colon), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var at)
            ? new PagePosition(at, text[(colon + 1)..])
            : throw PageRefusals.UnusableCursor();
    }
}
