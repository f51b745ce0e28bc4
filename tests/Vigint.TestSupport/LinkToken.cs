using System.Security.Cryptography;
using System.Text;

namespace Vigint.TestSupport;

/// <summary>Makes a link token as clients and the old server do, without the product's own code.</summary>
public static class LinkToken
{
    public static string Of(string id, string expiration, string key) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{id}:{expiration}:{key}")))[..32];

    /// <summary>Path and query of the link.</summary>
    public static string Link(string id, string expiration, string key) =>
        $"/video/{Uri.EscapeDataString(id)}?token={Of(id, expiration, key)}";
}
