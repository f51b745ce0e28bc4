using Vigint.Domain.Alerts;

namespace Vigint.Application.Alerts;

/// <summary>
/// How a call that sends an alert is answered, beside the alert itself (contract §7). Kept for calls with a key; holds no secret.
/// </summary>
/// <param name="Status"><c>delivered</c>, <c>outbox</c>, <c>queued</c>, <c>failed</c>, <c>duplicate</c> or <c>ignored</c>.</param>
/// <param name="Error">Why it was not handed over; null when it was, or need not be.</param>
/// <param name="Mail">What has become of the mail.</param>
/// <param name="Attempts">To hand over the mail, so far.</param>
/// <param name="Seconds">That the last of them took.</param>
public sealed record AlertAnswer(string Status, string? Error, AlertState Mail, int Attempts, double Seconds)
{
    /// <summary>The mail was handed over, or need not be.</summary>
    public bool Success => Status is not ("queued" or "failed");

    /// <param name="attempt">Null when it has not ended.</param>
    public static AlertAnswer Of(Attempt? attempt) =>
        attempt switch
        {
            null => new(
                "queued",
                "The mail server has not answered yet; the alert is stored and goes out by itself",
                AlertState.Queued,
                1,
                0
            ),
            { HasSucceeded: true } => new(attempt.State.WireName(), null, attempt.State, attempt.Number, attempt.Took.TotalSeconds),
            { State: AlertState.Failed } => new("failed", attempt.Answer, attempt.State, attempt.Number, attempt.Took.TotalSeconds),
            _ => new("queued", attempt.Answer, attempt.State, attempt.Number, attempt.Took.TotalSeconds),
        };

    public static AlertAnswer Duplicate(Alert first) => new("duplicate", null, first.State, 0, 0);

    public static AlertAnswer Ignored() => new("ignored", null, AlertState.Ignored, 0, 0);

    /// <summary>For a call whose first answer nobody noted: how its alert stands.</summary>
    public static AlertAnswer OfPresent(Alert alert) =>
        alert.State switch
        {
            AlertState.Ignored => Ignored(),
            AlertState.Queued => new("queued", "The alert is stored and goes out by itself", alert.State, 0, 0),
            AlertState.Failed => new("failed", "The alert could not be handed over", alert.State, 0, 0),
            _ => new(alert.State.WireName(), null, alert.State, 1, 0),
        };
}

/// <param name="Link">Opens the clip; null without one.</param>
public sealed record RaisedAlert(Alert Alert, AlertAnswer Answer, string? Link);
