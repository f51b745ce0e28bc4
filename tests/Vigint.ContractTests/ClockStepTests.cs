using System.Text.Json.Nodes;
using Vigint.TestSupport;

namespace Vigint.ContractTests;

/// <summary>What a step of the server's clock must not do: delete evidence, swallow an alert, or hold one back (contract §4, a clock that was set).</summary>
[OwnServer("its mail server and its clock")]
public sealed class ClockStepTests
{
    private const string Text = "A man takes a bottle.";

    private SteppedClock clock = null!;
    private FakeSmtp smtp = null!;
    private VigintServer server = null!;
    private VideoApi api = null!;

    [SetUp]
    public void Start()
    {
        clock = new SteppedClock();
        smtp = new FakeSmtp();
        server = new VigintServer(clock, settings: [.. smtp.Settings, ("EMAIL_TO", "operator@example.org")]);
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
    public async Task After_a_step_ahead_nothing_is_deleted()
    {
        await api.StoreAsync("evidence", Clips.Fake(), hours: "1");

        clock.Step(TimeSpan.FromHours(3));
        var answer = await api.PostAsync("/api/storage/cleanup", """{"type":"all"}""");

        Assert.That((answer.Status, (await api.GetAsync("/api/v1/videos/evidence")).Status), Is.EqualTo((503, 200)));
    }

    [TestCase(-3)]
    [TestCase(3)]
    public async Task A_second_robbery_after_a_step_is_no_duplicate(int hours)
    {
        await api.RaiseAsync(Text);

        clock.Step(TimeSpan.FromHours(hours));
        var second = await api.RaiseAsync(Text);

        Assert.That((second.Status, second.Text("status"), smtp.Mails.Count), Is.EqualTo((200, "delivered", 2)));
    }

    [TestCase(-3)]
    [TestCase(30)]
    public async Task A_queued_mail_is_due_at_once_after_a_step_and_not_given_up(int hours)
    {
        smtp.Answers(SmtpStep.Recipient, "451 4.7.1 Greylisted", times: 2);
        var id = (await api.RaiseAsync(Text)).Text("alert_id");

        clock.Step(TimeSpan.FromHours(hours));

        // The first attempt after it fails, too; the one after that is as near as it always was.
        var isDelivered = await Eventually.ComesAsync(async () =>
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            return (await api.ShowAlertAsync(id)).Text("state") != "queued";
        });

        Assert.That((isDelivered, (await api.ShowAlertAsync(id)).Text("state")), Is.EqualTo((true, "delivered")));
    }

    [Test]
    public async Task A_call_that_comes_again_after_a_step_ahead_is_known()
    {
        var first = await api.RaiseAsync(Text, null, ("Idempotency-Key", "one"));

        clock.Step(TimeSpan.FromDays(3));
        await SweepAsync();
        var again = await api.RaiseAsync(Text, null, ("Idempotency-Key", "one"));

        Assert.That((again.Text("alert_id"), smtp.Mails.Count), Is.EqualTo((first.Text("alert_id"), 1)));
    }

    // Two sweeps begin, so that one has come to its end.
    private async Task SweepAsync()
    {
        await api.StoreAsync("ended", Clips.Fake(seed: 5), hours: "0.001");
        for (var i = 0; i < 3; i++)
        {
            clock.Advance(TimeSpan.FromSeconds(30));
            await Eventually.ComesAsync(async () => (await api.GetAsync("/api/v1/videos/ended")).Status == 404, TimeSpan.FromSeconds(1));
        }
    }
}
