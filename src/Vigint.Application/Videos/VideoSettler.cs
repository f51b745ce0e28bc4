using Vigint.Application.Clients;

namespace Vigint.Application.Videos;

/// <summary>Writes the records that could not be written when their videos changed, from the folder.</summary>
public sealed class VideoSettler(
    VideoLocks locks,
    IVideoFolder folder,
    IClientRecords clients,
    UnsettledVideos unsettled,
    VideoWriter writer,
    VideoRemover remover
)
{
    /// <exception cref="Domain.RefusedException"><see cref="Domain.Refusal.Unavailable"/> when the database is still away.</exception>
    public async Task SettleAsync(CancellationToken cancellationToken)
    {
        foreach (var id in unsettled.Doubtful)
        {
            using var lease = await locks.LeaseAsync(id, cancellationToken);
            var stored = folder.Read(id, out var trouble);
            if (trouble is not null || unsettled.IsTorn(id))
                continue;
            if (stored is not null && (await clients.ErasedAsync([stored.Owner], cancellationToken)).Count > 0)
            {
                await remover.EraseAsync(lease, stored);
                stored = null;
            }

            await writer.SettleAsync(lease, id, stored, cancellationToken);
        }
    }
}
