using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using Vigint.TestSupport;

namespace Vigint.ContractTests;

/// <summary>Contract §7: what cannot be handed over at once, what is tried again, and what is shown of it.</summary>
[OwnServer("its mail server and its clock")]
public sealed class AlertQueueTests
{
    private FakeTimeProvider clock = null!;
    private FakeSmtp smtp = null!;
    private VigintServer own = null!;
    private VideoApi api = null!;

    [SetUp]
    public void StartMail()
    {
        clock = new FakeTimeProvider(A.Noon);
        smtp = new FakeSmtp();
        own = new VigintServer(clock, settings: [.. smtp.Settings, ("EMAIL_TO", "operator@example.org")]);
        api = new VideoApi(own.NewClient());
    }

    [TearDown]
    public async Task StopMail()
    {
        api.Dispose();
        await own.DisposeAsync();
        await smtp.DisposeAsync();
    }

    [Test]
    public async Task What_is_not_handed_over_is_queued_and_the_reason_is_said()
    {
        smtp.Answers(SmtpStep.Recipient, "451 4.7.1 Greylisted, try again later");

        var answer = await api.RaiseAsync("Something.");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                (answer.Status, answer.Member("success")!.GetValue<bool>(), answer.Text("status")),
                Is.EqualTo((207, false, "queued"))
            );
            Assert.That(answer.Error, Does.Contain("Greylisted"));
            Assert.That(answer.Member("email_delivery")!["delivery_status"]!.GetValue<string>(), Is.EqualTo("queued"));
            var shown = await api.ShowAlertAsync(answer.Text("alert_id"));
            var mail = shown.Member("deliveries")![0]!;
            Assert.That(
                (shown.Text("state"), mail["channel"]!.GetValue<string>(), mail["state"]!.GetValue<string>()),
                Is.EqualTo(("queued", "mail", "queued"))
            );
            Assert.That(mail["attempts"]![0]!["success"]!.GetValue<bool>(), Is.False);
            Assert.That(mail["attempts"]![0]!["answer"]!.GetValue<string>(), Does.Contain("Greylisted"));
        }
    }

    [Test]
    public async Task It_is_tried_again_by_the_schedule_until_it_is_delivered()
    {
        smtp.Answers(SmtpStep.Recipient, "451 4.7.1 Greylisted", times: 3);
        var id = (await api.RaiseAsync("Something.")).Text("alert_id");

        foreach (var (seconds, attempts) in new[] { (5.5, 2), (16.5, 3), (33, 4) })
            await AttemptsAfterAsync(id, TimeSpan.FromSeconds(seconds), attempts);

        var shown = await api.ShowAlertAsync(id);
        var tried = shown.Member("deliveries")![0]!["attempts"]!.AsArray();
        Assert.That((shown.Text("state"), smtp.Mails.Count), Is.EqualTo(("delivered", 1)));
        Assert.That(tried.Select(one => one!["success"]!.GetValue<bool>()), Is.EqualTo(new[] { false, false, false, true }));
    }

    [Test]
    public async Task The_next_attempt_is_not_before_its_time()
    {
        smtp.Answers(SmtpStep.Recipient, "451 4.7.1 Greylisted");
        var id = (await api.RaiseAsync("Something.")).Text("alert_id");

        var next = (await api.ShowAlertAsync(id)).Member("deliveries")![0]!["next_attempt"]!.GetValue<string>();

        Assert.That(
            DateTimeOffset.Parse(next, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal) - clock.GetUtcNow(),
            Is.InRange(TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(6))
        );
        clock.Advance(TimeSpan.FromSeconds(4));
        Assert.That((await api.ShowAlertAsync(id)).Member("deliveries")![0]!["attempts"]!.AsArray(), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_mail_server_that_hangs_does_not_hold_the_answer()
    {
        var held = smtp.Holds(SmtpStep.Data);

        var raising = api.RaiseAsync("Something.");
        await held.Reached;
        clock.Advance(TimeSpan.FromSeconds(7));
        var answer = await raising;
        held.Open();

        Assert.That((answer.Status, answer.Text("status"), answer.Number("frame_count")), Is.EqualTo((207, "queued", 0)));
        await Eventually.RequireAsync(
            "it is delivered by itself",
            async () => (await api.ShowAlertAsync(answer.Text("alert_id"))).Text("state") == "delivered"
        );
        Assert.That(smtp.Mails, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task After_a_day_it_has_failed_and_is_an_error_in_the_log()
    {
        var log = new LogLines();
        await using var server = new VigintServer(clock, log, [.. smtp.Settings, ("EMAIL_TO", "operator@example.org")]);
        using var caller = new VideoApi(server.NewClient());
        smtp.Answers(SmtpStep.Recipient, "451 4.7.1 Greylisted", times: 2);
        var id = (await caller.RaiseAsync("Something.")).Text("alert_id");

        clock.Advance(TimeSpan.FromHours(24));

        Assert.That(await Eventually.ComesAsync(async () => (await caller.ShowAlertAsync(id)).Text("state") == "failed"), Is.True);
        Assert.That(log.All, Has.Some.Contains($"Alert {id} is not delivered by Mail and not tried again, after 2 attempts"));
    }

    [Test]
    public async Task What_failed_is_sent_again_when_it_is_asked_for()
    {
        smtp.Answers(SmtpStep.Recipient, "550 5.1.1 No such user");
        var id = (await api.RaiseAsync("Something.")).Text("alert_id");

        var answer = await api.PostAsync($"/api/alerts/{id}/resend", "");

        Assert.That((answer.Status, answer.Text("status"), answer.Text("alert_id")), Is.EqualTo((200, "delivered", id)));
        var shown = await api.ShowAlertAsync(id);
        Assert.That((shown.Text("state"), shown.Member("deliveries")![0]!["attempts"]!.AsArray().Count), Is.EqualTo(("delivered", 2)));
    }

    [Test]
    public async Task What_is_sent_again_and_not_handed_over_is_queued_again()
    {
        var id = (await api.RaiseAsync("Something.")).Text("alert_id");
        smtp.Answers(SmtpStep.Recipient, "451 4.7.1 Greylisted");
        clock.Advance(TimeSpan.FromDays(2));

        var answer = await api.PostAsync($"/api/alerts/{id}/resend", "");

        Assert.That((answer.Status, answer.Text("status")), Is.EqualTo((207, "queued")));
        await AttemptsAfterAsync(id, TimeSpan.FromSeconds(6), 3);
        Assert.That((await api.ShowAlertAsync(id)).Text("state"), Is.EqualTo("delivered"));
    }

    [Test]
    public async Task What_is_being_sent_is_not_sent_a_second_time()
    {
        var held = smtp.Holds(SmtpStep.Data);
        var raising = api.RaiseAsync("Something.");
        await held.Reached;
        var id = (await api.GetAsync(AlertCalls.Alerts)).Member("alerts")![0]!["alert_id"]!.GetValue<string>();

        var answer = await api.PostAsync($"/api/alerts/{id}/resend", "");
        held.Open();

        Assert.That((answer.Status, answer.Header("Retry-After")), Is.EqualTo((409, "5")));
        Assert.That((await raising).Text("status"), Is.EqualTo("delivered"));
    }

    [Test]
    public async Task An_ignored_alert_is_not_sent_again()
    {
        var id = (await api.RaiseAsync("Mock analysis of frame 1")).Text("alert_id");

        Assert.That((await api.PostAsync($"/api/alerts/{id}/resend", "")).Status, Is.EqualTo(409));
    }

    [Test]
    public async Task A_list_is_filtered_and_paged()
    {
        for (var i = 0; i < 3; i++)
        {
            await api.RaiseAsync($"Number {i}.", new JsonObject { ["risk_level"] = i == 1 ? "HIGH" : "LOW" });
            clock.Advance(TimeSpan.FromMinutes(1));
        }

        await api.RaiseAsync("Mock analysis of frame 1");
        var first = await api.GetAsync($"{AlertCalls.Alerts}?limit=2&state=delivered");
        var second = await api.GetAsync($"{AlertCalls.Alerts}?limit=2&state=delivered&cursor={first.Text("next_cursor")}");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Summaries(first).Concat(Summaries(second)), Is.EqualTo(new[] { "Number 2.", "Number 1.", "Number 0." }));
            Assert.That((first.Number("count"), second.Member("next_cursor")), Is.EqualTo((2, (JsonNode?)null)));
            Assert.That(Summaries(await api.GetAsync($"{AlertCalls.Alerts}?risk_level=high")), Is.EqualTo(new[] { "Number 1." }));
            Assert.That(
                Summaries(await api.GetAsync($"{AlertCalls.Alerts}?state=IGNORED")),
                Is.EqualTo(new[] { "Mock analysis of frame 1" })
            );
            Assert.That(Summaries(await api.GetAsync($"{AlertCalls.Alerts}?to=2026-10-03")), Is.Empty);
            Assert.That((await api.GetAsync($"{AlertCalls.Alerts}?state=lost")).Status, Is.EqualTo(400));
            Assert.That((await api.GetAsync($"{AlertCalls.Alerts}?risk_level=grave")).Status, Is.EqualTo(400));
            Assert.That((await api.GetAsync($"{AlertCalls.Alerts}?cursor=%25")).Status, Is.EqualTo(400));
            Assert.That((await api.GetAsync($"{AlertCalls.Alerts}?limit=0")).Status, Is.EqualTo(400));
        }
    }

    [Test]
    public async Task The_first_mail_has_a_still_though_no_browser_plays_the_clip_yet()
    {
        var clip = await Clips.MakeAsync("clip.avi", "-f", "lavfi", "-i", "testsrc=duration=2:size=320x240:rate=25", "-c:v", "mpeg4");
        await using var server = new VigintServer(
            clock,
            settings: [.. smtp.Settings, ("EMAIL_TO", "x@example.org"), ("RENDITIONS", "true")]
        );
        using var caller = new VideoApi(server.NewClient());

        var answer = await caller.RaiseAsync(
            "Something.",
            new JsonObject { ["video_data"] = Convert.ToBase64String(clip), ["incident_start_seconds"] = 1 }
        );

        var still = smtp.Mails.Single().Read().BodyParts.Single(part => part.ContentType.MimeType == "image/jpeg");
        Assert.That((answer.Text("status"), still.ContentId is { Length: > 0 }), Is.EqualTo(("delivered", true)));
        await caller.ReadyAsync(answer.Inner("video_link", "video_id")!);
    }

    [Test]
    public async Task Texts_that_invented_incidents_have_can_be_set()
    {
        await using var server = new VigintServer(
            clock,
            settings: [.. smtp.Settings, ("EMAIL_TO", "x@example.org"), ("ALERT_IGNORE_PATTERN", "(?i)^test")]
        );
        using var caller = new VideoApi(server.NewClient());

        Assert.That((await caller.RaiseAsync("Testing one two")).Text("status"), Is.EqualTo("ignored"));
        Assert.That((await caller.RaiseAsync("Mock analysis of frame 1")).Text("status"), Is.EqualTo("delivered"));
    }

    [Test]
    public async Task A_pattern_that_takes_too_long_ignores_nothing()
    {
        await using var server = new VigintServer(
            clock,
            settings: [.. smtp.Settings, ("EMAIL_TO", "x@example.org"), ("ALERT_IGNORE_PATTERN", "^(a+)+$")]
        );
        using var caller = new VideoApi(server.NewClient());

        Assert.That((await caller.RaiseAsync($"{new string('a', 100)}b")).Text("status"), Is.EqualTo("delivered"));
    }

    [Test]
    public async Task Alerts_are_forgotten_when_they_were_kept_long_enough()
    {
        await using var server = new VigintServer(
            clock,
            settings: [.. smtp.Settings, ("EMAIL_TO", "x@example.org"), ("ALERT_RETENTION_DAYS", "2")]
        );
        using var caller = new VideoApi(server.NewClient());
        var old = (await caller.RaiseAsync("One.")).Text("alert_id");
        clock.Advance(TimeSpan.FromDays(1));
        var young = (await caller.RaiseAsync("Another.")).Text("alert_id");
        clock.Advance(TimeSpan.FromDays(1) + TimeSpan.FromMinutes(1));

        Assert.That(await Eventually.ComesAsync(async () => (await caller.ShowAlertAsync(old)).Status == 404), Is.True);
        Assert.That((await caller.ShowAlertAsync(young)).Status, Is.EqualTo(200));
    }

    [Test]
    public async Task A_link_whose_time_is_over_is_shown_as_such()
    {
        var id = (await api.RaiseAsync("Something.", new JsonObject { ["video_data"] = Convert.ToBase64String(Clips.Fake()) })).Text(
            "alert_id"
        );
        var before = await api.ShowAlertAsync(id);
        clock.Advance(TimeSpan.FromHours(49));

        Assert.That(
            (before.Inner("video_link", "available"), (await api.ShowAlertAsync(id)).Inner("video_link", "available")),
            Is.EqualTo(("true", "false"))
        );
    }

    // Moves the clock until the attempt is there: whoever waits for the schedule may just be on its way to waiting.
    private async Task AttemptsAfterAsync(string id, TimeSpan time, int attempts)
    {
        clock.Advance(time);
        await Eventually.RequireAsync(
            $"{attempts} attempts",
            async () =>
            {
                clock.Advance(TimeSpan.FromMilliseconds(300));
                return (await api.ShowAlertAsync(id)).Member("deliveries")![0]!["attempts"]!.AsArray().Count >= attempts;
            }
        );
    }

    private static IEnumerable<string> Summaries(Answer answer) =>
        answer.Member("alerts")!.AsArray().Select(one => one!["incident_summary"]!.GetValue<string>());
}
