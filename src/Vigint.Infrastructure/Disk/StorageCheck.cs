using Vigint.Application.Storage;
using Vigint.Domain;
using Vigint.Infrastructure.Health;

namespace Vigint.Infrastructure.Disk;

/// <summary>
/// Whether the storage folder can be read and written. A full disk is not down: stored videos still play. The finding is kept for some
/// seconds, for health is asked without a key.
/// </summary>
internal sealed class StorageCheck(StorageFolder folder, IStorageSpace space, TimeProvider clock) : ServiceCheck
{
    private static readonly TimeSpan KeptFor = TimeSpan.FromSeconds(5);

    private readonly Lock gate = new();
    private Task<ServiceState>? look;
    private long lookedAt;

    public override string Advice => "Check that VIDEO_STORAGE_DIR is mounted and can be written.";

    public override Task<ServiceState> CheckAsync(CancellationToken cancellationToken)
    {
        lock (gate)
        {
            // All who ask meanwhile wait for the same look, also at a disk that does not answer.
            if (look is null || (look.IsCompleted && clock.GetElapsedTime(lookedAt) >= KeptFor))
                (look, lookedAt) = (Task.Run(Look, CancellationToken.None), clock.GetTimestamp());
            return look.WaitAsync(cancellationToken);
        }
    }

    private ServiceState Look()
    {
        try
        {
            if (StorageRoom.IsLow(space.Measure()))
                return new ServiceState(true, "up, low on space");
            using (
                new FileStream(
                    folder.Incoming($"{Guid.NewGuid():N}.probe"),
                    FileMode.CreateNew,
                    FileAccess.Write,
                    FileShare.None,
                    1,
                    FileOptions.DeleteOnClose
                )
            )
                return ServiceState.Up;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or RefusedException)
        {
            return new ServiceState(DiskFull.Is(exception), DiskFull.Is(exception) ? "up, full" : "down");
        }
    }
}
