using Vigint.Application.Storage;
using Vigint.Domain.Videos;

namespace Vigint.Infrastructure.Disk;

internal sealed class StorageSpace(StorageFolder folder) : IStorageSpace
{
    public DiskSpace Measure()
    {
        try
        {
            var drive = new DriveInfo(folder.Path);
            return new DiskSpace(drive.TotalSize, drive.AvailableFreeSpace);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw VideoRefusals.StorageAway();
        }
    }
}
