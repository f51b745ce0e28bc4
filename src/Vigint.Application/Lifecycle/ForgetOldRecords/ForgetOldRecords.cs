using MediatR;
using Vigint.Application.Alerts;
using Vigint.Application.Audit;
using Vigint.Application.Clock;
using Vigint.Application.Common;
using Vigint.Application.Idempotency;
using Vigint.Application.Usage;

namespace Vigint.Application.Lifecycle.ForgetOldRecords;

/// <param name="AuditDays">How long is remembered who did what with a video, in days.</param>
/// <param name="UsageDays">How long single calls are remembered, in days; their sums per day stay.</param>
/// <param name="AlertDays">How long alerts are remembered, and all attempts to deliver them, in days.</param>
public sealed record RecordRetentionOptions(int AuditDays, int UsageDays, int AlertDays);

/// <summary>Forgets what has been kept for as long as was promised (GDPR, article 5 (1) e).</summary>
public sealed record ForgetOldRecordsCommand : IRequest;

internal sealed class ForgetOldRecordsHandler(
    IAuditRecords audit,
    IUsageRecords usage,
    IModelUseRecords modelUses,
    IAlertRecords alerts,
    IIdempotencyRecords calls,
    RecordRetentionOptions retention,
    ClockWatch watch
) : AsyncRequestHandler<ForgetOldRecordsCommand>
{
    // A month's budget needs the month.
    private const int LongestMonthDays = 31;

    // Of one client: a flood of alerts must not fill the disk that everybody's clips are on. It is two hundred a day for the usual ninety.
    private const int MostAlertsOfOne = 20_000;

    // Nobody repeats a call later than that (contract, common to all calls).
    private static readonly TimeSpan KeyLife = TimeSpan.FromHours(24);

    protected override async Task Handle(ForgetOldRecordsCommand request, CancellationToken cancellationToken)
    {
        if (!watch.MayDelete(out var now))
            return;
        await Batches.DoAllAsync(Batches.OfRows, most => audit.ForgetAsync(now.AddDays(-retention.AuditDays), most, cancellationToken));
        await Batches.DoAllAsync(Batches.OfRows, most => usage.ForgetAsync(now.AddDays(-retention.UsageDays), most, cancellationToken));
        await Batches.DoAllAsync(
            Batches.OfRows,
            most => modelUses.ForgetAsync(now.AddDays(-Math.Max(retention.UsageDays, LongestMonthDays)), most, cancellationToken)
        );
        await Batches.DoAllAsync(Batches.OfAlerts, most => alerts.ForgetAsync(now.AddDays(-retention.AlertDays), most, cancellationToken));
        await Batches.DoAllAsync(Batches.OfAlerts, most => alerts.ForgetBeyondAsync(MostAlertsOfOne, most, cancellationToken));
        await Batches.DoAllAsync(Batches.OfRows, most => calls.ForgetAsync(now - KeyLife, most, cancellationToken));
    }
}
