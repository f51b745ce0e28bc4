using Vigint.TestSupport;

namespace Vigint.SystemTests;

/// <summary>Contract §7: an alert that was answered with 200 or 207 is never lost, not by a crash either.</summary>
public sealed class AlertCrashTests
{
    private static readonly (string, string) Recipient = ("EMAIL_TO", "operator@example.org");

    [Test]
    public async Task What_could_not_be_sent_before_a_crash_arrives_once_after_it()
    {
        using var folder = new TemporaryFolder();
        await using var smtp = new FakeSmtp();
        await smtp.StopAsync();
        Answer answer;
        await using (var first = await VigintProcess.StartAsync(folder.Path, [.. smtp.Settings, Recipient]))
        {
            answer = await first.Api.RaiseAsync("A man takes a bottle.");
            await first.KillAsync();
        }

        smtp.StartAgain();
        await using var second = await VigintProcess.StartAsync(folder.Path, [.. smtp.Settings, Recipient]);
        var id = answer.Text("alert_id");
        await DeliveredAsync(second, id);
        var again = await second.Api.RaiseAsync("A man takes a bottle.");

        using (Assert.EnterMultipleScope())
        {
            Assert.That((answer.Status, answer.Text("status")), Is.EqualTo((207, "queued")));
            Assert.That(smtp.Mails.Select(IdOf), Is.EqualTo(new[] { id }));
            Assert.That((again.Text("status"), again.Text("alert_id")), Is.EqualTo(("duplicate", id)));
        }
    }

    [Test]
    public async Task Of_fifty_alerts_and_a_crash_in_mid_delivery_none_is_lost()
    {
        const int alerts = 50;
        using var folder = new TemporaryFolder();
        await using var smtp = new FakeSmtp();
        await smtp.StopAsync();
        var answers = new List<Answer>();
        await using (var first = await VigintProcess.StartAsync(folder.Path, [.. smtp.Settings, Recipient]))
        {
            for (var i = 0; i < alerts; i++)
                answers.Add(await first.Api.RaiseAsync($"Incident {i}."));
            smtp.StartAgain();
            await Eventually.RequireAsync("some of the next attempts have come through", () => Task.FromResult(smtp.Mails.Count >= 5));
            await first.KillAsync();
        }

        var before = smtp.Mails.Count;
        await using var second = await VigintProcess.StartAsync(folder.Path, [.. smtp.Settings, Recipient]);
        foreach (var answer in answers)
            await DeliveredAsync(second, answer.Text("alert_id"));

        // What was handed over and not written down yet comes twice, under one Message-ID; four at once are under way at most.
        var ids = smtp.Mails.Select(IdOf).ToList();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(answers.Select(answer => answer.Status), Is.All.EqualTo(207));
            Assert.That(before, Is.LessThan(alerts), "the crash came in mid-delivery");
            Assert.That(ids.Distinct(), Is.EquivalentTo(answers.Select(answer => answer.Text("alert_id"))));
            Assert.That(ids.Count - alerts, Is.InRange(0, 4), "mails that came twice");
        }

        await TestContext.Out.WriteLineAsync($"{before} mails before the crash, {ids.Count - alerts} of {alerts} came twice.");
    }

    [Test]
    public async Task A_crash_in_the_midst_of_the_first_attempt_loses_nothing_that_is_recorded()
    {
        using var folder = new TemporaryFolder();
        await using var smtp = new FakeSmtp();
        var held = smtp.Holds(SmtpStep.Data);
        string id;
        await using (var first = await VigintProcess.StartAsync(folder.Path, [.. smtp.Settings, Recipient]))
        {
            var raising = first.Api.RaiseAsync("A man takes a bottle.");
            await held.Reached;
            id = (await first.Api.GetAsync(AlertCalls.Alerts)).Member("alerts")![0]!["alert_id"]!.GetValue<string>();
            await first.KillAsync();
            Assert.That(async () => await raising, Throws.InstanceOf<HttpRequestException>());
        }

        held.Open();
        await using var second = await VigintProcess.StartAsync(folder.Path, [.. smtp.Settings, Recipient]);
        await DeliveredAsync(second, id);

        Assert.That(smtp.Mails.Select(IdOf), Is.EqualTo(new[] { id }));
    }

    [Test]
    public async Task Who_is_stopped_ends_what_is_under_way_first()
    {
        using var folder = new TemporaryFolder();
        await using var smtp = new FakeSmtp();
        var held = smtp.Holds(SmtpStep.Data);
        await using var server = await VigintProcess.StartAsync(folder.Path, [.. smtp.Settings, Recipient]);
        var raising = server.Api.RaiseAsync("A man takes a bottle.");
        await held.Reached;

        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var stopping = server.InterruptAsync(limit.Token);
        held.Open();

        Assert.That(((await raising).Text("status"), await stopping), Is.EqualTo(("delivered", 0)));
        Assert.That(smtp.Mails, Has.Count.EqualTo(1));
    }

    private static Task DeliveredAsync(VigintProcess server, string id) =>
        Eventually.RequireAsync($"{id} is delivered", async () => (await server.Api.ShowAlertAsync(id)).Text("state") == "delivered");

    private static string IdOf(SentMail mail) => mail.Read().MessageId!.Split('@')[0];
}
