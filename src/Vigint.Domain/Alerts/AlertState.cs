namespace Vigint.Domain.Alerts;

/// <summary>What has become of an alert, or of one way by which it goes to people.</summary>
public enum AlertState
{
    /// <summary>To be handed over; tried until it is, or a day has passed.</summary>
    Queued,

    /// <summary>Handed over.</summary>
    Delivered,

    /// <summary>Written into the outbox folder, because no mail server is set.</summary>
    Outbox,

    /// <summary>Refused for good, or not handed over within a day.</summary>
    Failed,

    /// <summary>Recorded alone: an invented incident.</summary>
    Ignored,
}

public static class AlertStates
{
    /// <summary>On the wire and in the records.</summary>
    public static string WireName(this AlertState state) => state.ToString().ToLowerInvariant();
}
