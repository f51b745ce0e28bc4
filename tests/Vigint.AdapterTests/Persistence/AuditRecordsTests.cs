using Vigint.Application.Audit;
using Vigint.Application.Common;
using Vigint.Domain.Videos;
using Vigint.Infrastructure.Persistence;
using Vigint.TestSupport;

namespace Vigint.AdapterTests.Persistence;

[TestFixture(typeof(OnSqlite))]
[TestFixture(typeof(OnPostgres))]
public sealed class AuditRecordsTests<TDatabase> : OnEachDatabase<TDatabase>
    where TDatabase : ITestDatabase, new()
{
    private static readonly VideoId Clip = VideoId.Parse("clip");

    private AuditRecords records = null!;

    [SetUp]
    public void OpenRecords() => records = new AuditRecords(Database);

    [Test]
    public async Task Events_are_found_as_they_were_recorded_newest_first()
    {
        var uploaded = Event("1", AuditAction.Uploaded);
        var opened = new AuditEvent("2", A.Noon.AddMinutes(1), Clip, "one", AuditAction.Opened, null, null, CallOrigin.Unknown);
        await records.AddAsync([uploaded, opened], default);

        Assert.That(await records.PageAsync(Clip, null, null, 10, default), Is.EqualTo(new[] { opened, uploaded }));
    }

    [Test]
    public async Task The_same_batch_again_changes_nothing()
    {
        await records.AddAsync([Event("1"), Event("2")], default);

        await records.AddAsync([Event("1"), Event("2")], default);

        Assert.That(await records.PageAsync(Clip, null, null, 10, default), Has.Count.EqualTo(2));
    }

    [Test]
    public async Task What_another_owner_did_under_the_same_id_is_not_shown()
    {
        await records.AddAsync([Event("1", owner: "one"), Event("2", owner: "two")], default);

        Assert.That((await records.PageAsync(Clip, "two", null, 10, default)).Select(one => one.Id), Is.EqualTo(new[] { "2" }));
    }

    [Test]
    public async Task Pages_miss_none_of_the_same_time()
    {
        await records.AddAsync([.. Enumerable.Range(0, 5).Select(i => Event($"{i}"))], default);

        var first = await records.PageAsync(Clip, null, null, 2, default);
        var second = await records.PageAsync(Clip, null, first[^1].Position, 10, default);

        Assert.That(first.Concat(second).Select(one => one.Id), Is.EqualTo(new[] { "4", "3", "2", "1", "0" }));
    }

    [Test]
    public async Task What_is_old_enough_is_forgotten()
    {
        await records.AddAsync([Event("1", at: A.Noon.AddDays(-2)), Event("2", at: A.Noon.AddDays(-1)), Event("3")], default);

        var forgotten = await records.ForgetAsync(A.Noon.AddDays(-1), 10, default);

        Assert.That(forgotten, Is.EqualTo(1));
        Assert.That((await records.PageAsync(Clip, null, null, 10, default)).Select(one => one.Id), Is.EqualTo(new[] { "3", "2" }));
    }

    private static AuditEvent Event(string id, AuditAction action = AuditAction.Opened, string owner = "one", DateTimeOffset? at = null) =>
        new(id, at ?? A.Noon, Clip, owner, action, 1, "Shop", new CallOrigin("192.0.2.1", "curl/8"));
}
