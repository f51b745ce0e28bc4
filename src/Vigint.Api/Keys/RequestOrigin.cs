using Vigint.Application.Common;
using Vigint.Domain;

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
            program.Length == 0 ? null : program.CutTo(LongestUserAgent)
        );
    }
}
