using Vigint.Domain;
using Vigint.Domain.Videos;

namespace Vigint.Infrastructure.Disk;

/// <summary>Tells a full disk from other trouble.</summary>
internal static class DiskFull
{
    // ENOSPC and EDQUOT of Linux, which .NET passes on as HResult.
    private const int NoSpaceLeft = 28;
    private const int QuotaExceeded = 122;

    public static bool Is(Exception exception) => exception is IOException { HResult: NoSpaceLeft or QuotaExceeded };

    public static RefusedException AsRefusal(string folder) => VideoRefusals.NoRoom(new DriveInfo(folder).AvailableFreeSpace);
}
