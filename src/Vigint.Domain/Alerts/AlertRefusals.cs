namespace Vigint.Domain.Alerts;

/// <summary>Every sentence with which a call about alerts is refused.</summary>
public static class AlertRefusals
{
    public static RefusedException MissingAnalysis() =>
        new(Refusal.Invalid, "analysis_missing", "Missing analysis data", "Say in the member 'analysis' what was seen");

    public static RefusedException UnknownRisk() =>
        new(Refusal.Invalid, "risk_level_invalid", "risk_level must be one of LOW, MEDIUM, HIGH");

    public static RefusedException NoAddress() =>
        new(
            Refusal.Invalid,
            "alert_address_missing",
            "Client email address not configured",
            "Whoever runs this server sets the client's address, or EMAIL_TO for the operator's own key"
        );

    public static RefusedException Unknown() =>
        new(Refusal.NotFound, "alert_not_found", "Alert not found", "No alert of yours has that id");

    public static RefusedException UnknownState() =>
        new(Refusal.Invalid, "alert_state_invalid", "state must be one of queued, delivered, outbox, failed, ignored");

    public static RefusedException WasIgnored() =>
        new(
            Refusal.Conflict,
            "alert_ignored",
            "The alert was ignored and is not sent",
            "Its text is one that invented incidents have, see ALERT_IGNORE_PATTERN"
        );

    public static RefusedException TooManyResends(TimeSpan wait) =>
        new(Refusal.TooMany, "resend_limit_reached", "Too many alerts are sent again", "Try again after the time in Retry-After")
        {
            Figures = new Dictionary<string, long> { ["frees_in_seconds"] = (long)Math.Ceiling(wait.TotalSeconds) },
            RetryAfter = wait,
        };

    public static RefusedException IsBeingSent(TimeSpan wait) =>
        new(Refusal.Conflict, "alert_being_sent", "The alert is being sent at this moment", "Look at it again a little later")
        {
            RetryAfter = wait,
        };
}
