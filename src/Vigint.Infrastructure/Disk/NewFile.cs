using Microsoft.Win32.SafeHandles;

namespace Vigint.Infrastructure.Disk;

/// <summary>Makes files that hold what others must not read: clips, what is said of them, keys.</summary>
internal static class NewFile
{
    private const UnixFileMode OwnerAndGroup = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;

    /// <summary>Makes a folder, and those above it, unless they are there.</summary>
    public static void Folder(string path) =>
        Directory.CreateDirectory(path, OwnerAndGroup | UnixFileMode.UserExecute | UnixFileMode.GroupExecute);

    /// <summary>The same for a folder in which this server alone writes: a symbolic link is not followed.</summary>
    /// <exception cref="IOException">It is one.</exception>
    public static void OwnFolder(string path)
    {
        Folder(path);
        RequireNoLink(path);
    }

    /// <exception cref="IOException">It is a symbolic link.</exception>
    public static void RequireNoLink(string path)
    {
        if (new DirectoryInfo(path).LinkTarget is not null)
            throw new IOException($"'{Path.GetFileName(path)}' is a symbolic link, which is not followed");
    }

    /// <summary>Opens a file that must not exist yet, unbuffered.</summary>
    public static SafeFileHandle Open(string path, FileAccess access) =>
        new FileStream(
            path,
            new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = access,
                Share = FileShare.Read,
                BufferSize = 0,
                UnixCreateMode = OwnerAndGroup,
            }
        ).SafeFileHandle;

    /// <summary>For a file that another program made.</summary>
    public static void KeepFromOthers(string path) => File.SetUnixFileMode(path, OwnerAndGroup);

    /// <summary>Writes a whole new file and brings it to the disk.</summary>
    public static void Write(string path, ReadOnlySpan<byte> content)
    {
        using var handle = Open(path, FileAccess.Write);
        RandomAccess.Write(handle, content, 0);
        RandomAccess.FlushToDisk(handle);
    }
}
