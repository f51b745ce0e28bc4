using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Moq;
using Vigint.Application.Analysis;
using Vigint.Application.Common;
using Vigint.Application.Usage;
using Vigint.Domain;
using Vigint.Domain.Clients;
using Vigint.TestSupport;

namespace Vigint.UnitTests.Analysis;

/// <summary>Who hears of a budget that runs out, and when.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class AnalysisBudgetTests : IDisposable
{
    private static readonly ModelUse Use = new("gemini-3.5-flash", AnalysisStage.Screening, 1000, 100);

    private readonly FakeTimeProvider clock = new(A.Noon);
    private readonly LogLines log = new();
    private readonly ILoggerFactory loggers;
    private readonly Mock<IModelUseRecords> records = new();
    private readonly AnalysisBudget budget;

    public AnalysisBudgetTests()
    {
        loggers = LoggerFactory.Create(logging => logging.AddProvider(log));
        budget = new AnalysisBudget(
            records.Object,
            new ModelPrices(PriceTable.Usual(), NullLogger<ModelPrices>.Instance),
            new AnalysisMetrics(A.Meters),
            clock,
            loggers.CreateLogger<AnalysisBudget>()
        );
    }

    public void Dispose()
    {
        loggers.Dispose();
        log.Dispose();
    }

    [TestCase(7.99, ExpectedResult = 0, TestName = "Below_four_fifths_nothing_is_said")]
    [TestCase(8.00, ExpectedResult = 1, TestName = "From_four_fifths_on_the_log_warns")]
    [TestCase(12.0, ExpectedResult = 1, TestName = "What_is_beyond_the_limit_already_is_warned_of_too")]
    public async Task<int> The_log_warns(decimal spent)
    {
        Spent(1, spent);

        await budget.SpendAsync(Shop(1), [Use]);

        return Warnings();
    }

    [Test]
    public async Task It_is_said_once_a_month()
    {
        Spent(1, 9);
        await budget.SpendAsync(Shop(1), [Use]);
        clock.Advance(TimeSpan.FromDays(20));
        await budget.SpendAsync(Shop(1), [Use]);

        Assert.That(Warnings(), Is.EqualTo(1));
    }

    [Test]
    public async Task It_is_said_again_in_the_next_month()
    {
        Spent(1, 9);
        await budget.SpendAsync(Shop(1), [Use]);
        clock.Advance(TimeSpan.FromDays(31));
        await budget.SpendAsync(Shop(1), [Use]);

        Assert.That(Warnings(), Is.EqualTo(2));
    }

    [Test]
    public async Task It_is_said_of_each_client()
    {
        Spent(1, 9);
        Spent(2, 9);
        await budget.SpendAsync(Shop(1), [Use]);
        await budget.SpendAsync(Shop(2), [Use]);

        Assert.That(log.All, Has.Count.EqualTo(2).And.One.Contains("Client 1 ").And.One.Contains("Client 2 "));
    }

    [Test]
    public async Task Without_a_limit_nothing_is_said()
    {
        Spent(1, 9);

        await budget.SpendAsync(Shop(1) with { Limits = ClientLimits.None }, [Use]);

        Assert.That(Warnings(), Is.Zero);
    }

    [Test]
    public async Task Only_what_is_dated_within_the_month_counts()
    {
        await budget.SpendAsync(Shop(1), [Use]);

        records.Verify(one =>
            one.CostAsync(
                1,
                new Period(
                    new DateTimeOffset(2026, 10, 1, 0, 0, 0, TimeSpan.Zero),
                    new DateTimeOffset(2026, 11, 1, 0, 0, 0, TimeSpan.Zero)
                ),
                It.IsAny<CancellationToken>()
            )
        );
    }

    [Test]
    public void What_is_used_up_is_refused_until_the_month_is_over()
    {
        Spent(1, 10);

        Assert.That(
            () => budget.BeginAsync(Shop(1), [Use], default),
            Throws
                .TypeOf<RefusedException>()
                .With.Property("Refusal")
                .EqualTo(Refusal.TooMany)
                .And.Property("RetryAfter")
                .EqualTo(new TimeSpan(27, 12, 0, 0))
        );
    }

    [Test]
    public async Task What_is_under_way_counts_as_long_as_it_is()
    {
        // Three tenths of a euro for a million tokens.
        ModelUse dear = new("gemini-3.5-flash-lite", AnalysisStage.Screening, 40_000_000, 0);
        Spent(1, 0);
        var first = await budget.BeginAsync(Shop(1), [dear], default);

        Assert.That(() => budget.BeginAsync(Shop(1), [Use], default), Throws.TypeOf<RefusedException>());
        using var anothers = await budget.BeginAsync(Shop(2), [Use], default);
        first.Dispose();

        using var again = await budget.BeginAsync(Shop(1), [Use], default);
    }

    private static Caller Shop(int id) =>
        A.Client($"shop-{id}") with
        {
            ClientId = id,
            Limits = new ClientLimits(null, null, AnalysisEuroPerMonth: 10),
        };

    private void Spent(int clientId, decimal euro) =>
        records.Setup(one => one.CostAsync(clientId, It.IsAny<Period>(), It.IsAny<CancellationToken>())).ReturnsAsync(euro);

    private int Warnings() => log.All.Count(line => line.StartsWith("Warning: Client 1 ", StringComparison.Ordinal));
}
