using System.Net;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Vigint.Domain;
using Vigint.Domain.Alerts;

namespace Vigint.Application.Alerts.Channels;

/// <summary>A way beside the mail by which a client's alerts go to people.</summary>
/// <param name="Secret">What a webhook is signed with, or the token of an ntfy topic; null where there is none.</param>
public sealed partial record ClientChannel(ChannelKind Kind, string Address, string? Secret)
{
    /// <summary>How a secret of a webhook begins (Standard Webhooks 1.0).</summary>
    public const string SecretPrefix = "whsec_";

    private const int LongestAddress = 2000;
    private const int ShortestSecretBytes = 24;
    private const int LongestSecretBytes = 64;

    /// <param name="secret">Null to have one made.</param>
    /// <exception cref="RefusedException"><see cref="Refusal.Invalid"/>: an address or a secret that cannot be used.</exception>
    public static ClientChannel Webhook(string? url, string? secret, ChannelOptions options) =>
        new(
            ChannelKind.Webhook,
            AddressOf(url, "webhooks.url", options).AbsoluteUri,
            secret is null ? NewSecret()
                : IsSecret(secret) ? secret
                : throw ChannelRefusals.UnusableSecret()
        );

    /// <param name="url">With the topic at its end.</param>
    /// <param name="token">Null for a topic that anybody may publish to.</param>
    /// <exception cref="RefusedException"><see cref="Refusal.Invalid"/>: an address or a token that cannot be used.</exception>
    public static ClientChannel Ntfy(string? url, string? token, ChannelOptions options)
    {
        var address = AddressOf(url, "ntfy.url", options);
        if (address.Query.Length > 0 || !Topic().IsMatch(address.Segments[^1]))
            throw ChannelRefusals.NoTopic();
        return token is null || Token().IsMatch(token)
            ? new ClientChannel(ChannelKind.Ntfy, address.AbsoluteUri, token)
            : throw ChannelRefusals.UnusableToken();
    }

    /// <summary>The key in a webhook's secret.</summary>
    public static byte[] KeyOf(string secret) => Convert.FromBase64String(secret[SecretPrefix.Length..]);

    private static string NewSecret() => SecretPrefix + Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    private static bool IsSecret(string secret)
    {
        Span<byte> key = stackalloc byte[LongestSecretBytes];
        return secret.StartsWith(SecretPrefix, StringComparison.Ordinal)
            && Convert.TryFromBase64String(secret[SecretPrefix.Length..], key, out var count)
            && count >= ShortestSecretBytes;
    }

    // A name is looked at when it is connected to: by then it may mean another machine.
    private static Uri AddressOf(string? url, string member, ChannelOptions options)
    {
        if (
            url is not { Length: > 0 and <= LongestAddress }
            || !Uri.TryCreate(url, UriKind.Absolute, out var address)
            || address.UserInfo.Length > 0
            || (address.Scheme != Uri.UriSchemeHttps && address.Scheme != Uri.UriSchemeHttp)
        )
            throw ChannelRefusals.UnusableAddress(member, LongestAddress);
        if (options.AllowsPrivateAddresses)
            return address;
        if (address.Scheme != Uri.UriSchemeHttps)
            throw ChannelRefusals.UnusableAddress(member, LongestAddress);
        if (address.IsLoopback || (IPAddress.TryParse(address.DnsSafeHost, out var ip) && !PublicAddress.Is(ip)))
            throw ChannelRefusals.PrivateAddress(member);
        return address;
    }

    [GeneratedRegex(@"^[A-Za-z0-9_-]{1,64}\z")]
    private static partial Regex Topic();

    [GeneratedRegex(@"^[!-~]{1,200}\z")]
    private static partial Regex Token();
}

/// <param name="AllowsPrivateAddresses">
/// <c>ALERT_PRIVATE_ADDRESSES</c>: whether messages may go to private networks, and by <c>http://</c>.
/// </param>
public sealed record ChannelOptions(bool AllowsPrivateAddresses);
