using MediatR;

namespace Vigint.Application.Alerts.TakeUpDeliveries;

/// <summary>After a start: whatever is queued is due at once, what the process before was just trying too (contract §7).</summary>
public sealed record TakeUpDeliveriesCommand : IRequest;

internal sealed class TakeUpDeliveriesHandler(IDeliveryRecords deliveries, IInstallationName installation, TimeProvider clock)
    : AsyncRequestHandler<TakeUpDeliveriesCommand>
{
    protected override async Task Handle(TakeUpDeliveriesCommand request, CancellationToken cancellationToken)
    {
        if (await deliveries.AnyQueuedAsync(cancellationToken))
            await deliveries.TakeUpAsync(installation.Text, clock.GetUtcNow(), cancellationToken);
    }
}
