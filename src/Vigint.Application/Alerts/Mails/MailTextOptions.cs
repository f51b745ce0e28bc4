using Vigint.Application.Analysis;

namespace Vigint.Application.Alerts.Mails;

/// <param name="Language"><c>ALERT_LANGUAGE</c>.</param>
/// <param name="TimeZone"><c>ALERT_TIME_ZONE</c>: that of the recipients.</param>
/// <param name="IdHost">What message ids end with: the host of <c>EMAIL_FROM</c>.</param>
public sealed record MailTextOptions(Language Language, TimeZoneInfo TimeZone, string IdHost);
