using MediatR;

namespace Vigint.Application.Clock.ConfirmClock;

/// <summary>Says that the server's clock is right, so that deletions go on (contract §4).</summary>
public sealed record ConfirmClockCommand : IRequest<ConfirmedClock>;

/// <param name="WasInDoubt">Deletions were held until now.</param>
public sealed record ConfirmedClock(bool WasInDoubt);

internal sealed class ConfirmClockHandler(ClockWatch watch) : RequestHandler<ConfirmClockCommand, ConfirmedClock>
{
    protected override ConfirmedClock Handle(ConfirmClockCommand request) => new(watch.Confirm());
}
