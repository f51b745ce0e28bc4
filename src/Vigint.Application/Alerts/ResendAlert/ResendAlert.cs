using MediatR;
using Vigint.Application.Common;
using Vigint.Domain.Alerts;

namespace Vigint.Application.Alerts.ResendAlert;

/// <summary>Sends the mail of an alert once more, and by other channels where that failed (contract §7).</summary>
public sealed record ResendAlertCommand(Caller Caller, string? AlertId) : IRequest<RaisedAlert>;

internal sealed class ResendAlertHandler(
    IAlertRecords alerts,
    AlertVideos videos,
    IDeliveryRecords deliveries,
    AlertSender sending,
    AlertLinks links,
    DeliverySignal bell,
    ResendPace pace,
    TimeProvider clock
) : IRequestHandler<ResendAlertCommand, RaisedAlert>
{
    private static readonly TimeSpan BeingSentFor = TimeSpan.FromSeconds(5);

    public async Task<RaisedAlert> Handle(ResendAlertCommand request, CancellationToken cancellationToken)
    {
        var id = AlertId.Parse(request.AlertId) ?? throw AlertRefusals.Unknown();
        var alert = await alerts.FindAsync(id, request.Caller.Scope, cancellationToken) ?? throw AlertRefusals.Unknown();
        if (alert.State == AlertState.Ignored)
            throw AlertRefusals.WasIgnored();
        pace.Require(request.Caller);
        alert = await videos.OfNowAsync(alert, cancellationToken);
        var mail =
            await deliveries.BeginAgainAsync(id, sending.NewClaim(), cancellationToken) ?? throw AlertRefusals.IsBeingSent(BeingSentFor);
        bell.Ring();
        var running = sending.Begin(mail, stillMayTake: TimeSpan.Zero);
        var attempt = running is null ? null : await running.WithinAsync(AlertSender.CallerWaits, clock);
        return new RaisedAlert(alert, AlertAnswer.Of(attempt), links.Of(alert));
    }
}
