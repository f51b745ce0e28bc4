using MediatR;
using Microsoft.Extensions.Logging;
using Vigint.Application.Alerts;
using Vigint.Application.Clock;
using Vigint.Application.Lifecycle.CleanUp;
using Vigint.Application.Storage;
using Vigint.Application.Videos;

namespace Vigint.Application.Lifecycle.SweepExpired;

/// <summary>
/// Deletes everything expired, of everybody; downloads, clips and frames too that nobody came for, and clips of alerts that never were.
/// </summary>
public sealed record SweepExpiredCommand : IRequest<CleanUpResult>;

internal sealed class SweepExpiredHandler(
    Cleaner cleaner,
    ClockWatch watch,
    HeldMedia held,
    VideoSettler settler,
    VideoLinks links,
    IncidentClips incidents,
    StorageMetrics metrics,
    ILogger<SweepExpiredHandler> logger
) : IRequestHandler<SweepExpiredCommand, CleanUpResult>
{
    public async Task<CleanUpResult> Handle(SweepExpiredCommand request, CancellationToken cancellationToken)
    {
        held.RemoveEnded();
        var (cleaned, failed, freed) = watch.MayDelete(out _)
            ? await cleaner.CleanAsync(CleanUpKind.Expired, by: null, maxAgeHours: 0, dryRun: false, cancellationToken)
            : default;
        metrics.Swept(cleaned, failed);
        await settler.SettleAsync(cancellationToken);
        await links.DropErasedAsync(cancellationToken);
        await incidents.RemoveUnrecordedAsync(cancellationToken);
        if (cleaned > 0)
            logger.CleanedUp("expired", "the sweep", cleaned, failed, freed);
        return new CleanUpResult(cleaned, failed, freed, "expired");
    }
}
