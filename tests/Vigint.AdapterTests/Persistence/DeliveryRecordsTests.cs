using Vigint.Application.Alerts;
using Vigint.Domain.Alerts;
using Vigint.Infrastructure.Persistence;
using Vigint.TestSupport;

namespace Vigint.AdapterTests.Persistence;

[TestFixture(typeof(OnSqlite))]
[TestFixture(typeof(OnPostgres))]
public sealed class DeliveryRecordsTests<TDatabase> : OnEachDatabase<TDatabase>
    where TDatabase : ITestDatabase, new()
{
    private const string Here = "here";
    private const string Elsewhere = "elsewhere";

    private AlertRecords alerts = null!;
    private DeliveryRecords records = null!;

    [SetUp]
    public void OpenRecords() => (alerts, records) = (new AlertRecords(Database), new DeliveryRecords(Database));

    [Test]
    public async Task The_one_that_is_due_for_longest_is_claimed_first()
    {
        var (second, first) = (await AddAsync(A.Noon.AddSeconds(2)), await AddAsync(A.Noon.AddSeconds(1)));
        await AddAsync(A.Noon.AddSeconds(30));

        var claimed = new[] { await ClaimAsync(Here, 10), await ClaimAsync(Here, 10), await ClaimAsync(Here, 10) };

        Assert.That(claimed.Select(one => one?.AlertId), Is.EqualTo(new[] { first, second, null }));
        Assert.That(await records.NextDueAsync(ChannelKind.Mail, BusyTargets.None, default), Is.EqualTo(A.Noon.AddSeconds(30)));
        Assert.That(await records.NextDueAsync(ChannelKind.Ntfy, BusyTargets.None, default), Is.Null);
    }

    [Test]
    public async Task Those_of_busy_clients_and_to_busy_hosts_are_passed_over()
    {
        var (dead, fine) = (A.Alert(at: A.Noon) with { Owner = "dead" }, A.Alert(at: A.Noon.AddSeconds(3)) with { Owner = "fine" });
        await AddAsync(dead, Webhook(dead, "https://dead.example.org/a"));
        await AddAsync(fine, Webhook(fine, "https://dead.example.org:8443/b"), Webhook(fine, "https://fine.example.org/c"));

        var busy = new BusyTargets(["dead"], ["dead.example.org:8443"]);

        Assert.That(await records.NextDueAsync(ChannelKind.Webhook, busy, default), Is.EqualTo(fine.At));
        var claimed = await records.ClaimNextAsync(ChannelKind.Webhook, busy, ClaimAt(Here, 10), default);
        Assert.That(
            (claimed!.Address, claimed.Owner, claimed.Host),
            Is.EqualTo(("https://fine.example.org/c", "fine", "fine.example.org"))
        );
        Assert.That(await records.ClaimNextAsync(ChannelKind.Webhook, busy, ClaimAt(Here, 10), default), Is.Null);
        Assert.That(
            (await records.ClaimNextAsync(ChannelKind.Webhook, BusyTargets.None, ClaimAt(Here, 10), default))!.AlertId,
            Is.EqualTo(dead.Id)
        );
    }

    [Test]
    public async Task Each_is_claimed_by_one_of_two_instances()
    {
        for (var i = 0; i < 20; i++)
            await AddAsync(A.Noon);

        var claimed = await Task.WhenAll(Enumerable.Range(0, 4).Select(worker => ClaimAllAsync(worker % 2 == 0 ? Here : Elsewhere)));

        var all = claimed.SelectMany(one => one).ToList();
        Assert.That((all.Count, all.Distinct().Count()), Is.EqualTo((20, 20)));
    }

    [Test]
    public async Task After_the_clock_was_set_back_what_is_queued_is_due_and_not_begun_ahead_of_time()
    {
        var alert = await AddAsync(A.Noon);
        var before = A.Noon.AddHours(-3);

        await records.TakeUpStepAsync(before, TimeSpan.FromHours(-3), default);

        var claimed = await records.ClaimNextAsync(
            ChannelKind.Mail,
            BusyTargets.None,
            new Claim(Here, before, before.AddSeconds(90)),
            default
        );
        Assert.That((claimed?.AlertId, claimed?.Begun), Is.EqualTo((alert, before)));
    }

    [Test]
    public async Task After_the_clock_was_set_ahead_what_is_queued_is_as_old_as_before()
    {
        await AddAsync(A.Noon);
        var (step, now) = (TimeSpan.FromHours(30), A.Noon.AddHours(31));

        await records.TakeUpStepAsync(now, step, default);

        var claimed = await records.ClaimNextAsync(ChannelKind.Mail, BusyTargets.None, new Claim(Here, now, now.AddSeconds(90)), default);
        Assert.That(claimed?.Begun, Is.EqualTo(A.Noon + step));
    }

    [Test]
    public async Task A_claim_of_a_later_time_ends_when_the_clock_is_set_back()
    {
        await AddAsync(A.Noon);
        await ClaimAsync(Elsewhere, 0);
        var before = A.Noon.AddHours(-3);

        await records.TakeUpStepAsync(before, TimeSpan.FromHours(-3), default);

        Assert.That(
            await records.ClaimNextAsync(ChannelKind.Mail, BusyTargets.None, new Claim(Here, before, before.AddSeconds(90)), default),
            Is.Not.Null
        );
    }

    [TestCase(5.5, ExpectedResult = 0)]
    [TestCase(6.1, ExpectedResult = 1)]
    public async Task<int> What_is_due_later_than_any_can_be_is_due_now(double minutes)
    {
        await AddAsync(A.Noon.AddMinutes(minutes));

        return await records.PutRightAsync(A.Noon, default);
    }

    [Test]
    public async Task A_claim_that_has_ended_is_due_again()
    {
        var alert = await AddAsync(A.Noon);
        await ClaimAsync(Elsewhere, 0);

        Assert.That(await ClaimAsync(Here, 89), Is.Null);
        Assert.That((await ClaimAsync(Here, 90))!.AlertId, Is.EqualTo(alert));
    }

    [Test]
    public async Task What_is_put_back_is_due_again_and_no_attempt_is_counted()
    {
        var alert = await AddAsync(A.Noon);
        var claimed = await ClaimAsync(Here, 0);

        await records.PutBackAsync(claimed!, Elsewhere, A.Noon, default);
        Assert.That(await ClaimAsync(Elsewhere, 1), Is.Null, "the claim is another's");
        await records.PutBackAsync(claimed!, Here, A.Noon.AddSeconds(1), default);

        var again = await ClaimAsync(Elsewhere, 1);
        Assert.That(
            (again!.AlertId, again.Attempts, (await records.OfAlertAsync(alert, default))[0].Attempts.Count),
            Is.EqualTo((alert, 0, 0))
        );
    }

    [Test]
    public async Task After_a_start_all_is_due_but_what_another_instance_is_trying()
    {
        var waiting = await AddAsync(A.Noon.AddHours(1));
        var (own, others) = (await AddAsync(A.Noon), await AddAsync(A.Noon.AddSeconds(1)));
        await ClaimAsync(Here, 1);
        await ClaimAsync(Elsewhere, 1);

        await records.TakeUpAsync(Here, A.Noon.AddSeconds(2), default);

        var due = await ClaimAllAsync(Here, 2);
        Assert.That(due, Is.EquivalentTo(new[] { waiting, own }).And.Not.Contains(others));
        Assert.That(await records.AnyQueuedAsync(default), Is.True);
    }

    [Test]
    public async Task What_was_handed_over_is_not_claimed_again_and_its_alert_says_so()
    {
        var alert = await AddAsync(A.Noon);
        var attempt = AttemptOf(await ClaimAsync(Here, 0), AlertState.Delivered, "250 Ok");

        await records.RecordAsync(attempt, Here, default);
        await records.RecordAsync(attempt, Here, default);

        var history = (await records.OfAlertAsync(alert, default)).Single();
        Assert.That(
            (history.State, history.Next, history.Attempts.Single().Answer),
            Is.EqualTo((AlertState.Delivered, (DateTimeOffset?)null, "250 Ok"))
        );
        Assert.That((await alerts.FindAsync(alert, scope: null, default))!.State, Is.EqualTo(AlertState.Delivered));
        Assert.That(await ClaimAsync(Here, 3600), Is.Null);
        Assert.That(await records.AnyQueuedAsync(default), Is.False);
    }

    [Test]
    public async Task What_failed_is_due_when_it_is_said_and_counts_its_attempts()
    {
        var alert = await AddAsync(A.Noon);
        await records.RecordAsync(AttemptOf(await ClaimAsync(Here, 0), AlertState.Queued, "421 Busy", A.Noon.AddSeconds(5)), Here, default);

        Assert.That(await ClaimAsync(Here, 4), Is.Null);
        var again = await ClaimAsync(Here, 5);

        Assert.That((again!.Attempts, again.Begun), Is.EqualTo((1, A.Noon)));
        Assert.That((await alerts.FindAsync(alert, scope: null, default))!.State, Is.EqualTo(AlertState.Queued));
    }

    [Test]
    public async Task A_failure_of_one_whose_claim_has_ended_does_not_undo_what_another_did()
    {
        var alert = await AddAsync(A.Noon);
        var late = await ClaimAsync(Here, 0);
        var next = await ClaimAsync(Elsewhere, 90);
        await records.RecordAsync(AttemptOf(next, AlertState.Delivered, "250 Ok"), Elsewhere, default);

        await records.RecordAsync(AttemptOf(late, AlertState.Queued, "timed out", A.Noon.AddMinutes(3)), Here, default);

        var history = (await records.OfAlertAsync(alert, default)).Single();
        Assert.That((history.State, history.Attempts.Count), Is.EqualTo((AlertState.Delivered, 2)));
    }

    [Test]
    public async Task What_failed_for_good_begins_again_when_it_is_sent_again()
    {
        var alert = await AddAsync(A.Noon);
        await records.RecordAsync(AttemptOf(await ClaimAsync(Here, 0), AlertState.Failed, "550 No such user"), Here, default);

        var begun = await records.BeginAgainAsync(alert, ClaimAt(Here, 7200), default);

        Assert.That((begun!.Attempts, begun.Begun), Is.EqualTo((0, A.Noon.AddHours(2))));
        Assert.That((await alerts.FindAsync(alert, scope: null, default))!.State, Is.EqualTo(AlertState.Queued));
        Assert.That(await records.BeginAgainAsync(alert, ClaimAt(Elsewhere, 7201), default), Is.Null, "it is being sent");
    }

    [Test]
    public async Task What_waits_and_what_failed_is_told_for_each_channel_by_itself()
    {
        var old = A.Alert(at: A.Noon.AddDays(-2));
        var alert = A.Alert(at: A.Noon);
        await alerts.AddAsync(old, [A.MailOf(old)], incident: null, call: null, default);
        await records.RecordAsync(AttemptOf(await ClaimAsync(Here, 0), AlertState.Failed, "550 No such user"), Here, default);
        var mail = A.MailOf(alert);
        var webhooks = new[] { 1, 2 }.Select(i =>
            mail with
            {
                Delivery = mail.Delivery with { Id = $"hook-{i}", Kind = ChannelKind.Webhook },
            }
        );
        await alerts.AddAsync(alert, [mail, .. webhooks], incident: null, call: null, default);
        await records.RecordAsync(AttemptOf(await ClaimAsync(Here, 0), AlertState.Failed, "550 No such user"), Here, default);

        var backlog = await records.BacklogAsync(A.Noon.AddDays(-1), default);

        Assert.That(
            backlog,
            Is.EquivalentTo(
                new[] { new DeliveryBacklog(ChannelKind.Mail, 0, null, 1), new DeliveryBacklog(ChannelKind.Webhook, 2, A.Noon, 0) }
            )
        );
    }

    private async Task<AlertId> AddAsync(DateTimeOffset due)
    {
        var alert = A.Alert(at: due);
        await alerts.AddAsync(alert, [A.MailOf(alert)], incident: null, call: null, default);
        return alert.Id;
    }

    private Task<RecordedAlert> AddAsync(Alert alert, params PlannedDelivery[] deliveries) =>
        alerts.AddAsync(alert, deliveries, incident: null, call: null, default);

    private static PlannedDelivery Webhook(Alert alert, string address) =>
        new(
            new Delivery(Guid.NewGuid().ToString("N"), alert.Id, alert.Owner, ChannelKind.Webhook, address, alert.At, Attempts: 0),
            Claim: null
        );

    private Task<Delivery?> ClaimAsync(string by, int seconds) =>
        records.ClaimNextAsync(ChannelKind.Mail, BusyTargets.None, ClaimAt(by, seconds), default);

    private async Task<List<AlertId>> ClaimAllAsync(string by, int seconds = 0)
    {
        var claimed = new List<AlertId>();
        while (await ClaimAsync(by, seconds) is { } one)
            claimed.Add(one.AlertId);
        return claimed;
    }

    private static Claim ClaimAt(string by, int seconds) => new(by, A.Noon.AddSeconds(seconds), A.Noon.AddSeconds(seconds + 90));

    private static Attempt AttemptOf(Delivery? delivery, AlertState state, string answer, DateTimeOffset? next = null) =>
        new(Guid.NewGuid().ToString("N"), delivery!, A.Noon, TimeSpan.FromMilliseconds(40), state, next, answer);
}
