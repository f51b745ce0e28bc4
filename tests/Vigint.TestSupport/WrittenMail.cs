using System.Collections.Concurrent;
using Vigint.Application.Alerts;
using Vigint.Application.Alerts.Mails;
using Vigint.Application.Analysis;

namespace Vigint.TestSupport;

/// <summary>Mails as the server writes them.</summary>
public static class WrittenMail
{
    public const string Recipient = "shop@example.org";

    private static readonly ConcurrentDictionary<(Language Language, string Zone, string? Prefix), MailWriter> Writers = [];

    public static Mail Of(
        AlertNotice notice,
        Language language = Language.English,
        string zone = "UTC",
        string to = Recipient,
        string? prefix = null
    ) =>
        Writers
            .GetOrAdd(
                (language, zone, prefix),
                key => new MailWriter(
                    new MailTextOptions(key.Language, TimeZoneInfo.FindSystemTimeZoneById(key.Zone), "vigint.example", key.Prefix)
                )
            )
            .Write(notice, to);
}
