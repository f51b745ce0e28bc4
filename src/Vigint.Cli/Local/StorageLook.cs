using Vigint.Application.Storage;

namespace Vigint.Cli.Local;

/// <summary>Whether videos can be written, and what room there is for them.</summary>
internal static class StorageLook
{
    private const string Name = "storage";
    private const double BytesPerGigabyte = 1024.0 * 1024 * 1024;

    public static Finding Look(string folder)
    {
        if (TroubleOfWriting(folder) is { } trouble)
            return new Finding(Name, FindingState.Bad, $"{folder} cannot be written: {trouble}", "Set VIDEO_STORAGE_DIR to a folder that can, or mount its disk.");
        var drive = new DriveInfo(Existing(folder));
        var space = new DiskSpace(drive.TotalSize, drive.AvailableFreeSpace);
        var room = $"{folder}, {space.FreeBytes / BytesPerGigabyte:0.0} of {space.TotalBytes / BytesPerGigabyte:0.0} GB free";
        return StorageRoom.IsLow(space)
            ? new Finding(Name, FindingState.Attention, room, "Delete old videos (vigint storage cleanup), or enlarge the disk.")
            : new Finding(Name, FindingState.Good, room);
    }

    /// <returns>Why nothing can be written there; null when it can. Of a folder that is not there yet its nearest ancestor decides.</returns>
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

    private static string Existing(string folder)
    {
        while (!Directory.Exists(folder) && Path.GetDirectoryName(folder) is { } parent)
            folder = parent;
        return folder;
    }
}
