using MediatR;
using Vigint.Application.Common;
using Vigint.Domain.Alerts;

namespace Vigint.Application.Alerts.ShowAlert;

/// <summary>One alert with every attempt to hand it over (contract §7).</summary>
public sealed record ShowAlertQuery(Caller Caller, string? AlertId) : IRequest<ShownAlert>;

/// <param name="Link">Opens the clip; null without one.</param>
public sealed record ShownAlert(Alert Alert, string? Link, IReadOnlyList<DeliveryHistory> Deliveries);

internal sealed class ShowAlertHandler(IAlertRecords alerts, AlertVideos videos, IDeliveryRecords deliveries, AlertLinks links)
    : IRequestHandler<ShowAlertQuery, ShownAlert>
{
    public async Task<ShownAlert> Handle(ShowAlertQuery request, CancellationToken cancellationToken)
    {
        var id = AlertId.Parse(request.AlertId) ?? throw AlertRefusals.Unknown();
        var alert = await alerts.FindAsync(id, request.Caller.Scope, cancellationToken) ?? throw AlertRefusals.Unknown();
        alert = await videos.OfNowAsync(alert, cancellationToken);
        return new ShownAlert(alert, links.Of(alert), await deliveries.OfAlertAsync(id, cancellationToken));
    }
}
