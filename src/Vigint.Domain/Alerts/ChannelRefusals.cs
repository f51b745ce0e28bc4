namespace Vigint.Domain.Alerts;

/// <summary>Every sentence with which ways are refused by which alerts were to go to people.</summary>
public static class ChannelRefusals
{
    /// <param name="member">Which address it is.</param>
    public static RefusedException UnusableAddress(string member, int longest) =>
        new(
            Refusal.Invalid,
            "channel_address_invalid",
            $"{member} must be an address that begins with https://, of at most {longest} characters, without a user name",
            "Nothing was changed"
        );

    public static RefusedException PrivateAddress(string member) =>
        new(
            Refusal.Invalid,
            "channel_address_private",
            $"{member} is an address of a private network",
            "Set ALERT_PRIVATE_ADDRESSES=true on the server to allow such, and http://"
        );

    public static RefusedException UnusableSecret() =>
        new(
            Refusal.Invalid,
            "webhook_secret_invalid",
            "secret must be whsec_ and 24 to 64 bytes in base64",
            "Leave it out and one is made"
        );

    public static RefusedException UnusableToken() =>
        new(Refusal.Invalid, "ntfy_token_invalid", "token must be 1 to 200 visible ASCII characters");

    public static RefusedException NoTopic() =>
        new(
            Refusal.Invalid,
            "ntfy_topic_missing",
            "ntfy.url must end with a topic of 1 to 64 letters, digits, hyphens and underscores, such as https://ntfy.sh/my-shop"
        );

    public static RefusedException TooMany(string member, int most) =>
        new(Refusal.Invalid, "channel_limit_reached", $"There are too many {member}: at most {most}");

    public static RefusedException Twice() => new(Refusal.Invalid, "channel_repeated", "The same address is there twice");
}
