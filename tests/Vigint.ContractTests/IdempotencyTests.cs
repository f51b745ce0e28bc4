using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using Vigint.TestSupport;

namespace Vigint.ContractTests;

/// <summary>Calls that are sent again under the same <c>Idempotency-Key</c> (contract, common to all calls).</summary>
[OwnServer("its mail server and its clock")]
public sealed class IdempotencyTests
{
    private const string Header = "Idempotency-Key";

    private FakeTimeProvider clock = null!;
    private FakeSmtp smtp = null!;
    private VigintServer server = null!;
    private VideoApi api = null!;

    [SetUp]
    public void Start()
    {
        clock = new FakeTimeProvider(A.Noon);
        smtp = new FakeSmtp();
        server = new VigintServer(clock, settings: [.. smtp.Settings, ("EMAIL_TO", "operator@example.org"), ("ALERT_QUIET_MINUTES", "0")]);
        api = new VideoApi(server.NewClient());
    }

    [TearDown]
    public async Task Stop()
    {
        api.Dispose();
        await server.DisposeAsync();
        await smtp.DisposeAsync();
    }

    [Test]
    public async Task An_alert_that_is_sent_again_is_answered_as_it_was_and_nothing_happens()
    {
        var clip = new JsonObject { ["video_data"] = Convert.ToBase64String(Clips.Fake()) };
        var first = await api.RaiseAsync("Something.", clip, (Header, "one"));

        var again = await api.RaiseAsync("Something.", clip, (Header, "one"));

        Assert.That((again.Status, again.BodyText), Is.EqualTo((200, first.BodyText)));
        Assert.That((smtp.Mails.Count, (await api.GetAsync("/api/v1/videos")).Number("count")), Is.EqualTo((1, 1)));
    }

    [Test]
    public async Task The_first_answer_stays_even_when_the_alert_was_delivered_since()
    {
        smtp.Answers(SmtpStep.Recipient, "451 4.7.1 Greylisted");
        var first = await api.RaiseAsync("Something.", null, (Header, "one"));
        await api.PostAsync($"/api/alerts/{first.Text("alert_id")}/resend", "");

        var again = await api.RaiseAsync("Something.", null, (Header, "one"));

        Assert.That((again.Status, again.BodyText), Is.EqualTo((207, first.BodyText)));
        Assert.That(smtp.Mails, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Another_alert_under_the_same_key_is_refused()
    {
        var clip = Convert.ToBase64String(Clips.Fake());
        await api.RaiseAsync("Something.", new JsonObject { ["video_data"] = clip }, (Header, "one"));

        var otherText = await api.RaiseAsync("Something else.", new JsonObject { ["video_data"] = clip }, (Header, "one"));
        var otherClip = await api.RaiseAsync(
            "Something.",
            new JsonObject { ["video_data"] = Convert.ToBase64String(Clips.Fake(seed: 2)) },
            (Header, "one")
        );

        Assert.That((otherText.Status, otherClip.Status), Is.EqualTo((422, 422)));
        Assert.That(otherText.Error, Is.EqualTo("Idempotency-Key came before with another body"));
    }

    [TestCase(true, TestName = "A_clip_that_met_no_room_the_first_time_is_the_same_call_when_there_is_some")]
    [TestCase(false, TestName = "A_clip_that_meets_no_room_the_second_time_is_the_same_call")]
    public async Task The_servers_trouble_makes_no_other_call(bool isTheFirstInTrouble)
    {
        await using var full = new VigintServer(
            clock,
            settings:
            [
                .. smtp.Settings,
                ("EMAIL_TO", "operator@example.org"),
                ("ALERT_QUIET_MINUTES", "0"),
                ("VIDEO_STORAGE_QUOTA_GB", "0.001"),
                ("RENDITIONS", "off"),
            ]
        );
        using var caller = new VideoApi(full.NewClient());
        var clip = new JsonObject { ["video_data"] = Convert.ToBase64String(Clips.Fake(sizeBytes: 300_000)) };

        if (isTheFirstInTrouble)
            await FillAsync();
        var first = await caller.RaiseAsync("Something.", clip, (Header, "one"));
        if (isTheFirstInTrouble)
            Assert.That((await caller.DeleteAsync("/api/v1/videos/upload/large")).Status, Is.EqualTo(204));
        else
            await FillAsync();
        var again = await caller.RaiseAsync("Something.", clip, (Header, "one"));

        Assert.That(first.Member("video_link")!["available"]!.GetValue<bool>(), Is.EqualTo(!isTheFirstInTrouble));
        Assert.That((again.Status, again.BodyText), Is.EqualTo((200, first.BodyText)));

        async Task FillAsync() =>
            Assert.That(
                (await caller.UploadAsync(UploadForm.Usual("large", Clips.Fake(seed: 2, sizeBytes: 700_000)))).Status,
                Is.EqualTo(200)
            );
    }

    [Test]
    public async Task A_clip_that_is_no_base64_is_the_same_call_again()
    {
        var first = await api.RaiseAsync("Something.", new JsonObject { ["video_data"] = "AAAA!" }, (Header, "one"));

        var again = await api.RaiseAsync("Something.", new JsonObject { ["video_data"] = "AAAA!" }, (Header, "one"));

        Assert.That((again.Status, again.BodyText), Is.EqualTo((200, first.BodyText)));
    }

    [Test]
    public async Task Another_clients_key_is_another_key()
    {
        await api.RaiseAsync("Something.", null, (Header, "one"));
        using var admin = new AdminApi(server.NewClient(key: null));
        using var shop = new VideoApi(server.NewClient((await admin.AddClientAsync()).Key));

        Assert.That((await shop.RaiseAsync("Something else.", null, (Header, "one"))).Text("status"), Is.EqualTo("delivered"));
    }

    [Test]
    public async Task A_duplicate_and_an_invented_incident_are_answered_as_they_were()
    {
        await using var quiet = new VigintServer(clock, settings: [.. smtp.Settings, ("EMAIL_TO", "operator@example.org")]);
        using var caller = new VideoApi(quiet.NewClient());
        await caller.RaiseAsync("Something.");
        var duplicate = await caller.RaiseAsync("Something.", null, (Header, "one"));
        var ignored = await caller.RaiseAsync("Mock analysis of frame 1", null, (Header, "two"));

        Assert.That((await caller.RaiseAsync("Something.", null, (Header, "one"))).BodyText, Is.EqualTo(duplicate.BodyText));
        Assert.That((await caller.RaiseAsync("Mock analysis of frame 1", null, (Header, "two"))).BodyText, Is.EqualTo(ignored.BodyText));
        Assert.That((await caller.ShowAlertAsync(duplicate.Text("alert_id"))).Number("repeats"), Is.EqualTo(1));
    }

    [Test]
    public async Task A_second_call_while_the_first_is_being_answered_comes_back_later()
    {
        var held = smtp.Holds(SmtpStep.Data);
        var first = api.RaiseAsync("Something.", null, (Header, "one"));
        await held.Reached;

        var second = await api.RaiseAsync("Something.", null, (Header, "one"));
        held.Open();
        var answered = await first;

        Assert.That((second.Status, second.Header("Retry-After")), Is.EqualTo((409, "2")));
        Assert.That((await api.RaiseAsync("Something.", null, (Header, "one"))).BodyText, Is.EqualTo(answered.BodyText));
    }

    [TestCase("")]
    [TestCase("two words")]
    public async Task A_key_that_cannot_be_used_is_refused(string key)
    {
        Assert.That((await api.RaiseAsync("Something.", null, (Header, key))).Status, Is.EqualTo(400));
        Assert.That((await api.UploadAsync(UploadForm.Usual("clip", Clips.Fake()), (Header, key))).Status, Is.EqualTo(400));
    }

    [Test]
    public async Task After_a_day_a_key_is_forgotten()
    {
        var first = await api.RaiseAsync("Something.", null, (Header, "one"));

        clock.Advance(TimeSpan.FromHours(24) + TimeSpan.FromMinutes(1));

        Assert.That(
            await Eventually.ComesAsync(async () =>
            {
                clock.Advance(TimeSpan.FromSeconds(30));
                return (await api.RaiseAsync("Something.", null, (Header, "one"))).Text("alert_id") != first.Text("alert_id");
            }),
            Is.True
        );
    }

    [Test]
    public async Task An_upload_that_is_sent_again_is_answered_as_it_was_even_after_the_video_was_replaced()
    {
        var form = UploadForm.Usual("clip", Clips.Fake());
        var first = await api.UploadAsync(form, (Header, "one"));
        clock.Advance(TimeSpan.FromHours(1));
        await api.UploadAsync(UploadForm.Usual("clip", Clips.Fake(seed: 2)));

        var again = await api.UploadAsync(form, (Header, "one"));

        Assert.That((again.Status, again.BodyText), Is.EqualTo((200, first.BodyText)));
        Assert.That((await api.GetAsync("/api/v1/videos/clip")).Text("sha256"), Is.Not.EqualTo(first.Text("sha256")));
    }

    [Test]
    public async Task Another_upload_under_the_same_key_is_refused_and_changes_nothing()
    {
        var first = await api.UploadAsync(UploadForm.Usual("clip", Clips.Fake()), (Header, "one"));

        var otherClip = await api.UploadAsync(UploadForm.Usual("clip", Clips.Fake(seed: 2)), (Header, "one"));
        var otherId = await api.UploadAsync(UploadForm.Usual("other", Clips.Fake()), (Header, "one"));
        var otherHours = await api.UploadAsync(UploadForm.Usual("clip", Clips.Fake(), hours: "1"), (Header, "one"));

        Assert.That(new[] { otherClip.Status, otherId.Status, otherHours.Status }, Is.All.EqualTo(422));
        Assert.That((await api.GetAsync("/api/v1/videos/clip")).Text("private_link"), Is.EqualTo(first.Text("private_link")));
    }

    [Test]
    public async Task What_was_refused_may_be_sent_again_under_the_same_key()
    {
        using var admin = new AdminApi(server.NewClient(key: null));
        var made = await admin.AddClientAsync();
        using var shop = new VideoApi(server.NewClient(made.Key));
        await admin.PutAsync($"/admin/clients/{made.Id}/limits", """{"storage_mb":1}""");
        var form = UploadForm.Usual("shop-clip", Clips.Fake(sizeBytes: 1_048_576 + 500_000));
        var refused = await shop.UploadAsync(form, (Header, "one"));
        await admin.PutAsync($"/admin/clients/{made.Id}/limits", "{}");

        await Eventually.RequireAsync(
            "the new limit is known",
            async () =>
            {
                clock.Advance(TimeSpan.FromSeconds(5));
                return (await shop.UploadAsync(form, (Header, "one"))).Status == 200;
            }
        );

        Assert.That(refused.Status, Is.EqualTo(507));
    }
}
