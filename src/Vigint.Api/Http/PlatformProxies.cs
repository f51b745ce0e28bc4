using System.Net;

namespace Vigint.Api.Http;

/// <summary>
/// The machines that pass a request on before it comes to the hosting platform's own proxy (<c>RENDER=true</c>): the platform's, in private
/// networks, and the edge of the network that stands before all of its services, Cloudflare's (https://www.cloudflare.com/ips/).
/// </summary>
internal static class PlatformProxies
{
    public static IReadOnlyList<IPNetwork> Networks { get; } =
    [
        .. (
            (string[])
                [
                    "10.0.0.0/8",
                    "172.16.0.0/12",
                    "192.168.0.0/16",
                    "100.64.0.0/10",
                    "127.0.0.0/8",
                    "::1/128",
                    "fc00::/7",
                    "103.21.244.0/22",
                    "103.22.200.0/22",
                    "103.31.4.0/22",
                    "104.16.0.0/13",
                    "104.24.0.0/14",
                    "108.162.192.0/18",
                    "131.0.72.0/22",
                    "141.101.64.0/18",
                    "162.158.0.0/15",
                    "172.64.0.0/13",
                    "173.245.48.0/20",
                    "188.114.96.0/20",
                    "190.93.240.0/20",
                    "197.234.240.0/22",
                    "198.41.128.0/17",
                    "2400:cb00::/32",
                    "2405:8100::/32",
                    "2405:b500::/32",
                    "2606:4700::/32",
                    "2803:f800::/32",
                    "2a06:98c0::/29",
                    "2c0f:f248::/32",
                ]
        ).Select(IPNetwork.Parse),
    ];
}
