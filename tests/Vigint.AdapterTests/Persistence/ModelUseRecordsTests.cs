using Vigint.Application.Analysis;
using Vigint.Infrastructure.Persistence;
using Vigint.TestSupport;

namespace Vigint.AdapterTests.Persistence;

[TestFixture(typeof(OnSqlite))]
[TestFixture(typeof(OnPostgres))]
public sealed class ModelUseRecordsTests<TDatabase> : OnEachDatabase<TDatabase>
    where TDatabase : ITestDatabase, new()
{
    private ModelUseRecords records = null!;

    [SetUp]
    public void OpenRecords() => records = new ModelUseRecords(Database);

    [Test]
    public async Task Costs_of_one_client_add_up_from_a_time_on()
    {
        await records.AddAsync([Use("1", 0.5m, A.Noon.AddDays(-1)), Use("2", 0.000_001m), Use("3", 0.25m), Use("4", 9, clientId: 2)], default);

        Assert.That(await records.CostSinceAsync(1, A.Noon, default), Is.EqualTo(0.250_001m));
        Assert.That(await records.CostSinceAsync(3, A.Noon, default), Is.Zero);
    }

    [Test]
    public async Task The_same_uses_again_are_not_counted_twice()
    {
        await records.AddAsync([Use("1", 0.5m)], default);

        await records.AddAsync([Use("1", 0.5m), Use("2", 0.25m)], default);

        Assert.That(await records.CostSinceAsync(1, A.Noon, default), Is.EqualTo(0.75m));
    }

    [Test]
    public async Task What_is_old_enough_is_forgotten()
    {
        await records.AddAsync([Use("1", 1, A.Noon.AddDays(-2)), Use("2", 1)], default);

        Assert.That(await records.ForgetAsync(A.Noon.AddDays(-1), 10, default), Is.EqualTo(1));
        Assert.That(await records.CostSinceAsync(1, A.Noon.AddDays(-9), default), Is.EqualTo(1));
    }

    private static RecordedUse Use(string id, decimal cost, DateTimeOffset? at = null, int clientId = 1) =>
        new(id, at ?? A.Noon, clientId, new ModelUse("a-model", AnalysisStage.Confirmation, 100, 10), cost);
}
