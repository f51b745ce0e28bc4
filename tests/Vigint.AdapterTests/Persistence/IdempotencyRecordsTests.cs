using Vigint.Application.Idempotency;
using Vigint.Infrastructure.Persistence;
using Vigint.TestSupport;

namespace Vigint.AdapterTests.Persistence;

[TestFixture(typeof(OnSqlite))]
[TestFixture(typeof(OnPostgres))]
public sealed class IdempotencyRecordsTests<TDatabase> : OnEachDatabase<TDatabase>
    where TDatabase : ITestDatabase, new()
{
    private IdempotencyRecords records = null!;

    [SetUp]
    public void OpenRecords() => records = new IdempotencyRecords(Database);

    [Test]
    public async Task The_first_that_begins_is_the_one_that_is_known()
    {
        await records.BeginAsync(Call("first"), "clip-1", A.Noon, default);

        var known = await records.BeginAsync(Call("second"), "clip-2", A.Noon, default);

        Assert.That(known, Is.EqualTo(new KnownCall("first", "clip-1", null)));
    }

    [Test]
    public async Task The_first_answer_stays()
    {
        await records.BeginAsync(Call(), "clip", A.Noon, default);

        await records.CompleteAsync(Call(), "one", default);
        await records.CompleteAsync(Call(), "two", default);
        await records.AbandonAsync(Call(), default);

        Assert.That((await records.FindAsync(Call(), default))!.Answer, Is.EqualTo("one"));
    }

    [Test]
    public async Task What_was_not_done_after_all_is_not_known()
    {
        await records.BeginAsync(Call(), "clip", A.Noon, default);

        await records.AbandonAsync(Call(), default);

        Assert.That(await records.FindAsync(Call(), default), Is.Null);
    }

    [Test]
    public async Task Another_owners_key_and_another_kinds_is_another()
    {
        await records.BeginAsync(Call(), "clip", A.Noon, default);

        Assert.That(await records.FindAsync(Call() with { Owner = "another" }, default), Is.Null);
        Assert.That(await records.FindAsync(Call() with { Kind = KeyedCallKind.Alert }, default), Is.Null);
    }

    [TestCase(72)]
    [TestCase(-72)]
    public async Task After_the_clock_was_set_a_key_is_no_older_and_not_of_a_later_time(int hours)
    {
        var step = TimeSpan.FromHours(hours);
        var now = A.Noon.AddMinutes(5) + step;
        await records.BeginAsync(Call(), "clip", A.Noon, default);

        await records.TakeUpStepAsync(now, step, default);

        var at = hours > 0 ? A.Noon + step : now;
        Assert.That(await records.ForgetAsync(at, 10, default), Is.Zero);
        Assert.That(await records.ForgetAsync(at.AddSeconds(1), 10, default), Is.EqualTo(1));
    }

    [Test]
    public async Task After_its_time_a_key_is_forgotten()
    {
        await records.BeginAsync(Call(), "clip", A.Noon, default);

        Assert.That(await records.ForgetAsync(A.Noon, 10, default), Is.Zero);
        Assert.That(await records.ForgetAsync(A.Noon.AddSeconds(1), 10, default), Is.EqualTo(1));
    }

    private static KeyedCall Call(string digest = "digest") => new("client-a", KeyedCallKind.Upload, IdempotencyKey.Of("key")!, digest);
}
