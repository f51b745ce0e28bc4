using Vigint.Domain.Alerts;

namespace Vigint.Application.Alerts;

/// <summary>One way by which alerts reach people. Implementations bound their own time and keep nothing.</summary>
public interface IAlertChannel
{
    ChannelKind Kind { get; }

    /// <summary>Whether a still is shown; where it is not, none is made.</summary>
    bool ShowsStill { get; }

    /// <summary>
    /// Whether the target has settings, such as a secret, that its client may have changed since the delivery was recorded.
    /// </summary>
    bool HasSettings { get; }

    /// <summary>Hands a notice over, once.</summary>
    /// <param name="target">Where to: for mail the address, for others what the client's channel was set up with.</param>
    Task<DeliveryOutcome> DeliverAsync(AlertNotice notice, ChannelTarget target, CancellationToken cancellationToken);
}

public enum ChannelKind
{
    Mail,
    Webhook,
    Ntfy,
}

public static class ChannelKinds
{
    /// <summary>In the records, on the wire and in the metrics.</summary>
    public static string WireName(this ChannelKind kind) => kind.ToString().ToLowerInvariant();
}

/// <param name="Address">A mail address, or a URL.</param>
/// <param name="Secret">What a webhook is signed with, or the token of an ntfy topic; null where there is none.</param>
public sealed record ChannelTarget(string Address, string? Secret);
