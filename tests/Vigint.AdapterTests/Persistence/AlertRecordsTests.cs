using Vigint.Application.Alerts;
using Vigint.Application.Common;
using Vigint.Application.Idempotency;
using Vigint.Domain;
using Vigint.Domain.Alerts;
using Vigint.Domain.Videos;
using Vigint.Infrastructure.Persistence;
using Vigint.TestSupport;

namespace Vigint.AdapterTests.Persistence;

[TestFixture(typeof(OnSqlite))]
[TestFixture(typeof(OnPostgres))]
public sealed class AlertRecordsTests<TDatabase> : OnEachDatabase<TDatabase>
    where TDatabase : ITestDatabase, new()
{
    private static readonly TimeSpan Quiet = TimeSpan.FromMinutes(5);

    private AlertRecords records = null!;
    private DeliveryRecords deliveries = null!;
    private IdempotencyRecords calls = null!;

    [SetUp]
    public void OpenRecords() =>
        (records, deliveries, calls) = (new AlertRecords(Database), new DeliveryRecords(Database), new IdempotencyRecords(Database));

    [Test]
    public async Task An_alert_is_found_as_it_was_recorded()
    {
        var link = LinkExpiration.At(A.Noon.AddHours(48));
        var alert = A.Alert(analysis: "Line one.\nÉ 🙂") with
        {
            IncidentType = "theft",
            DetailedAnalysis = "Closer.",
            SourceId = "cam-1",
            SourceName = "Entrance",
            StartSeconds = 1.5,
            Video = new AlertVideo(new VideoKey(VideoId.Parse("clip"), "r1"), link, 4096),
            Marks = new IncidentMarks("t", "cam-1", "THEFT", "c", "clip"),
        };

        await AddAsync(alert);

        Assert.That(await records.FindAsync(alert.Id, scope: null, default), Is.EqualTo(alert));
        Assert.That(await records.FindAsync(alert.Id, alert.Owner, default), Is.EqualTo(alert));
        Assert.That(await records.FindAsync(alert.Id, "another", default), Is.Null);
    }

    [Test]
    public async Task The_same_incident_is_counted_and_not_recorded()
    {
        var first = A.Alert();
        await AddAsync(first);
        var again = A.Alert(at: A.Noon.AddMinutes(4));

        var recorded = await AddAsync(again);
        await AddAsync(A.Alert(at: A.Noon.AddMinutes(4)));

        Assert.That((recorded.Result, recorded.Alert.Id, recorded.Alert.Repeats), Is.EqualTo((RecordingResult.Repeated, first.Id, 1)));
        Assert.That(await records.FindAsync(again.Id, scope: null, default), Is.Null);
        Assert.That((await records.FindAsync(first.Id, scope: null, default))!.Repeats, Is.EqualTo(2));
    }

    [Test]
    public async Task A_repetition_that_is_written_twice_is_counted_once()
    {
        var first = A.Alert();
        await AddAsync(first);
        var again = A.Alert(at: A.Noon.AddMinutes(1)).Id;

        await records.RepeatAsync(first.Id, again, call: null, A.Noon, default);
        var recorded = await records.RepeatAsync(first.Id, again, call: null, A.Noon, default);

        Assert.That(recorded!.Alert.Repeats, Is.EqualTo(1));
    }

    [Test]
    public async Task An_alert_that_is_written_twice_is_there_once()
    {
        var alert = A.Alert();

        await AddAsync(alert);
        var recorded = await AddAsync(alert);

        Assert.That((recorded.Result, recorded.Alert.Repeats), Is.EqualTo((RecordingResult.Added, 0)));
        Assert.That(await deliveries.OfAlertAsync(alert.Id, default), Has.Count.EqualTo(1));
    }

    private static IEnumerable<TestCaseData> Others()
    {
        yield return Case("The_quiet_period_is_counted_from_the_first", A.Alert(at: A.Noon + Quiet));
        yield return Case("A_higher_risk_goes_through", A.Alert(risk: RiskLevel.High));
        yield return Case("Another_clients_is_another", A.Alert(owner: "another"));
        yield return Case("Another_text_is_another", A.Alert(analysis: "Something else."));

        static TestCaseData Case(string name, Alert next) => new TestCaseData(next).SetName($"{{c}}.{name}");
    }

    [TestCaseSource(nameof(Others))]
    public async Task What_is_another_incident_is_recorded(Alert next)
    {
        await AddAsync(A.Alert());

        Assert.That((await AddAsync(next)).Result, Is.EqualTo(RecordingResult.Added));
    }

    [Test]
    public async Task A_lower_risk_is_the_same_incident()
    {
        await AddAsync(A.Alert(risk: RiskLevel.High));

        Assert.That((await AddAsync(A.Alert(risk: RiskLevel.Low))).Result, Is.EqualTo(RecordingResult.Repeated));
    }

    [TestCase(AlertState.Ignored)]
    [TestCase(AlertState.Failed)]
    public async Task What_was_not_sent_keeps_nothing_from_being_sent(AlertState state)
    {
        await AddAsync(A.Alert() with { State = state });

        Assert.That((await AddAsync(A.Alert())).Result, Is.EqualTo(RecordingResult.Added));
        Assert.That((await records.FindSameAsync(IncidentOf(A.Alert()), default))!.State, Is.EqualTo(AlertState.Queued));
    }

    [Test]
    public async Task Of_equal_alerts_at_the_same_moment_one_is_sent()
    {
        var recorded = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => AddAsync(A.Alert())));

        var added = recorded.Single(one => one.Result == RecordingResult.Added);
        Assert.That(recorded.Select(one => one.Alert.Id), Is.All.EqualTo(added.Alert.Id));
        Assert.That((await records.FindAsync(added.Alert.Id, scope: null, default))!.Repeats, Is.EqualTo(7));
    }

    [Test]
    public async Task A_known_call_is_told_again()
    {
        var alert = A.Alert();
        var call = Call("digest");
        await AddAsync(alert, call);
        await calls.CompleteAsync(call, "answered", default);

        var recorded = await AddAsync(A.Alert(analysis: "Another."), call);

        Assert.That((recorded.Result, recorded.Alert, recorded.Known!.Answer), Is.EqualTo((RecordingResult.Known, alert, "answered")));
        Assert.That(
            async () => await AddAsync(A.Alert(), Call("another")),
            Throws.TypeOf<RefusedException>().With.Property(nameof(RefusedException.Refusal)).EqualTo(Refusal.Contradiction)
        );
    }

    [Test]
    public async Task A_list_is_filtered_and_paged_newest_first()
    {
        var alerts = Enumerable
            .Range(0, 5)
            .Select(i => A.Alert(analysis: $"{i}", at: A.Noon.AddMinutes(i), risk: i % 2 == 0 ? RiskLevel.High : RiskLevel.Low))
            .ToList();
        foreach (var alert in alerts)
            await AddAsync(alert);
        await AddAsync(A.Alert(owner: "another"));
        var filter = new AlertFilter(alerts[0].Owner, AlertState.Queued, RiskLevel.High, A.Noon, A.Noon.AddHours(1));

        var first = await records.PageAsync(filter, after: null, 2, default);
        var next = await records.PageAsync(filter, new PagePosition(first[1].At.ToUnixTimeMilliseconds(), first[1].Id.Text), 2, default);

        Assert.That(first.Concat(next), Is.EqualTo(new[] { alerts[4], alerts[2], alerts[0] }));
        Assert.That(await records.PageAsync(filter with { State = AlertState.Failed }, null, 9, default), Is.Empty);
        Assert.That(await records.PageAsync(filter with { To = A.Noon.AddMinutes(2) }, null, 9, default), Is.EqualTo(new[] { alerts[0] }));
        Assert.That(
            await records.PageAsync(new AlertFilter(null, null, null, A.Noon, A.Noon.AddHours(1)), null, 9, default),
            Has.Count.EqualTo(6)
        );
    }

    [TestCase(-1, ExpectedResult = RecordingResult.Repeated)]
    [TestCase(-2, ExpectedResult = RecordingResult.Added)]
    [TestCase(-180, ExpectedResult = RecordingResult.Added)]
    public async Task<RecordingResult> An_alert_that_is_dated_later_keeps_none_from_being_sent(int minutes)
    {
        await AddAsync(A.Alert());

        return (await AddAsync(A.Alert(at: A.Noon.AddMinutes(minutes)))).Result;
    }

    [Test]
    public async Task What_is_old_enough_is_forgotten_with_all_that_was_tried()
    {
        var (old, young) = (A.Alert(), A.Alert(at: A.Noon.AddDays(1)));
        await AddAsync(old);
        await AddAsync(young);
        var delivery = await deliveries.ClaimNextAsync(
            ChannelKind.Mail,
            BusyTargets.None,
            new Claim("here", A.Noon.AddMinutes(1), A.Noon.AddMinutes(2)),
            default
        );
        var attempt = new Attempt("1", delivery!, A.Noon, TimeSpan.Zero, AlertState.Queued, A.Noon.AddMinutes(5), "away");
        await deliveries.RecordAsync(attempt, "here", default);

        Assert.That(await records.ForgetAsync(A.Noon.AddHours(1), 10, default), Is.EqualTo(1));
        Assert.That(await deliveries.OfAlertAsync(old.Id, default), Is.Empty);
        Assert.That(await records.FindAsync(young.Id, scope: null, default), Is.EqualTo(young));
        Assert.That(async () => await deliveries.RecordAsync(attempt with { Id = "2" }, "here", default), Throws.Nothing);
    }

    [Test]
    public async Task Of_an_owner_who_has_too_many_the_oldest_go_but_none_that_waits_to_be_sent()
    {
        var waiting = A.Alert("waits", A.Noon.AddHours(-9));
        var sent = Enumerable
            .Range(1, 5)
            .Select(n => A.Alert($"sent {n}", A.Noon.AddHours(-n)) with { State = AlertState.Delivered })
            .ToList();
        var others = A.Alert("another's", A.Noon.AddHours(-20), owner: "client-b") with { State = AlertState.Delivered };
        foreach (var alert in (Alert[])[waiting, .. sent, others])
            await AddAsync(alert);

        var forgotten = 0;
        while (await records.ForgetBeyondAsync(mostOfOne: 2, most: 2, default) > 0)
            forgotten++;

        var kept = await records.PageAsync(
            new AlertFilter(null, null, null, DateTimeOffset.UnixEpoch, A.Noon.AddDays(1)),
            after: null,
            10,
            default
        );
        Assert.That(kept.Select(one => one.Analysis), Is.EqualTo(new[] { "sent 1", "sent 2", "waits", "another's" }));
        Assert.That(forgotten, Is.EqualTo(2), "two and one");
    }

    private Task<RecordedAlert> AddAsync(Alert alert, KeyedCall? call = null) =>
        records.AddAsync(alert, alert.State == AlertState.Queued ? [A.MailOf(alert)] : [], IncidentOf(alert), call, default);

    private static Incident IncidentOf(Alert alert) =>
        new(alert.Owner, alert.Marks, alert.Risk, alert.At - Quiet, alert.At + TimeSpan.FromMinutes(1));

    private static KeyedCall Call(string digest) => new("client-a", KeyedCallKind.Alert, IdempotencyKey.Of("key")!, digest);
}
