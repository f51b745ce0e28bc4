using MediatR;
using Vigint.Application.Audit;
using Vigint.Application.Usage;

namespace Vigint.Application.Retention.ForgetOldRecords;

/// <param name="AuditDays">How long is remembered who did what with a video, in days.</param>
/// <param name="UsageDays">How long single calls are remembered, in days; their sums per day stay.</param>
public sealed record RecordRetentionOptions(int AuditDays, int UsageDays);

/// <summary>Forgets what has been kept for as long as was promised (GDPR, article 5 (1) e).</summary>
public sealed record ForgetOldRecordsCommand : IRequest;

internal sealed class ForgetOldRecordsHandler(IAuditRecords audit, IUsageRecords usage, RecordRetentionOptions retention, TimeProvider clock)
    : AsyncRequestHandler<ForgetOldRecordsCommand>
{
    // Small enough to be over in some milliseconds, for writers wait.
    private const int BatchSize = 2000;

    protected override async Task Handle(ForgetOldRecordsCommand request, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        await InBatchesAsync(most => audit.ForgetAsync(now.AddDays(-retention.AuditDays), most, cancellationToken));
        await InBatchesAsync(most => usage.ForgetAsync(now.AddDays(-retention.UsageDays), most, cancellationToken));
    }

    private static async Task InBatchesAsync(Func<int, Task<int>> forgetAsync)
    {
        while (await forgetAsync(BatchSize) >= BatchSize)
        {
            // until there are no more
        }
    }
}
