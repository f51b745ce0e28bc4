using System.Net;
using System.Net.Sockets;

namespace Vigint.Application.Common;

/// <summary>What counts as one address when calls are counted by it.</summary>
public static class CallerNetwork
{
    /// <summary>The address of IPv4; with IPv6 its /64, for a subscriber has at least that many (RFC 6177).</summary>
    public static IPAddress Of(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            return address.MapToIPv4();
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
            return address;
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        bytes[8..].Clear();
        return new IPAddress(bytes);
    }
}
