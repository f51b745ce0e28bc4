using MediatR;
using Vigint.Application.Common;
using Vigint.Domain;
using Vigint.Domain.Alerts;

namespace Vigint.Application.Alerts.ListAlerts;

/// <summary>The caller's alerts, newest first, a page at a time (contract §7). All but the caller may be null.</summary>
/// <param name="From">As <see cref="Period.Of"/>; null for all there are.</param>
/// <param name="Cursor">What the page before gave as the next.</param>
/// <param name="Limit">1 to 200; null for 50.</param>
public sealed record ListAlertsQuery(Caller Caller, string? State, string? Risk, string? From, string? To, string? Cursor, string? Limit)
    : IRequest<AlertPage>;

/// <param name="NextCursor">Null on the last page.</param>
public sealed record AlertPage(IReadOnlyList<ListedAlert> Alerts, string? NextCursor);

/// <param name="Link">Opens the clip; null without one.</param>
public sealed record ListedAlert(Alert Alert, string? Link);

internal sealed class ListAlertsHandler(IAlertRecords alerts, AlertVideos videos, AlertLinks links, TimeProvider clock)
    : IRequestHandler<ListAlertsQuery, AlertPage>
{
    private const string TheBeginning = "1970-01-01";

    private static readonly PageLimit Limit = new(Usual: 50, Most: 200);

    public async Task<AlertPage> Handle(ListAlertsQuery request, CancellationToken cancellationToken)
    {
        var limit = Limit.Of(request.Limit);
        var period = Period.Of(string.IsNullOrEmpty(request.From) ? TheBeginning : request.From, request.To, clock.GetUtcNow());
        var filter = new AlertFilter(
            request.Caller.Scope,
            string.IsNullOrEmpty(request.State) ? null : WireNames.Read<AlertState>(request.State) ?? throw AlertRefusals.UnknownState(),
            string.IsNullOrEmpty(request.Risk) ? null : WireNames.Read<RiskLevel>(request.Risk) ?? throw AlertRefusals.UnknownRisk(),
            period.From,
            period.To
        );
        var found = await alerts.PageAsync(filter, PagePosition.Of(request.Cursor), limit + 1, cancellationToken);
        var shown = (await videos.OfNowAsync([.. found.Take(limit)], cancellationToken))
            .Select(alert => new ListedAlert(alert, links.Of(alert)))
            .ToList();
        return new AlertPage(shown, found.Count > limit ? PositionOf(shown[^1].Alert).ToCursor() : null);
    }

    private static PagePosition PositionOf(Alert alert) => new(alert.At.ToUnixTimeMilliseconds(), alert.Id.Text);
}
