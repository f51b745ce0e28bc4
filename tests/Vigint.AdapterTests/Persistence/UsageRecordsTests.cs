using Vigint.Application.Common;
using Vigint.Application.Usage;
using Vigint.Infrastructure.Persistence;
using Vigint.TestSupport;

namespace Vigint.AdapterTests.Persistence;

[TestFixture(typeof(OnSqlite))]
[TestFixture(typeof(OnPostgres))]
public sealed class UsageRecordsTests<TDatabase> : OnEachDatabase<TDatabase>
    where TDatabase : ITestDatabase, new()
{
    private static readonly Period AllTime = new(A.Noon.AddYears(-1), A.Noon.AddYears(1));

    private UsageRecords records = null!;

    [SetUp]
    public void OpenRecords() => records = new UsageRecords(Database);

    [Test]
    public async Task A_call_is_found_as_it_was_recorded()
    {
        var call = Call("a", cost: 0.016_001m);
        await records.AddAsync([call], default);

        Assert.That(await records.PageAsync(1, AllTime, null, 10, default), Is.EqualTo(new[] { call }));
    }

    [Test]
    public async Task The_same_batch_again_is_not_counted_twice()
    {
        RecordedCall[] batch = [Call("a", cost: 0.01m), Call("b", cost: 0.02m)];
        await records.AddAsync(batch, default);

        await records.AddAsync(batch, default);

        Assert.That(
            await records.DaysAsync(1, AllTime, default),
            Is.EqualTo(new[] { new UsageOfDay(new DateOnly(2026, 10, 4), "/api/x", 2, 0.03m) })
        );
    }

    [Test]
    public async Task Calls_that_are_recorded_already_are_not_counted_again_beside_new_ones()
    {
        await records.AddAsync([Call("a")], default);

        await records.AddAsync([Call("a"), Call("b")], default);

        Assert.That((await records.DaysAsync(1, AllTime, default)).Single().Calls, Is.EqualTo(2));
    }

    [Test]
    public async Task Days_add_up_over_batches_per_endpoint_in_utc()
    {
        await records.AddAsync([Call("a", at: A.Noon), Call("b", at: A.Noon.AddHours(11.99)), Call("c", at: A.Noon.AddHours(12))], default);
        await records.AddAsync([Call("d", at: A.Noon), Call("e", at: A.Noon, endpoint: "/api/y")], default);

        var days = await records.DaysAsync(1, AllTime, default);

        Assert.That(
            days.Select(day => (day.Day.Day, day.Endpoint, day.Calls)),
            Is.EqualTo(new[] { (4, "/api/x", 3L), (4, "/api/y", 1L), (5, "/api/x", 1L) })
        );
    }

    [Test]
    public async Task Pages_go_from_the_newest_to_the_oldest_within_the_period()
    {
        await records.AddAsync([.. Enumerable.Range(0, 5).Select(i => Call($"{i}", at: A.Noon.AddMinutes(i / 2)))], default);

        var first = await records.PageAsync(1, AllTime, null, 2, default);
        var second = await records.PageAsync(1, AllTime, first[^1].Position, 10, default);
        var part = await records.PageAsync(1, new Period(A.Noon.AddMinutes(1), A.Noon.AddMinutes(2)), null, 10, default);

        Assert.That(first.Concat(second).Select(call => call.Id), Is.EqualTo(new[] { "4", "3", "2", "1", "0" }));
        Assert.That(part.Select(call => call.Id), Is.EqualTo(new[] { "3", "2" }));
    }

    [Test]
    public async Task Another_keys_calls_are_not_shown()
    {
        await records.AddAsync([Call("a", keyId: 1), Call("b", keyId: 2)], default);

        Assert.That((await records.PageAsync(2, AllTime, null, 10, default)).Select(call => call.Id), Is.EqualTo(new[] { "b" }));
        Assert.That((await records.DaysAsync(2, AllTime, default)).Single().Calls, Is.EqualTo(1));
    }

    [Test]
    public async Task All_clients_are_added_up_over_their_keys()
    {
        await records.AddAsync(
            [Call("a", clientId: 1, keyId: 1), Call("b", clientId: 1, keyId: 2), Call("c", clientId: 2, keyId: 3)],
            default
        );

        var all = await records.DaysOfAllAsync(AllTime, default);

        Assert.That(all.Select(one => (one.ClientId, one.Usage.Calls)), Is.EqualTo(new[] { (1, 2L), (2, 1L) }));
    }

    [Test]
    public async Task The_oldest_calls_are_forgotten_and_their_sums_stay()
    {
        await records.AddAsync([.. Enumerable.Range(0, 5).Select(i => Call($"{i}", at: A.Noon.AddDays(-i)))], default);

        var forgotten = await records.ForgetAsync(A.Noon.AddDays(-1), 2, default);

        Assert.That(forgotten, Is.EqualTo(2));
        Assert.That((await records.PageAsync(1, AllTime, null, 10, default)).Select(call => call.Id), Is.EqualTo(new[] { "0", "1", "2" }));
        Assert.That((await records.DaysAsync(1, AllTime, default)).Sum(day => day.Calls), Is.EqualTo(5));
    }

    private static RecordedCall Call(
        string id,
        DateTimeOffset? at = null,
        int clientId = 1,
        int keyId = 1,
        string endpoint = "/api/x",
        decimal cost = 0
    ) => new(id, at ?? A.Noon, clientId, keyId, endpoint, "GET", 200, cost);
}
