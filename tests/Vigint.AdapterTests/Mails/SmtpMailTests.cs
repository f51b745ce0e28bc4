using MimeKit;
using Vigint.TestSupport;

namespace Vigint.AdapterTests.Mails;

/// <summary>What arrives at a mail server, read by another hand than wrote it.</summary>
public sealed class SmtpMailTests : SmtpFixture
{
    private static readonly byte[] Still = [0xFF, 0xD8, 0xFF, .. Enumerable.Range(0, 5_000).Select(one => (byte)one)];

    [Test]
    public async Task A_mail_is_accepted_and_the_answer_is_told()
    {
        var answer = await SendAsync();

        Assert.That((answer, Sending.Mailer.IsOutbox, Smtp.Mails.Count), Is.EqualTo(("250 accepted by 127.0.0.1", false, 1)));
    }

    [Test]
    public async Task The_envelope_has_sender_and_recipient()
    {
        await SendAsync();

        Assert.That(
            (Smtp.Mails[0].Sender, Smtp.Mails[0].Recipients),
            Is.EqualTo(("alerts@vigint.example", new[] { WrittenMail.Recipient }))
        );
    }

    [TestCase("Message-ID", "<VIG-20261004-250-HIGH-k3j9x2@vigint.example>")]
    [TestCase("From", "alerts@vigint.example")]
    [TestCase("To", WrittenMail.Recipient)]
    [TestCase("Subject", "Vigint alert [HIGH]: vol à l’étalage 🙂 – Front door, Corner shop")]
    [TestCase("Auto-Submitted", "auto-generated")]
    [TestCase("X-Auto-Response-Suppress", "All")]
    [TestCase("MIME-Version", "1.0")]
    public async Task Its_head_says(string name, string value)
    {
        await SendAsync(A.Notice with { IncidentType = "vol à l’étalage 🙂" });

        Assert.That(Smtp.Mails[0].Read().Headers[name], Is.EqualTo(value));
    }

    [Test]
    public async Task Its_date_is_that_of_its_sending()
    {
        await SendAsync();

        Assert.That(Smtp.Mails[0].Read().Date, Is.EqualTo(TimeProvider.System.GetUtcNow()).Within(TimeSpan.FromMinutes(5)));
    }

    [Test]
    public async Task Mails_of_one_camera_and_day_refer_to_the_same()
    {
        await SendAsync();
        await SendAsync(A.Notice with { AlertId = "VIG-2", At = A.Noon.AddHours(1) });

        var (first, second) = (Smtp.Mails[0].Read(), Smtp.Mails[1].Read());

        Assert.That((second.InReplyTo, second.References.Single()), Is.EqualTo((first.InReplyTo, first.References.Single())));
        Assert.That(second.MessageId, Is.Not.EqualTo(first.MessageId));
    }

    [Test]
    public async Task It_has_text_and_HTML_and_the_still_inside_the_HTML()
    {
        await SendAsync(A.Notice with { Clip = A.Notice.Clip! with { Still = Still } });

        var body = Smtp.Mails[0].Read().Body;

        Assert.That(Shape(body), Is.EqualTo("multipart/alternative(text/plain multipart/related(text/html image/jpeg))"));
    }

    [Test]
    public async Task Without_a_still_it_has_text_and_HTML()
    {
        await SendAsync();

        Assert.That(Shape(Smtp.Mails[0].Read().Body), Is.EqualTo("multipart/alternative(text/plain text/html)"));
    }

    [Test]
    public async Task The_still_arrives_byte_for_byte_under_the_name_that_the_HTML_shows()
    {
        await SendAsync(A.Notice with { Clip = A.Notice.Clip! with { Still = Still } });

        var mail = Smtp.Mails[0].Read();
        var picture = mail.BodyParts.OfType<MimePart>().Single(part => part.ContentType.IsMimeType("image", "jpeg"));
        using var bytes = new MemoryStream();
        await picture.Content!.DecodeToAsync(bytes);

        Assert.That(
            (bytes.ToArray(), mail.HtmlBody!.Contains($"cid:{picture.ContentId}", StringComparison.Ordinal)),
            Is.EqualTo((Still, true))
        );
    }

    [Test]
    public async Task Both_forms_arrive_as_they_were_written()
    {
        var notice = A.Notice with { Analysis = ".\n..one\nfrom\n" + new string('x', 2_000) + "\nà é 🙂 盗難 = ?" };
        var written = WrittenMail.Of(notice);

        await SendAsync(notice);

        var mail = Smtp.Mails[0].Read();
        Assert.That(
            (mail.TextBody!.ReplaceLineEndings("\n").TrimEnd(), mail.HtmlBody!.ReplaceLineEndings("\n").TrimEnd()),
            Is.EqualTo((written.Text.TrimEnd(), written.Html.TrimEnd()))
        );
    }

    [Test]
    public async Task No_line_is_longer_than_mail_servers_take()
    {
        await SendAsync(A.Notice with { Analysis = new string('x', 50_000), Clip = A.Notice.Clip! with { Still = Still } });

        Assert.That(Smtp.Mails[0].Raw.Split("\r\n").Max(line => line.Length), Is.LessThanOrEqualTo(998));
    }

    [TestCase("a@b.example\r\nBcc: all@example.org", TestName = "A_type_with_line_breaks_adds_nothing_to_the_head")]
    [TestCase("x\r\n\r\n<script>alert(1)</script>", TestName = "A_type_with_an_empty_line_does_not_begin_the_body")]
    [TestCase("x\r\n.\r\nMAIL FROM:<evil@example.org>\r\n", TestName = "A_type_with_the_end_of_a_mail_begins_no_other")]
    public async Task A_hostile_type_does_no_harm(string type)
    {
        await SendAsync(A.Notice with { IncidentType = type, ClientName = type, Analysis = type, DetailedAnalysis = type });

        var mail = Smtp.Mails.Single().Read();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(mail.Headers.Select(header => header.Field).Where(name => name is "Bcc" or "MAIL"), Is.Empty);
            Assert.That(Smtp.Mails[0].Recipients, Has.Count.EqualTo(1));
            Assert.That(mail.HtmlBody, Does.Not.Contain("<script").And.Contain("</html>"));
        }
    }

    [Test]
    public async Task A_hostile_type_of_five_megabytes_arrives_cut_and_without_what_turns_the_reading()
    {
        await SendAsync(A.Notice with { IncidentType = "theft \u202E\u2067gpj.exe\u200F " + new string('w', 5 * 1024 * 1024) });

        var mail = Smtp.Mails[0].Read();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                mail.Subject,
                Does.StartWith("Vigint alert [HIGH]: theft gpj.exe www").And.Contain("…").And.Length.LessThanOrEqualTo(120)
            );
            Assert.That(mail.Subject + mail.TextBody + mail.HtmlBody, Does.Not.Match("[\u200E\u200F\u202A-\u202E\u2066-\u2069]"));
            Assert.That(Smtp.Mails[0].Raw, Has.Length.LessThan(100_000));
        }
    }

    [TestCase("Vigint – Alertes <alerts@vigint.example>", "Vigint – Alertes")]
    [TestCase("\"Shop, alarm\" <alerts@vigint.example>", "Shop, alarm")]
    public async Task The_sender_may_have_a_name(string from, string name)
    {
        await using var sending = new MailSending(new("127.0.0.1", Smtp.Port, UsesTls: false, Account: null), Clock, from: from);

        await sending.Mailer.SendAsync(WrittenMail.Of(A.Notice), CancellationToken.None).AnswerAsync();

        var mailbox = Smtp.Mails[0].Read().From.Mailboxes.Single();
        Assert.That((mailbox.Name, mailbox.Address), Is.EqualTo((name, "alerts@vigint.example")));
    }

    [Test]
    public async Task A_host_that_is_not_ASCII_is_reached_by_its_other_name()
    {
        await Sending.Mailer.SendAsync(WrittenMail.Of(A.Notice, to: "shop@münchen.example"), CancellationToken.None).AnswerAsync();

        Assert.That(Smtp.Mails[0].Recipients, Is.EqualTo(new[] { "shop@xn--mnchen-3ya.example" }));
    }

    private static string Shape(MimeEntity? entity) =>
        entity switch
        {
            Multipart several => $"{several.ContentType.MimeType}({string.Join(' ', several.Select(Shape))})",
            { } one => one.ContentType.MimeType,
            null => "",
        };
}
