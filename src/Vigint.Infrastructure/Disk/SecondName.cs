namespace Vigint.Infrastructure.Disk;

/// <summary>Keeps a file reachable while its first name is given to another.</summary>
internal static class SecondName
{
    // From <errno.h>: what linkat(2) answers for a file of another user (fs.protected_hardlinks), for a symbolic link to another
    // file system, on file systems without links, and for a file that has too many.
    private const int NotPermitted = 1;
    private const int OtherFileSystem = 18;
    private const int TooManyLinks = 31;
    private const int NotSupported = 95;

    /// <summary>A hard link where that is possible, else a copy: slower, and as good for its readers.</summary>
    public static void Give(string existing, string second)
    {
        try
        {
            Posix.Link(existing, second);
        }
        catch (IOException exception) when (exception.HResult is NotPermitted or OtherFileSystem or TooManyLinks or NotSupported)
        {
            File.Copy(existing, second);
        }
    }
}
