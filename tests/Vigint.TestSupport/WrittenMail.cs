using Vigint.Application.Alerts;
using Vigint.Application.Alerts.Mails;
using Vigint.Application.Analysis;

namespace Vigint.TestSupport;

/// <summary>Mails as the server writes them.</summary>
public static class WrittenMail
{
    public const string Recipient = "shop@example.org";

    public static Mail Of(AlertNotice notice, Language language = Language.English, string zone = "UTC", string to = Recipient) =>
        new MailWriter(new MailTextOptions(language, TimeZoneInfo.FindSystemTimeZoneById(zone), "vigint.example")).Write(notice, to);
}
