using Vigint.Application.Analysis;
using Vigint.TestSupport;

namespace Vigint.ContractTests;

/// <summary>
/// What a step of the server's clock must not do: delete evidence, swallow an alert, or hold one back (contract §4, a clock that was set).
/// </summary>
[OwnServer("its mail server and its clock")]
public sealed class ClockStepTests
{
    private const string Evidence = "/api/v1/videos/evidence";
    private const string Text = "A man takes a bottle.";

    private SteppedClock clock = null!;
    private FakeSmtp smtp = null!;
    private VigintServer server = null!;
    private VideoApi api = null!;
    private StoredVideo stored = null!;

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

    // What is held

    [TestCase("""{"type":"all"}""")]
    [TestCase("""{"type":"old","max_age_hours":0}""")]
    [TestCase("""{"type":"monitor"}""")]
    public async Task After_a_step_ahead_a_clean_up_deletes_nothing_and_says_so(string body)
    {
        await StepInDoubtAsync();

        var answer = await api.PostAsync("/api/storage/cleanup", body);

        Assert.That(
            (answer.Status, answer.Error, answer.Header("Retry-After")),
            Is.EqualTo((503, "The server's clock is in doubt", "300"))
        );
        Assert.That((await api.GetAsync(Evidence)).Status, Is.EqualTo(200));
    }

    [Test]
    public async Task A_dry_run_counts_all_the_same()
    {
        await StepInDoubtAsync();

        var answer = await api.PostAsync("/api/storage/cleanup", """{"type":"all","dry_run":true}""");

        Assert.That((answer.Status, (int)answer.Member("cleanup_result")!["cleaned"]!), Is.EqualTo((200, 1)));
    }

    [Test]
    public async Task The_sweep_deletes_nothing_until_the_system_says_that_its_clock_is_synchronized()
    {
        await StepInDoubtAsync();
        await TicksAsync(10);
        var (held, link) = (await api.GetAsync(Evidence), await api.GetAsync(stored.Link));

        server.Kernel.IsSynchronized = true;

        Assert.That((held.Status, link.Status, link.Error), Is.EqualTo((200, 403, "Link has expired")));
        Assert.That(await GoesAsync(), Is.True);
    }

    [Test]
    public async Task When_the_operator_confirms_the_clock_deletions_go_on()
    {
        using var admin = new AdminApi(server.NewClient(key: null));
        await StepInDoubtAsync();

        var first = await admin.PostAsync("/admin/storage/confirm-clock");
        var second = await admin.PostAsync("/admin/storage/confirm-clock");

        Assert.That(
            (first.Status, (bool)first.Member("was_in_doubt")!, (bool)second.Member("was_in_doubt")!),
            Is.EqualTo((200, true, false))
        );
        Assert.That(await GoesAsync(), Is.True);
    }

    [Test]
    public async Task Only_an_administrator_confirms_the_clock() =>
        Assert.That((await api.PostAsync("/admin/storage/confirm-clock", "{}")).Status, Is.EqualTo(401));

    [Test]
    public async Task After_a_day_deletions_go_on()
    {
        await StepInDoubtAsync();
        clock.Advance(TimeSpan.FromHours(24));

        Assert.That(await GoesAsync(), Is.True);
    }

    [Test]
    public async Task A_restart_does_not_begin_the_day_anew()
    {
        using var folder = new TemporaryFolder();
        var health = new List<string>();
        for (var run = 0; run < 3; run++)
        {
            await using var one = new VigintServer(clock, settings: ("VIDEO_STORAGE_DIR", folder.At("videos")));
            one.Kernel.IsSynchronized = false;
            using var calls = new VideoApi(one.NewClient());
            await Eventually.RequireAsync("the time is kept", () => Task.FromResult(File.Exists(folder.At("videos", ".clock"))));
            if (run == 0)
                clock.Step(TimeSpan.FromHours(3));
            await calls.GetAsync("/api/health");
            clock.Advance(TimeSpan.FromHours(12));
            health.Add((await calls.GetAsync("/api/health")).Member("clock")!.ToJsonString());
        }

        Assert.That(
            health,
            Is.EqualTo(
                new[] { """{"status":"stepped","deletions_held_seconds":43200}""", """{"status":"good"}""", """{"status":"good"}""" }
            )
        );
    }

    [Test]
    public async Task When_the_clock_is_put_right_again_nothing_was_lost()
    {
        await StepInDoubtAsync();
        await TicksAsync(10);
        clock.Step(TimeSpan.FromHours(-3));
        server.Kernel.IsSynchronized = true;
        await TicksAsync(10);

        Assert.That((await api.GetAsync(stored.Link)).Status, Is.EqualTo(200));
    }

    [Test]
    public async Task Health_says_that_the_clock_is_in_doubt_and_is_healthy()
    {
        var before = (await api.GetAsync("/api/health")).Member("clock")!.ToJsonString();
        await StepInDoubtAsync();
        clock.Advance(TimeSpan.FromSeconds(7));

        var health = await api.GetAsync("/api/health");

        Assert.That(before, Is.EqualTo("""{"status":"good"}"""));
        Assert.That(
            (health.Status, health.Text("status"), health.Member("clock")!.ToJsonString()),
            Is.EqualTo((200, "healthy", """{"status":"stepped","deletions_held_seconds":7}"""))
        );
    }

    // A machine without a battery for its clock believes in 1970 when it starts, and is put right some minutes later.
    [Test]
    public async Task A_clip_that_came_while_the_clock_was_far_behind_is_there_when_it_is_put_right()
    {
        server.Kernel.IsSynchronized = false;
        clock.Step(TimeSpan.FromDays(-10_000));
        stored = await api.StoreAsync("evidence", Clips.Fake(), hours: "48");
        clock.Advance(TimeSpan.FromMinutes(5));

        clock.Step(TimeSpan.FromDays(10_000));
        server.Kernel.IsSynchronized = true;
        await TicksAsync(10);

        Assert.That((stored.Expiration, (await api.GetAsync(stored.Link)).Status), Is.EqualTo(("2026-10-06T12:00:00", 200)));
    }

    // What is not held back

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
    [TestCase(10)]
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

    [TestCase(10)]
    [TestCase(-3)]
    public async Task A_mail_that_has_waited_for_most_of_its_day_is_not_given_up_because_of_a_step(int hours)
    {
        smtp.Answers(SmtpStep.Recipient, "451 4.7.1 Greylisted", times: 3);
        var id = (await api.RaiseAsync(Text)).Text("alert_id");
        clock.Advance(TimeSpan.FromHours(20));
        await Eventually.RequireAsync("it is tried again", async () => Attempts(await api.ShowAlertAsync(id)) == 2);

        clock.Step(TimeSpan.FromHours(hours));
        await Eventually.RequireAsync(
            "it is due at once",
            async () =>
            {
                clock.Advance(TimeSpan.FromSeconds(1));
                return Attempts(await api.ShowAlertAsync(id)) > 2;
            }
        );
        var state = (await api.ShowAlertAsync(id)).Text("state");
        clock.Advance(TimeSpan.FromMinutes(6));

        Assert.That(state, Is.Not.EqualTo("failed"));
        Assert.That(await Eventually.ComesAsync(async () => (await api.ShowAlertAsync(id)).Text("state") == "delivered"), Is.True);
    }

    // Frames, whose minutes nobody can set

    [TestCase(true)]
    [TestCase(false)]
    public async Task A_step_ahead_drops_no_frames(bool isSynchronized)
    {
        var frame = await Clips.PictureAsync("64x48");
        server.Kernel.IsSynchronized = isSynchronized;
        await api.BufferAsync(frame);
        await api.BufferOfSourceAsync("cam-1", frame);

        clock.Step(TimeSpan.FromHours(10));
        await TicksAsync(5);

        Assert.That(
            ((await api.BufferAsync(frame)).Number("buffer_size"), (await api.BufferOfSourceAsync("cam-1", frame)).Number("buffer_size")),
            Is.EqualTo((2, 2))
        );
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task A_step_back_keeps_no_frames_longer(bool isSynchronized)
    {
        server.Kernel.IsSynchronized = isSynchronized;
        await api.BufferAsync(await Clips.PictureAsync("64x48"));
        clock.Step(TimeSpan.FromHours(-3));
        await TicksAsync(5);
        var kept = server.Folder.Files("data", "videos", ".work").Count;

        clock.Advance(FrameBuffers.IdleLife);

        Assert.That(kept, Is.EqualTo(1));
        Assert.That(await Eventually.ComesAsync(() => Task.FromResult(server.Folder.Files("data", "videos", ".work").Count == 0)), Is.True);
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

    private static int Attempts(Answer shown) => shown.Member("deliveries")![0]!["attempts"]!.AsArray().Count;

    // An hour's link seems to have ended two hours ago.
    private async Task StepInDoubtAsync()
    {
        stored = await api.StoreAsync("evidence", Clips.Fake(), hours: "1");
        server.Kernel.IsSynchronized = false;
        clock.Step(TimeSpan.FromHours(3));
        await api.GetAsync("/api/health"); // whoever asks notices it, as does the watch within five seconds
    }

    private async Task<bool> GoesAsync() =>
        await Eventually.ComesAsync(async () =>
        {
            clock.Advance(TimeSpan.FromSeconds(5));
            return (await api.GetAsync(Evidence)).Status == 404;
        });

    // Each answer comes after what the tick before has set off had its time.
    private async Task TicksAsync(int count)
    {
        for (var i = 0; i < count; i++)
        {
            clock.Advance(TimeSpan.FromSeconds(10));
            await api.GetAsync("/api/health");
        }
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
