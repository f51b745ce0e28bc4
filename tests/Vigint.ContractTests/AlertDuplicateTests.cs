using System.Text.Json.Nodes;
using Vigint.TestSupport;

namespace Vigint.ContractTests;

/// <summary>Contract §7, the same incident again.</summary>
[OwnServer("its mail server and its clock")]
public sealed class AlertDuplicateTests : AdminFixture
{
    private const string Text = "A man takes a bottle.";

    private readonly FakeSmtp smtp = new();
    private VideoApi shop = null!;

    protected override VigintServer NewServer() => new(Clock, settings: [.. smtp.Settings]);

    [SetUp]
    public async Task AddShop() => shop = new VideoApi(Server.NewClient((await Admin.AddClientAsync()).Key));

    [TearDown]
    public void LeaveShop() => shop.Dispose();

    [OneTimeTearDown]
    public async Task StopMail() => await smtp.DisposeAsync();

    [Test]
    public async Task The_same_incident_again_is_answered_with_the_first_and_counted()
    {
        var first = await shop.RaiseAsync(
            Text,
            new JsonObject { ["video_data"] = Convert.ToBase64String(Clips.Fake(seed: 21)), ["frame_count"] = 1 }
        );
        Clock.Advance(TimeSpan.FromMinutes(4));
        var again = await shop.RaiseAsync(Text, new JsonObject { ["frame_count"] = 2 });

        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                (again.Status, again.Member("success")!.GetValue<bool>(), again.Text("status")),
                Is.EqualTo((200, true, "duplicate"))
            );
            Assert.That(again.Json.AsObject().Select(one => one.Key), Is.EqualTo(first.Json.AsObject().Select(one => one.Key)));
            Assert.That((again.Text("alert_id"), again.Number("frame_count")), Is.EqualTo((first.Text("alert_id"), 1)));
            Assert.That(again.Member("video_link")!.ToJsonString(), Is.EqualTo(first.Member("video_link")!.ToJsonString()));
            Assert.That(MailsOf(first), Is.EqualTo(1));
            Assert.That((await shop.ShowAlertAsync(first.Text("alert_id"))).Number("repeats"), Is.EqualTo(1));
        }
    }

    [Test]
    public async Task After_the_quiet_period_it_is_sent_again()
    {
        var first = await shop.RaiseAsync(Text);
        Clock.Advance(TimeSpan.FromMinutes(3));
        await shop.RaiseAsync(Text);
        Clock.Advance(TimeSpan.FromMinutes(2));

        var again = await shop.RaiseAsync(Text);

        Assert.That((again.Text("status"), again.Text("alert_id") == first.Text("alert_id")), Is.EqualTo(("delivered", false)));
    }

    [Test]
    public async Task A_higher_risk_always_goes_through()
    {
        await shop.RaiseAsync(Text, new JsonObject { ["risk_level"] = "LOW" });

        var higher = await shop.RaiseAsync(Text, new JsonObject { ["risk_level"] = "HIGH" });
        var between = await shop.RaiseAsync(Text, new JsonObject { ["risk_level"] = "MEDIUM" });

        Assert.That(
            (higher.Text("status"), between.Text("status"), between.Text("alert_id")),
            Is.EqualTo(("delivered", "duplicate", higher.Text("alert_id")))
        );
    }

    [Test]
    public async Task The_same_clip_is_the_same_incident_and_is_stored_once()
    {
        var members = new JsonObject { ["video_data"] = Convert.ToBase64String(Clips.Fake(seed: 22)) };
        await shop.RaiseAsync("One.", members);

        var again = await shop.RaiseAsync("Another.", members);

        Assert.That(again.Text("status"), Is.EqualTo("duplicate"));
        Assert.That((await shop.GetAsync("/api/v1/videos")).Number("count"), Is.EqualTo(1));
    }

    [Test]
    public async Task A_clip_that_the_server_added_makes_no_two_incidents_one()
    {
        await shop.UploadClipAsync(await Clips.FiveSecondsAsync());
        var first = await shop.RaiseAsync(Text);

        var other = await shop.RaiseAsync("Two men fight at the till.");
        var again = await shop.RaiseAsync(Text);

        Assert.That(
            (first.Inner("video_link", "available"), other.Text("status"), again.Text("status")),
            Is.EqualTo(("true", "delivered", "duplicate"))
        );
    }

    [Test]
    public async Task Two_cameras_that_see_the_same_are_two_incidents()
    {
        await shop.RaiseAsync(Text, new JsonObject { ["source_id"] = "till", ["incident_type"] = "theft" });

        var other = await shop.RaiseAsync(Text, new JsonObject { ["source_id"] = "door", ["incident_type"] = "theft" });
        var again = await shop.RaiseAsync("In other words.", new JsonObject { ["source_id"] = "till", ["incident_type"] = "Theft" });

        Assert.That((other.Text("status"), again.Text("status")), Is.EqualTo(("delivered", "duplicate")));
    }

    [Test]
    public async Task Another_clients_incident_is_another()
    {
        await shop.RaiseAsync(Text);
        using var other = new VideoApi(Server.NewClient((await Admin.AddClientAsync()).Key));

        Assert.That((await other.RaiseAsync(Text)).Text("status"), Is.EqualTo("delivered"));
    }

    [Test]
    public async Task What_failed_keeps_nothing_from_being_sent()
    {
        smtp.Answers(SmtpStep.Recipient, "550 5.1.1 No such user");
        var failed = await shop.RaiseAsync(Text);

        var again = await shop.RaiseAsync(Text);

        Assert.That((failed.Text("status"), again.Text("status")), Is.EqualTo(("failed", "delivered")));
    }

    [Test]
    public async Task Of_equal_alerts_at_the_same_moment_one_is_sent_and_one_clip_stays()
    {
        var members = new JsonObject { ["video_data"] = Convert.ToBase64String(Clips.Fake(seed: 23)) };

        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => shop.RaiseAsync(Text, members)));

        Assert.That(
            answers.Select(one => one.Text("status")).Order(),
            Is.EqualTo(new[] { "delivered" }.Concat(Enumerable.Repeat("duplicate", 5)))
        );
        Assert.That(answers.Select(one => one.Text("alert_id")).Distinct().Count(), Is.EqualTo(1));
        Assert.That(MailsOf(answers[0]), Is.EqualTo(1));
        Assert.That((await shop.GetAsync("/api/v1/videos")).Number("count"), Is.EqualTo(1));
    }

    [Test]
    public async Task With_no_quiet_period_every_alert_is_sent()
    {
        await using var server = new VigintServer(
            settings: [.. smtp.Settings, ("EMAIL_TO", "x@example.org"), ("ALERT_QUIET_MINUTES", "0")]
        );
        using var api = new VideoApi(server.NewClient());

        await api.RaiseAsync(Text);

        Assert.That((await api.RaiseAsync(Text)).Text("status"), Is.EqualTo("delivered"));
    }

    private int MailsOf(Answer answer) =>
        smtp.Mails.Count(mail => mail.Read().MessageId!.StartsWith(answer.Text("alert_id"), StringComparison.Ordinal));
}
