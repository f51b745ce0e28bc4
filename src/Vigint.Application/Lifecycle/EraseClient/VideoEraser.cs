using Vigint.Application.Lifecycle.CleanUp;
using Vigint.Application.Videos;
using Vigint.Application.Videos.TakeInFolder;
using Vigint.Domain.Clients;

namespace Vigint.Application.Lifecycle.EraseClient;

/// <summary>A client's videos, those too that are in the folder and not in the index, or in doubt.</summary>
internal sealed class VideoEraser(Cleaner cleaner, VideoSettler settler, TakeInProgress takeIn)
{
    /// <returns>How many went, and how many could not.</returns>
    public async Task<(int Erased, int Left)> EraseAsync(Client client, CancellationToken cancellationToken)
    {
        await takeIn.FinishedAsync(cancellationToken);
        await settler.SettleAsync(cancellationToken);
        return await cleaner.EraseAsync(client.Owner, cancellationToken);
    }
}
