using Vigint.Application.Storage;
using Vigint.Infrastructure.Disk;

namespace Vigint.Cli.Local;

/// <summary>Whether videos can be written, and what room there is for them.</summary>
internal static class StorageLook
{
    private const string Name = "storage";
    private const double BytesPerGigabyte = 1024.0 * 1024 * 1024;

    /// <param name="quotaBytes">Most that the videos may take; null for as much as the disk holds.</param>
    public static Finding Look(string folder, long? quotaBytes)
    {
        if (TroubleOfWriting(folder) is { } trouble)
            return new Finding(
                Name,
                FindingState.Bad,
                $"{folder} cannot be written: {trouble}",
                "Set VIDEO_STORAGE_DIR to a folder that can, or mount its disk."
            );
        var drive = new DriveInfo(Existing(folder));
        var disk = new DiskSpace(drive.TotalSize, drive.AvailableFreeSpace);
        var space = quotaBytes is { } quota ? new DiskSpace(quota, Math.Min(quota - StoredBytes(folder), disk.FreeBytes)) : disk;
        var room =
            $"{folder}, {Math.Max(0, space.FreeBytes) / BytesPerGigabyte:0.0} of {space.TotalBytes / BytesPerGigabyte:0.0} GB "
            + $"{(quotaBytes is null ? "" : "(VIDEO_STORAGE_QUOTA_GB) ")}free";
        var advice = $"Delete old videos (vigint storage cleanup), or enlarge the disk{(quotaBytes is null ? "" : " or the quota")}.";
        if (space.FreeBytes <= (quotaBytes is null ? StorageRoom.KeptFreeOn(disk.TotalBytes) : 0))
            return new Finding(Name, FindingState.Bad, $"{room}; every upload is refused", advice);
        return StorageRoom.IsLow(space)
            ? new Finding(Name, FindingState.Attention, room, advice)
            : new Finding(Name, FindingState.Good, room);
    }

    /// <returns>
    /// Why nothing can be written there; null when it can. Of a folder that is not there yet its nearest ancestor decides.
    /// </returns>
    public static string? TroubleOfWriting(string folder)
    {
        try
        {
            var probe = Path.Combine(Existing(folder), $".vigint-{Guid.NewGuid():N}.probe");
            using (new FileStream(probe, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose))
                return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return exception.Message;
        }
    }

    private static long StoredBytes(string folder) =>
        Directory.Exists(folder)
            ? new DirectoryInfo(folder)
                .EnumerateFiles()
                .Where(file => StorageFolder.Recognise(file.Name) is { IsSidecar: false })
                .Sum(file => file.Length)
            : 0;

    private static string Existing(string folder)
    {
        while (!Directory.Exists(folder) && Path.GetDirectoryName(folder) is { } parent)
            folder = parent;
        return folder;
    }
}
