using Vigint.Application.Health;
using Vigint.Application.Storage;
using Vigint.Domain;

namespace Vigint.Infrastructure.Disk;

/// <summary>Whether the storage folder can be read and written. A full disk is not down: stored videos still play.</summary>
internal sealed class StorageCheck(StorageFolder folder, IStorageSpace space) : IServiceCheck
{
    public string Name => "storage";

    public bool IsVital => true;

    public string Advice => "Check that VIDEO_STORAGE_DIR is mounted and can be written.";

    public Task<ServiceState> CheckAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (StorageRoom.IsLow(space.Measure()))
                return Task.FromResult(new ServiceState(true, "up, low on space"));
            using (new FileStream(folder.Incoming($"{Guid.NewGuid():N}.probe"), FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose))
                return Task.FromResult(ServiceState.Up);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or RefusedException)
        {
            return Task.FromResult(new ServiceState(DiskFull.Is(exception), DiskFull.Is(exception) ? "up, full" : "down"));
        }
    }
}
