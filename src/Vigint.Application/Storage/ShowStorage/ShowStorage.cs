using MediatR;
using Vigint.Application.Common;

namespace Vigint.Application.Storage.ShowStorage;

/// <summary>How full the disk, or the quota, is (contract §4, status).</summary>
public sealed record ShowStorageQuery(Caller Caller) : IRequest<ShownStorage>;

/// <param name="Videos">The caller's; everybody's for the operator.</param>
/// <param name="TemporaryCount">Temporary files that exist, in use or not.</param>
public sealed record ShownStorage(DiskSpace Space, bool IsLow, StorageTotals Videos, int TemporaryCount, long TemporaryBytes);

internal sealed class ShowStorageHandler(IStorageTotals stored, ITemporaryFiles files, StorageRoom room, TimeProvider clock)
    : IRequestHandler<ShowStorageQuery, ShownStorage>
{
    public async Task<ShownStorage> Handle(ShowStorageQuery request, CancellationToken cancellationToken)
    {
        var space = await room.MeasureAsync(cancellationToken);
        var totals = await stored.TotalsAsync(request.Caller.Scope, clock.GetUtcNow(), cancellationToken);
        var temporary = files.TemporaryFiles();
        return new ShownStorage(space, StorageRoom.IsLow(space), totals, temporary.Count, temporary.Sum(file => file.SizeBytes));
    }
}
