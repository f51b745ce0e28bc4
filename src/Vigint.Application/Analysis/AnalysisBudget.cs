using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Vigint.Application.Common;
using Vigint.Application.Usage;
using Vigint.Domain;
using Vigint.Domain.Analysis;

namespace Vigint.Application.Analysis;

/// <summary>
/// Records what analyses cost and holds clients to what was agreed for them per calendar month (UTC). What is under way counts as
/// what it will cost about, so that many calls at the same moment do not pass the limit together; each instance knows its own.
/// </summary>
public sealed class AnalysisBudget(
    IModelUseRecords records,
    ModelPrices prices,
    AnalysisMetrics metrics,
    TimeProvider clock,
    ILogger<AnalysisBudget> logger
)
{
    // The operator hears of it before the client does.
    private const decimal NearlyUsed = 0.8m;

    // Of whom it was said, and for which month.
    private readonly ConcurrentDictionary<int, DateTimeOffset> warnedOf = [];

    private readonly Dictionary<int, decimal> underWay = [];
    private readonly Lock gate = new();

    /// <param name="uses">What it will use, about.</param>
    /// <returns>To be disposed when what was really used has been recorded.</returns>
    /// <exception cref="RefusedException"><see cref="Refusal.TooMany"/> when it is used up, also by what is under way.</exception>
    public async Task<IDisposable> BeginAsync(Caller caller, IReadOnlyList<ModelUse> uses, CancellationToken cancellationToken)
    {
        var cost = caller.Limits.AnalysisEuroPerMonth is null ? 0 : prices.EuroFor(uses);
        var begun = new Begun(this, caller.ClientId, cost, before: Add(caller.ClientId, cost));
        try
        {
            await RequireAsync(caller, begun.Before, cancellationToken);
            return begun;
        }
        catch
        {
            begun.Dispose();
            throw;
        }
    }

    /// <summary>Records what was used. Decided by now, so it is not the caller's to cancel.</summary>
    /// <returns>What it cost, in euro.</returns>
    public async Task<decimal> SpendAsync(Caller caller, IReadOnlyList<ModelUse> uses)
    {
        var now = clock.GetUtcNow();
        var recorded = uses.Select(use => new RecordedUse(RecordId.Next(now), now, caller.ClientId, use, prices.EuroFor(use))).ToList();
        var cost = recorded.Sum(use => use.Cost);
        if (recorded.Count == 0)
            return cost;
        foreach (var one in recorded)
            metrics.Used(one.Use, one.Cost);
        try
        {
            await records.AddAsync(recorded, CancellationToken.None);
            await WarnAsync(caller, now);
        }
        catch (RefusedException refusal)
        {
            // A verdict is not thrown away because its bill cannot be written.
            logger.CostNotRecorded(refusal, cost, caller.ClientId);
        }

        return cost;
    }

    private async Task RequireAsync(Caller caller, decimal underWayBefore, CancellationToken cancellationToken)
    {
        if (caller.Limits.AnalysisEuroPerMonth is not { } limit)
            return;
        var now = clock.GetUtcNow();
        if (limit == 0 || await records.CostAsync(caller.ClientId, PeriodOf(MonthOf(now)), cancellationToken) + underWayBefore >= limit)
            throw AnalysisRefusals.BudgetUsedUp(MonthOf(now).AddMonths(1) - now);
    }

    /// <returns>What was under way before.</returns>
    private decimal Add(int clientId, decimal cost)
    {
        lock (gate)
        {
            var before = underWay.GetValueOrDefault(clientId);
            if (before + cost == 0)
                underWay.Remove(clientId);
            else
                underWay[clientId] = before + cost;
            return before;
        }
    }

    private async Task WarnAsync(Caller caller, DateTimeOffset now)
    {
        var month = MonthOf(now);
        if (caller.Limits.AnalysisEuroPerMonth is not { } limit || (warnedOf.TryGetValue(caller.ClientId, out var said) && said == month))
            return;
        var spent = await records.CostAsync(caller.ClientId, PeriodOf(month), CancellationToken.None);
        if (spent < limit * NearlyUsed)
            return;
        warnedOf[caller.ClientId] = month;
        logger.BudgetNearlyUsed(caller.ClientId, caller.ClientName, spent, limit);
    }

    private static DateTimeOffset MonthOf(DateTimeOffset time) => new(time.Year, time.Month, 1, 0, 0, 0, TimeSpan.Zero);

    // To its end: what was dated ahead by a wrong clock does not count for ever.
    private static Period PeriodOf(DateTimeOffset month) => new(month, month.AddMonths(1));

    private sealed class Begun(AnalysisBudget budget, int clientId, decimal cost, decimal before) : IDisposable
    {
        public decimal Before => before;

        public void Dispose() => budget.Add(clientId, -cost);
    }
}
