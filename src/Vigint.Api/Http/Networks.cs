using System.Net;

namespace Vigint.Api.Http;

internal static class Networks
{
    /// <summary>
    /// Whether an address lies in one of them, also where it is one of IPv4 in the form of IPv6; none lies in no network.
    /// </summary>
    public static bool Hold(this IReadOnlyList<IPNetwork> networks, IPAddress? address)
    {
        var plain = address?.IsIPv4MappedToIPv6 == true ? address.MapToIPv4() : address;
        return plain is not null && networks.Any(network => network.Contains(plain));
    }
}
