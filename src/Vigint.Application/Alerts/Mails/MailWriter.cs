using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Vigint.Application.Common;

namespace Vigint.Application.Alerts.Mails;

/// <summary>Writes the mail of an alert, to be read at three in the morning on a telephone (contract §7).</summary>
public sealed class MailWriter(MailTextOptions options)
{
    private const int LongestSubject = 120;
    private const int LongestAnalysis = 3_000;
    private const int LongestDetails = 20_000;
    private const int LongestTrouble = 300;

    // In a subject each part leaves room for the others; the beginning and the risk take some twenty-five, unless the operator's own
    // beginning is longer.
    private static readonly Lengths InSubject = new(What: 30, Place: 22);
    private static readonly Lengths InMail = new(What: 120, Place: 200);

    private readonly LocalTimes times = new(options.Language, options.TimeZone);

    // With the first mail: it takes some 20 MB, and not every server sends one.
    private readonly Lazy<MailTemplates> templates = new(() => new MailTemplates(options.Language));

    /// <summary>A beginning that mail rules may look for, risk, what and where, in one line.</summary>
    public string SubjectOf(AlertNotice notice) => ShownText.Line(ModelOf(notice, InSubject).Words["subject"], LongestSubject);

    /// <param name="to">An address that was checked.</param>
    public Mail Write(AlertNotice notice, string to)
    {
        var model = ModelOf(notice, InMail);
        return new Mail(
            to,
            SubjectOf(notice),
            templates.Value.Text(model),
            templates.Value.Html(model),
            notice.Clip?.Still,
            $"{notice.AlertId}@{options.IdHost}",
            $"{ThreadOf(notice)}@{options.IdHost}"
        );
    }

    private MailModel ModelOf(AlertNotice notice, Lengths longest)
    {
        var wordless = WordlessModelOf(notice, longest);
        return wordless with { Words = templates.Value.Words(wordless) };
    }

    private MailModel WordlessModelOf(AlertNotice notice, Lengths longest) =>
        new(
            options.SubjectPrefix,
            notice.Risk,
            LineOf(notice.IncidentType, longest.What)?.TrimEnd('.', ' '),
            ShownText.Line(notice.ClientName, longest.Place),
            LineOf(notice.Source?.Name, longest.Place),
            times.ClockOf(notice.At),
            times.Exactly(notice.At),
            notice.StartSeconds is { } start and >= 0 and < int.MaxValue ? ((int)start).ToString(CultureInfo.InvariantCulture) : null,
            notice.Clip?.Link,
            notice.Clip is { } clip ? times.Roughly(clip.LinkEnds) : null,
            notice.Clip?.Still is not null,
            LineOf(notice.ClipTrouble, LongestTrouble)?.TrimEnd('.', ' '),
            notice.Repeats,
            ShownText.Lines(notice.Analysis, LongestAnalysis),
            notice.DetailedAnalysis is null ? [] : ShownText.Lines(notice.DetailedAnalysis, LongestDetails),
            notice.AlertId,
            new Dictionary<string, string>()
        );

    private static string? LineOf(string? text, int longest) =>
        text is not null && ShownText.Line(text, longest) is { Length: > 0 } line ? line : null;

    // Hashed, for names may hold anything and say too much to those who only see the head of a mail.
    private string ThreadOf(AlertNotice notice)
    {
        var whose = SHA256.HashData(Encoding.UTF8.GetBytes($"{notice.Email}\n{notice.ClientName}\n{notice.Source?.Id}"));
        var day = times.DayOf(notice.At).ToString("yyyyMMdd", CultureInfo.InvariantCulture);
        return $"{day}.{Convert.ToHexStringLower(whose.AsSpan(0, 16))}";
    }

    /// <param name="What">Of the incident's type.</param>
    /// <param name="Place">Of the site and of the camera, each.</param>
    private sealed record Lengths(int What, int Place);
}
