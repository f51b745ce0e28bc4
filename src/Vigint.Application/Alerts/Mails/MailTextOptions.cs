using Vigint.Application.Analysis;

namespace Vigint.Application.Alerts.Mails;

/// <param name="Language"><c>ALERT_LANGUAGE</c>.</param>
/// <param name="TimeZone"><c>ALERT_TIME_ZONE</c>: that of the recipients.</param>
/// <param name="IdHost">What message ids end with: the host of <c>EMAIL_FROM</c>.</param>
/// <param name="SubjectPrefix"><c>ALERT_SUBJECT_PREFIX</c>; null for the words of the language.</param>
public sealed record MailTextOptions(Language Language, TimeZoneInfo TimeZone, string IdHost, string? SubjectPrefix = null)
{
    /// <summary>Longest prefix, in characters: it leaves room for risk, kind and place in a line of 120.</summary>
    public const int LongestSubjectPrefix = 40;
}
