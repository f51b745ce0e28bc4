using Vigint.Application.Common;

namespace Vigint.Api.Keys;

/// <summary>Where a request comes from, as the audit keeps it.</summary>
internal static class RequestOrigin
{
    private const int LongestUserAgent = 300;

    public static CallOrigin Origin(this HttpContext context)
    {
        var address = context.Connection.RemoteIpAddress;
        var program = context.Request.Headers.UserAgent.ToString();
        return new CallOrigin(
            (address?.IsIPv4MappedToIPv6 == true ? address.MapToIPv4() : address)?.ToString(),
            program.Length == 0 ? null : Cut(program));
    }

    // Half a character cannot be written in UTF-8.
    private static string Cut(string text) =>
        text.Length <= LongestUserAgent ? text : text[..(char.IsHighSurrogate(text[LongestUserAgent - 1]) ? LongestUserAgent - 1 : LongestUserAgent)];
}
