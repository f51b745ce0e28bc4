using MediatR;
using Vigint.Application.Alerts;
using Vigint.Application.Clock;
using Vigint.Application.Idempotency;
using Vigint.Application.Videos.Renditions;

namespace Vigint.Application.Lifecycle.TakeUpClockStep;

/// <summary>
/// Adapts recorded times to a clock that was set: deliveries are due at once and get their whole day, keys of calls theirs, and what is
/// tried again later is tried as late as before. Without a step it puts right deliveries that are due later than any can be, such as
/// those that another server dated.
/// </summary>
public sealed record TakeUpClockStepCommand : IRequest;

internal sealed class TakeUpClockStepHandler(
    ClockWatch watch,
    IDeliveryRecords deliveries,
    DeliverySignal bell,
    IIdempotencyRecords calls,
    IExpectedClips clips,
    IRenditionRecords renditions,
    TimeProvider clock
) : AsyncRequestHandler<TakeUpClockStepCommand>
{
    protected override async Task Handle(TakeUpClockStepCommand request, CancellationToken cancellationToken)
    {
        var step = watch.StepToTakeUp;
        var now = clock.GetUtcNow();
        if (step == TimeSpan.Zero)
        {
            if (await deliveries.PutRightAsync(now, cancellationToken) > 0)
                bell.Ring();
            return;
        }

        await deliveries.TakeUpStepAsync(now, step, cancellationToken);
        bell.Ring();
        await calls.TakeUpStepAsync(now, step, cancellationToken);
        await clips.TakeUpStepAsync(now, cancellationToken);

        // Last: it is the one that must not be done twice.
        await renditions.TakeUpStepAsync(step, cancellationToken);
        watch.StepIsTakenUp(step);
    }
}
