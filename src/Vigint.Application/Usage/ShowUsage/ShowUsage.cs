using MediatR;
using Vigint.Application.Common;

namespace Vigint.Application.Usage.ShowUsage;

/// <summary>What was called with the caller's key (contract §7).</summary>
/// <param name="From">First time or day that counts; null for the last 31 days.</param>
/// <param name="To">End, or last day that counts; null for now.</param>
/// <param name="Cursor">What the page before gave as the next; null for the newest calls.</param>
public sealed record ShowUsageQuery(Caller Caller, string? From, string? To, string? Cursor) : IRequest<ShownUsage>;

/// <param name="Calls">Newest first.</param>
/// <param name="Days">Per day and endpoint, over the whole days of the period.</param>
/// <param name="Models">What models were asked for the client, with whichever of its keys, over the whole days of the period.</param>
/// <param name="NextCursor">Null on the last page.</param>
public sealed record ShownUsage(
    IReadOnlyList<RecordedCall> Calls,
    IReadOnlyList<UsageOfDay> Days,
    IReadOnlyList<UsageOfModel> Models,
    string? NextCursor
);

internal sealed class ShowUsageHandler(IUsageRecords usage, IModelUseRecords modelUses, Journal<RecordedCall> journal, TimeProvider clock)
    : IRequestHandler<ShowUsageQuery, ShownUsage>
{
    private const int PerPage = 100;

    public async Task<ShownUsage> Handle(ShowUsageQuery request, CancellationToken cancellationToken)
    {
        var period = Period.Of(request.From, request.To, clock.GetUtcNow());
        var after = PagePosition.Of(request.Cursor);
        await journal.SettleAsync(cancellationToken);
        var calls = await usage.PageAsync(request.Caller.KeyId, period, after, PerPage + 1, cancellationToken);
        var days = await usage.DaysAsync(request.Caller.KeyId, period, cancellationToken);
        var models = await modelUses.SumsAsync(request.Caller.ClientId, period.WholeDays, cancellationToken);
        return calls.Count > PerPage
            ? new ShownUsage([.. calls.Take(PerPage)], days, models, calls[PerPage - 1].Position.ToCursor())
            : new ShownUsage(calls, days, models, null);
    }
}
