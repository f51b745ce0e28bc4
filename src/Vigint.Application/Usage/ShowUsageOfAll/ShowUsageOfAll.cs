using MediatR;
using Vigint.Application.Common;

namespace Vigint.Application.Usage.ShowUsageOfAll;

/// <summary>What every client called, for the bills.</summary>
/// <param name="From">First time or day that counts, widened to the whole day; null for the last 31 days.</param>
/// <param name="To">End, or last day that counts; null for now.</param>
public sealed record ShowUsageOfAllQuery(string? From, string? To) : IRequest<ShownUsageOfAll>;

/// <param name="Days">Per client, day and endpoint.</param>
/// <param name="Models">Per client and model; also of clients that have no days.</param>
public sealed record ShownUsageOfAll(Period Period, IReadOnlyList<UsageOfClient> Days, IReadOnlyList<ModelUsageOfClient> Models);

internal sealed class ShowUsageOfAllHandler(
    IUsageRecords usage,
    IModelUseRecords modelUses,
    Journal<RecordedCall> journal,
    TimeProvider clock
) : IRequestHandler<ShowUsageOfAllQuery, ShownUsageOfAll>
{
    public async Task<ShownUsageOfAll> Handle(ShowUsageOfAllQuery request, CancellationToken cancellationToken)
    {
        var period = Period.Of(request.From, request.To, clock.GetUtcNow()).WholeDays;
        await journal.SettleAsync(cancellationToken);
        var days = await usage.DaysOfAllAsync(period, cancellationToken);
        return new ShownUsageOfAll(period, days, await modelUses.SumsOfAllAsync(period, cancellationToken));
    }
}
