using Vigint.Application.Alerts;
using Vigint.Application.Analysis;
using Vigint.Domain.Alerts;
using Vigint.TestSupport;

namespace Vigint.UnitTests.Alerts;

public sealed class MailWriterTests
{
    private const string Evil = "<script>alert(1)</script>\"'>\r\nBcc: all@example.org\u202E\u200B";

    [TestCase(
        Language.English,
        RiskLevel.High,
        ExpectedResult = "Vigint alert [HIGH]: shoplifting – Front door, Corner shop",
        TestName = "The_subject_tells_risk_what_and_where"
    )]
    [TestCase(
        Language.English,
        RiskLevel.Medium,
        ExpectedResult = "Vigint alert [MEDIUM]: shoplifting – Front door, Corner shop",
        TestName = "The_subject_tells_a_medium_risk"
    )]
    [TestCase(
        Language.English,
        RiskLevel.Low,
        ExpectedResult = "Vigint alert [LOW]: shoplifting – Front door, Corner shop",
        TestName = "The_subject_tells_a_low_risk"
    )]
    [TestCase(
        Language.French,
        RiskLevel.High,
        ExpectedResult = "Alerte Vigint [HIGH] : shoplifting – Front door, Corner shop",
        TestName = "The_subject_is_in_French_where_French_is_spoken"
    )]
    public string The_subject_tells_the_alert(Language language, RiskLevel risk) =>
        WrittenMail.Of(A.Notice with { Risk = risk }, language).Subject;

    [TestCase(Language.English)]
    [TestCase(Language.French)]
    public void The_subject_begins_as_the_operator_wants_it(Language language) =>
        Assert.That(
            WrittenMail.Of(A.Notice, language, prefix: "🚨 Alerte Vigint").Subject,
            Does.StartWith("🚨 Alerte Vigint [HIGH]").And.EndWith(": shoplifting – Front door, Corner shop")
        );

    [Test]
    public void A_long_beginning_does_not_make_a_subject_longer() =>
        Assert.That(
            WrittenMail
                .Of(A.Notice with { IncidentType = new string('w', 500), ClientName = new string('s', 200) }, prefix: new string('p', 40))
                .Subject,
            Has.Length.LessThanOrEqualTo(120).And.Contain("[HIGH]: www")
        );

    private static IEnumerable<TestCaseData> Gaps()
    {
        var nowhere = A.Notice with { ClientName = "\u200B", Source = null };
        yield return Of(
            "The_subject_of_an_alert_without_a_camera_tells_the_site",
            A.Notice with
            {
                Source = null,
            },
            "shoplifting – Corner shop"
        );
        yield return Of(
            "The_subject_of_an_alert_without_a_site_tells_the_camera",
            A.Notice with
            {
                ClientName = " ",
            },
            "shoplifting – Front door"
        );
        yield return Of("The_subject_of_an_alert_from_nowhere_ends_with_what", nowhere, "shoplifting");
        yield return Of(
            "The_subject_of_an_alert_of_which_nothing_is_known_tells_an_incident",
            nowhere with
            {
                IncidentType = " ",
                Repeats = 2,
            },
            "an incident (+2 since)"
        );

        static TestCaseData Of(string name, AlertNotice notice, string rest) =>
            new TestCaseData(notice) { ExpectedResult = $"Vigint alert [HIGH]: {rest}" }.SetName(name);
    }

    [TestCaseSource(nameof(Gaps))]
    public string The_subject_tells_what_there_is(AlertNotice notice) => WrittenMail.Of(notice).Subject;

    [Test]
    public void The_subject_tells_how_often_it_came_again() =>
        Assert.That(WrittenMail.Of(A.Notice with { Repeats = 3 }).Subject, Does.EndWith("(+3 since)"));

    [Test]
    public void A_long_type_leaves_room_for_the_place_in_the_subject()
    {
        var subject = WrittenMail
            .Of(A.Notice with { IncidentType = new string('w', 5_000), ClientName = new string('s', 200), Repeats = 100 })
            .Subject;

        Assert.That(
            subject,
            Has.Length.LessThanOrEqualTo(120)
                .And.StartWith("Vigint alert [HIGH]: ww")
                .And.Contain("w… – Front door, ss")
                .And.EndWith("… (+100 since)")
        );
    }

    // Both forms say the same

    private static IEnumerable<TestCaseData> Sentences()
    {
        yield return new TestCaseData(A.Notice, "High risk: shoplifting.").SetArgDisplayNames("the_verdict");
        yield return new TestCaseData(A.Notice, "Front door").SetArgDisplayNames("the_camera");
        yield return new TestCaseData(A.Notice, "Corner shop").SetArgDisplayNames("the_site");
        yield return new TestCaseData(A.Notice, "Sunday 4 October 2026, 14:00:00 (Europe/Paris, UTC+2)").SetArgDisplayNames("when");
        yield return new TestCaseData(A.Notice, "from second 12").SetArgDisplayNames("where_in_the_clip");
        yield return new TestCaseData(
            A.Notice,
            "The link works until Tuesday 6 October 2026, 14:00 (Europe/Paris, UTC+2)."
        ).SetArgDisplayNames("when_the_link_ends");
        yield return new TestCaseData(A.Notice, "A person takes a bottle from the shelf").SetArgDisplayNames("what_was_seen");
        yield return new TestCaseData(A.Notice, "The person looks around").SetArgDisplayNames("the_closer_look");
        yield return new TestCaseData(A.Notice, "Alert VIG-20261004-250-HIGH-k3j9x2").SetArgDisplayNames("the_id");
        yield return new TestCaseData(A.Notice with { Repeats = 3 }, "+3 since").SetArgDisplayNames("how_often_it_came_again");
        yield return new TestCaseData(
            A.Notice with
            {
                Clip = null,
                ClipTrouble = "the clip was no video.",
            },
            "There is no clip: the clip was no video."
        ).SetArgDisplayNames("why_there_is_no_clip");
        yield return new TestCaseData(A.Notice with { Clip = null }, "There is no clip.").SetArgDisplayNames("that_there_is_no_clip");
    }

    [TestCaseSource(nameof(Sentences))]
    public void Both_forms_tell(AlertNotice notice, string sentence)
    {
        var mail = WrittenMail.Of(notice, zone: "Europe/Paris");

        Assert.That(mail.Text, Does.Contain(sentence));
        Assert.That(System.Net.WebUtility.HtmlDecode(mail.Html), Does.Contain(sentence));
    }

    [Test]
    public void Both_forms_lead_to_the_clip()
    {
        var mail = WrittenMail.Of(A.Notice);

        Assert.That(mail.Text, Does.Contain($"\n{A.Notice.Clip!.Link}\n"));
        Assert.That(
            mail.Html,
            Does.Contain($"href=\"{A.Notice.Clip!.Link}\""),
            "as it is, for programs that look for links do not all decode"
        );
    }

    [Test]
    public void Only_what_means_something_in_HTML_is_encoded_in_a_link()
    {
        var mail = WrittenMail.Of(
            A.Notice with
            {
                Clip = A.Notice.Clip! with { Link = "https://x.example/video/é_1?token=0a1b&original=1&name='\"<b>`" },
            }
        );

        Assert.That(
            mail.Html,
            Does.Contain("href=\"https://x.example/video/é_1?token=0a1b&amp;original=1&amp;name=&#39;&quot;&lt;b&gt;&#96;\"")
        );
        Assert.That(mail.Text, Does.Contain("\nhttps://x.example/video/é_1?token=0a1b&original=1&name='\"<b>`\n"));
    }

    [TestCase(Language.English, "Sent automatically. Replies to this mail are not read.")]
    [TestCase(Language.French, "Message automatique. Les réponses à ce message ne sont pas lues.")]
    public void Nobody_has_to_guess_whether_replies_are_read(Language language, string words)
    {
        var mail = WrittenMail.Of(A.Notice, language);

        Assert.That(
            (mail.Text.Contains(words, StringComparison.Ordinal), mail.Html.Contains(words, StringComparison.Ordinal)),
            Is.EqualTo((true, true))
        );
    }

    [TestCase("High risk")]
    [TestCase("since")]
    [TestCase("closer look")]
    [TestCase("There is")]
    public void What_is_not_known_is_not_spoken_of(string words)
    {
        var mail = WrittenMail.Of(A.Notice with { Risk = RiskLevel.Low, DetailedAnalysis = null, Repeats = 0 });

        Assert.That(mail.Text + mail.Html, Does.Not.Contain(words));
    }

    [Test]
    public void Without_a_still_no_picture_is_shown() => Assert.That(WrittenMail.Of(A.Notice).Html, Does.Not.Contain("cid:still"));

    [Test]
    public void A_still_is_shown_with_words_for_those_who_do_not_see_it()
    {
        var mail = WrittenMail.Of(A.Notice with { Clip = A.Notice.Clip! with { Still = [1] } });

        Assert.That(mail.Html, Does.Contain("src=\"cid:still\"").And.Contain("alt=\"Still from the clip\""));
    }

    [TestCase(double.NaN)]
    [TestCase(-1)]
    [TestCase(double.PositiveInfinity)]
    public void A_second_that_is_in_no_clip_is_not_told(double start) =>
        Assert.That(WrittenMail.Of(A.Notice with { StartSeconds = start }).Text, Does.Not.Contain("In the clip"));

    // Times

    [TestCase("UTC", ExpectedResult = "When: Sunday 25 October 2026, 01:30:00 (UTC)", TestName = "Without_a_zone_times_are_UTC")]
    [TestCase(
        "Asia/Kolkata",
        ExpectedResult = "When: Sunday 25 October 2026, 07:00:00 (Asia/Kolkata, UTC+5:30)",
        TestName = "A_zone_may_be_half_an_hour_off"
    )]
    [TestCase(
        "America/New_York",
        ExpectedResult = "When: Saturday 24 October 2026, 21:30:00 (America/New_York, UTC-4)",
        TestName = "West_of_London_it_may_still_be_yesterday"
    )]
    [TestCase(
        "Europe/Paris",
        ExpectedResult = "When: Sunday 25 October 2026, 02:30:00 (Europe/Paris, UTC+1)",
        TestName = "An_hour_that_comes_twice_is_told_apart"
    )]
    public string Times_are_the_recipients_own(string zone) =>
        WrittenMail
            .Of(A.Notice with { At = new DateTimeOffset(2026, 10, 25, 1, 30, 0, TimeSpan.Zero) }, zone: zone)
            .Text.Split('\n')
            .Single(line => line.StartsWith("When", StringComparison.Ordinal));

    [Test]
    public void In_French_days_and_months_are_French() =>
        Assert.That(
            WrittenMail.Of(A.Notice, Language.French, "Europe/Paris").Text,
            Does.Contain("Quand : dimanche 4 octobre 2026, 14:00:00 (Europe/Paris, UTC+2)")
        );

    // Texts from outside

    [Test]
    public void Nothing_from_outside_is_markup()
    {
        var mail = WrittenMail.Of(
            A.Notice with
            {
                ClientName = Evil,
                IncidentType = Evil,
                Analysis = Evil,
                DetailedAnalysis = Evil,
                Source = new AlertSource(Evil, Evil),
                Clip = null,
                ClipTrouble = Evil,
            }
        );

        Assert.That(mail.Html, Does.Not.Contain("<script").And.Not.Contain("\u202E").And.Not.Contain("\u200B"));
    }

    [Test]
    public void Nothing_from_outside_begins_a_line_of_a_head()
    {
        var mail = WrittenMail.Of(A.Notice with { ClientName = Evil, IncidentType = Evil, Source = new AlertSource(Evil, Evil) });

        Assert.That(mail.Subject + mail.MessageId + mail.ThreadId, Does.Not.Contain("\r").And.Not.Contain("\n"));
    }

    [Test]
    public void Megabytes_from_outside_do_not_travel()
    {
        var endless = new string('x', 5 * 1024 * 1024);

        var mail = WrittenMail.Of(
            A.Notice with
            {
                ClientName = endless,
                IncidentType = endless,
                Analysis = endless,
                DetailedAnalysis = endless,
                Source = new AlertSource(endless, endless),
            }
        );

        Assert.That((mail.Subject.Length <= 120, mail.Text.Length < 30_000, mail.Html.Length < 40_000), Is.EqualTo((true, true, true)));
    }

    [Test]
    public void Mails_that_are_written_side_by_side_do_not_mix()
    {
        var texts = Enumerable
            .Range(0, 500)
            .AsParallel()
            .Select(at => (at, Text: WrittenMail.Of(A.Notice with { AlertId = $"VIG-{at}", Repeats = at }).Text));

        Assert.That(texts.Where(one => !one.Text.Contains($"Alert VIG-{one.at}\n", StringComparison.Ordinal)), Is.Empty);
    }

    // What mails have in common

    [Test]
    public void The_message_id_is_the_alerts_and_the_same_every_time() =>
        Assert.That(
            WrittenMail.Of(A.Notice with { Repeats = 1 }).MessageId,
            Is.EqualTo(WrittenMail.Of(A.Notice).MessageId).And.EqualTo("VIG-20261004-250-HIGH-k3j9x2@vigint.example")
        );

    private static IEnumerable<TestCaseData> Others()
    {
        yield return Of(
            "Another_alert_of_the_same_day_is_in_the_thread",
            A.Notice with
            {
                AlertId = "VIG-2",
                At = A.Noon.AddHours(9.9),
                IncidentType = "fire",
            },
            true
        );
        yield return Of("An_alert_after_midnight_where_the_shop_is_begins_a_thread", A.Notice with { At = A.Noon.AddHours(10) }, false);
        yield return Of(
            "An_alert_of_another_camera_is_in_another_thread",
            A.Notice with
            {
                Source = new AlertSource("cam-2", "Front door"),
            },
            false
        );
        yield return Of("An_alert_of_another_site_is_in_another_thread", A.Notice with { ClientName = "Other shop" }, false);

        static TestCaseData Of(string name, AlertNotice other, bool isSame) =>
            new TestCaseData(other) { ExpectedResult = isSame }.SetName(name);
    }

    [TestCaseSource(nameof(Others))]
    public bool A_thread_is_one_camera_and_one_day(AlertNotice other) =>
        WrittenMail.Of(other, zone: "Europe/Paris").ThreadId == WrittenMail.Of(A.Notice, zone: "Europe/Paris").ThreadId;
}
