using MediatR;

namespace Vigint.Application.Alerts.DeliverNext;

/// <summary>Tries the delivery that has been due for longest (contract §7).</summary>
public sealed record DeliverNextCommand(ChannelKind Kind) : IRequest<NextDelivery>;

/// <param name="WasDue">There was one, and it was tried.</param>
/// <param name="Due">When the next one is due, if none was; null when none is queued.</param>
public sealed record NextDelivery(bool WasDue, DateTimeOffset? Due);

internal sealed class DeliverNextHandler(IDeliveryRecords deliveries, DeliveryShares shares, AlertSender sending)
    : IRequestHandler<DeliverNextCommand, NextDelivery>
{
    // Nobody waits for the answer any more.
    private static readonly TimeSpan StillMayTake = TimeSpan.FromSeconds(20);

    public async Task<NextDelivery> Handle(DeliverNextCommand request, CancellationToken cancellationToken)
    {
        var kind = request.Kind;
        if (await deliveries.NextDueAsync(kind, shares.BusyOf(kind), cancellationToken) is not { } due)
            return new NextDelivery(WasDue: false, Due: null);
        var claim = sending.NewClaim();
        if (due > claim.At)
            return new NextDelivery(WasDue: false, due);
        using var taken = await shares.TakeAsync(
            kind,
            busy => deliveries.ClaimNextAsync(kind, busy, claim, cancellationToken),
            cancellationToken
        );
        if (taken is null)
            return new NextDelivery(WasDue: false, due);
        if (sending.Begin(taken.Delivery, StillMayTake) is { } running)
            await running.Recorded.WaitAsync(cancellationToken);
        return new NextDelivery(WasDue: true, Due: null);
    }
}
