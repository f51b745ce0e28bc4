using Vigint.Application.Audit;
using Vigint.Application.Common;
using Vigint.Application.Idempotency;
using Vigint.Application.Usage;
using Vigint.Domain.Clients;

namespace Vigint.Application.Lifecycle.EraseClient;

/// <summary>What was noted of a client's calls. The sums per day stay.</summary>
internal sealed class RecordEraser(IIdempotencyRecords answers, IAuditRecords audit, IUsageRecords usage, IModelUseRecords modelUses)
{
    public async Task EraseAsync(Client client, CancellationToken cancellationToken)
    {
        await answers.ForgetOfAsync(client.Owner, cancellationToken);
        await Batches.DoAllAsync(Batches.OfRows, most => audit.ForgetOfAsync(client.Owner, most, cancellationToken));
        foreach (var key in client.Keys)
            await Batches.DoAllAsync(Batches.OfRows, most => usage.ForgetOfAsync(key.Id, most, cancellationToken));
        await Batches.DoAllAsync(Batches.OfRows, most => modelUses.ForgetOfAsync(client.Id, most, cancellationToken));
    }
}
