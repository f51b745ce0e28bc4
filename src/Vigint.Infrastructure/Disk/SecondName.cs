using Microsoft.Win32.SafeHandles;

namespace Vigint.Infrastructure.Disk;

/// <summary>Keeps a file reachable while its first name is given to another.</summary>
internal static class SecondName
{
    // From <errno.h>: what linkat(2) answers for a file of another user (fs.protected_hardlinks), for one on another file system, on file
    // systems without links, for a file that has too many, and for one that has no name any more.
    private const int NotPermitted = 1;
    private const int OtherFileSystem = 18;
    private const int TooManyLinks = 31;
    private const int NotSupported = 95;

    private const int CopyAtATime = 256 * 1024;

    /// <summary>A hard link where that is possible, else a copy: slower, and as good for its readers.</summary>
    /// <param name="existing">Open, so that it is the file that was looked at.</param>
    public static void Give(SafeFileHandle existing, string second)
    {
        try
        {
            Posix.Link(existing, second);
        }
        catch (IOException exception)
            when (exception.HResult is NotPermitted or OtherFileSystem or TooManyLinks or NotSupported or Posix.NoSuchFile)
        {
            Copy(existing, second);
        }
    }

    /// <summary>The same for a file of the server's own.</summary>
    /// <exception cref="FileNotFoundException">It is not there.</exception>
    public static void Give(string existing, string second)
    {
        using var opened = RegularFile.OpenOwn(existing) ?? throw new FileNotFoundException("It is not there.");
        Give(opened, second);
    }

    private static void Copy(SafeFileHandle existing, string second)
    {
        using var copy = NewFile.Open(second, FileAccess.Write);
        var buffer = new byte[CopyAtATime];
        for (long at = 0; RandomAccess.Read(existing, buffer, at) is > 0 and var read; at += read)
            RandomAccess.Write(copy, buffer.AsSpan(0, read), at);
    }
}
