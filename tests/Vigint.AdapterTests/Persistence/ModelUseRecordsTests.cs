using Vigint.Application.Common;
using Vigint.Application.Usage;
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
    public async Task Costs_of_one_client_add_up_over_a_period()
    {
        await records.AddAsync(
            [
                Use("1", 0.5m, A.Noon.AddDays(-1)),
                Use("2", 0.000_001m),
                Use("3", 0.25m),
                Use("4", 9, clientId: 2),
                Use("5", 9, A.Noon.AddDays(31)),
            ],
            default
        );

        Assert.That(await records.CostAsync(1, new Period(A.Noon, A.Noon.AddDays(31)), default), Is.EqualTo(0.250_001m));
        Assert.That(await records.CostAsync(3, new Period(A.Noon, A.Noon.AddDays(31)), default), Is.Zero);
    }

    [Test]
    public async Task The_same_uses_again_are_not_counted_twice()
    {
        await records.AddAsync([Use("1", 0.5m)], default);

        await records.AddAsync([Use("1", 0.5m), Use("2", 0.25m)], default);

        Assert.That(await records.CostAsync(1, new Period(A.Noon, A.Noon.AddDays(31)), default), Is.EqualTo(0.75m));
    }

    [Test]
    public async Task Uses_of_one_client_add_up_per_model_within_a_period()
    {
        await records.AddAsync(
            [
                Use("1", 0.5m, model: "b"),
                Use("2", 0.25m, model: "b"),
                Use("3", 1, model: "a"),
                Use("4", 9, clientId: 2),
                Use("5", 9, A.Noon.AddTicks(-TimeSpan.TicksPerMillisecond)),
                Use("6", 9, A.Noon.AddDays(1)),
            ],
            default
        );

        var sums = await records.SumsAsync(1, new Period(A.Noon, A.Noon.AddDays(1)), default);

        Assert.That(sums, Is.EqualTo(new[] { new UsageOfModel("a", 1, 100, 10, 1), new UsageOfModel("b", 2, 200, 20, 0.75m) }));
    }

    [Test]
    public async Task Where_nothing_was_used_there_are_no_sums() =>
        Assert.That(await records.SumsAsync(1, new Period(A.Noon, A.Noon.AddDays(1)), default), Is.Empty);

    [Test]
    public async Task Everybodys_uses_add_up_per_client_and_model()
    {
        await records.AddAsync(
            [Use("1", 1, clientId: 7), Use("2", 2, clientId: 7), Use("3", 4, clientId: 0), Use("4", 9, A.Noon.AddDays(1))],
            default
        );

        var sums = await records.SumsOfAllAsync(new Period(A.Noon, A.Noon.AddDays(1)), default);

        Assert.That(
            sums,
            Is.EqualTo(
                new[]
                {
                    new ModelUsageOfClient(0, "operator", new UsageOfModel("a-model", 1, 100, 10, 4)),
                    new ModelUsageOfClient(7, null, new UsageOfModel("a-model", 2, 200, 20, 3)),
                }
            )
        );
    }

    [Test]
    public async Task What_is_old_enough_is_forgotten()
    {
        await records.AddAsync([Use("1", 1, A.Noon.AddDays(-2)), Use("2", 1)], default);

        Assert.That(await records.ForgetAsync(A.Noon.AddDays(-1), 10, default), Is.EqualTo(1));
        Assert.That(await records.CostAsync(1, new Period(A.Noon.AddDays(-9), A.Noon.AddDays(31)), default), Is.EqualTo(1));
    }

    private static RecordedUse Use(string id, decimal cost, DateTimeOffset? at = null, int clientId = 1, string model = "a-model") =>
        new(id, at ?? A.Noon, clientId, new ModelUse(model, AnalysisStage.Confirmation, 100, 10), cost);
}
