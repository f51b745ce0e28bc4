using Vigint.Application.Storage;

namespace Vigint.Infrastructure.Disk;

internal sealed class StorageSpace(StorageFolder folder) : IStorageSpace
{
    public DiskSpace Measure()
    {
        var drive = new DriveInfo(folder.Path);
        return new DiskSpace(drive.TotalSize, drive.AvailableFreeSpace);
    }
}
