namespace Vigint.Application.Alerts;

/// <summary>One way by which alerts reach people. Implementations bound their own time and keep nothing.</summary>
public interface IAlertChannel
{
    ChannelKind Kind { get; }

    /// <summary>Hands a notice over, once.</summary>
    /// <param name="target">Where to: for mail the address, for others what the client's channel was set up with.</param>
    /// <returns>What the other side answered, for the record; never a secret.</returns>
    /// <exception cref="NotDeliveredException">It was not handed over.</exception>
    /// <exception cref="NotTriedException">Others did not leave it a turn.</exception>
    Task<string> DeliverAsync(AlertNotice notice, ChannelTarget target, CancellationToken cancellationToken);
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

/// <summary>A message was not handed over.</summary>
/// <param name="reason">For the record and for the caller: no secret, no stack.</param>
/// <param name="isPermanent">Whether the other side will not have it, however often it is tried.</param>
public sealed class NotDeliveredException(string reason, bool isPermanent, Exception? cause = null) : Exception(reason, cause)
{
    public bool IsPermanent { get; } = isPermanent;
}

/// <summary>A message had no turn: the other side was not asked, and it is as if nothing had been attempted.</summary>
public sealed class NotTriedException(string reason, Exception? cause = null) : Exception(reason, cause);
