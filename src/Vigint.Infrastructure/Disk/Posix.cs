using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Vigint.Infrastructure.Disk;

/// <summary>The few calls of the operating system that .NET has no name for (POSIX.1-2017; flock(2), sync_file_range(2)).</summary>
internal static partial class Posix
{
    /// <summary>From &lt;errno.h&gt;: what <see cref="Link"/> answers when the first name is not there.</summary>
    public const int NoSuchFile = 2;

    // From <fcntl.h> and <sys/file.h>; the same on x64 and arm64 Linux except O_DIRECTORY, which is left out for that reason.
    private const int ReadOnly = 0;
    private const int CloseOnExec = 0x80000;
    private const int LockExclusively = 2;
    private const int Unlock = 8;
    private const int DoNotWait = 4;
    private const int WouldBlock = 11;
    private const uint BeginWrite = 2;
    private const int WorkingFolder = -100;
    private const int FollowLinks = 0x400;
    private const int NotAFolder = 20;
    private const int NoDevice = 6;
    private const int IsALink = 40;

    /// <summary>Of <see cref="Open"/>: fails for a symbolic link instead of following it.</summary>
    public static int NoFollow { get; } = HasGenericFlags ? 0x20000 : 0x8000;

    /// <summary>Of <see cref="Open"/>: fails for what is no folder.</summary>
    public static int FolderOnly { get; } = HasGenericFlags ? 0x10000 : 0x4000;

    /// <summary>Of <see cref="Open"/>: does not wait for who writes into a pipe.</summary>
    public const int DoNotBlock = 0x800;

    /// <summary>Of <see cref="Open"/>: names a file without opening it for reading.</summary>
    public const int PathOnly = 0x200000;

    // ARM and PowerPC have other numbers for these two.
    private static bool HasGenericFlags =>
        RuntimeInformation.ProcessArchitecture
            is not (Architecture.Arm64 or Architecture.Arm or Architecture.Armv6 or Architecture.Ppc64le);

    /// <summary>The name under which this process finds what it has open, see proc(5).</summary>
    public static string NameOf(SafeFileHandle handle) => $"/proc/self/fd/{handle.DangerousGetHandle()}";

    /// <summary>Opens for reading.</summary>
    /// <param name="isLink">Whether it was not opened because it is a symbolic link, or links lead in a circle.</param>
    /// <returns>Null when nothing has the name, and for a link that is not followed.</returns>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    /// <exception cref="IOException">With the error number as <see cref="Exception.HResult"/>, like .NET's own.</exception>
    public static SafeFileHandle? Open(string path, int flags, out bool isLink) =>
        Opened(OpenNative(path, ReadOnly | CloseOnExec | flags), out isLink);

    /// <summary>The same below a folder that is open; a link that is not followed is as good as nothing.</summary>
    public static SafeFileHandle? OpenAt(SafeFileHandle folder, string name, int flags) =>
        Opened(OpenAtNative(folder, name, ReadOnly | CloseOnExec | flags), out _);

    /// <summary>Gives a file that is open a second name.</summary>
    /// <exception cref="IOException">As above.</exception>
    public static void Link(SafeFileHandle existing, string second)
    {
        if (LinkAtNative(WorkingFolder, NameOf(existing), WorkingFolder, second, FollowLinks) != 0)
            throw LastError("link");
    }

    /// <summary>Makes renames in a folder survive a loss of power.</summary>
    /// <exception cref="IOException">As above.</exception>
    public static void FlushFolder(SafeFileHandle folder)
    {
        if (FsyncNative(folder) != 0)
            throw LastError("fsync");
    }

    /// <summary>Has the kernel begin to write a piece of a file, without waiting for it; a hint, so its failure means nothing.</summary>
    public static void BeginWriteBack(SafeFileHandle file, long offset, long count) =>
        _ = SyncFileRangeNative(file, offset, count, BeginWrite);

    /// <exception cref="IOException">As above.</exception>
    public static SafeFileHandle OpenFolder(string path)
    {
        var descriptor = OpenNative(path, ReadOnly | CloseOnExec);
        return descriptor >= 0 ? new SafeFileHandle(descriptor, ownsHandle: true) : throw LastError("open");
    }

    /// <summary>Takes the folder for this process until the handle is closed or the process ends, however it ends.</summary>
    /// <returns>False when another process has it.</returns>
    public static bool TryTake(SafeFileHandle folder)
    {
        if (FlockNative(folder, LockExclusively | DoNotWait) == 0)
            return true;
        return Marshal.GetLastPInvokeError() == WouldBlock ? false : throw LastError("flock");
    }

    /// <summary>
    /// Gives it back now. Closing alone does so only when the last copy of the handle is closed, and a process that is just being
    /// started has one until it runs its own program.
    /// </summary>
    public static void GiveBack(SafeFileHandle folder) => _ = FlockNative(folder, Unlock);

    /// <summary>Reads how the kernel keeps its clock (adjtimex(2)), without changing anything; on 64-bit Linux.</summary>
    /// <returns>False where that is not allowed.</returns>
    public static bool TryReadClock(out KernelTime time)
    {
        time = default;
        return AdjTimexNative(ref time) >= 0;
    }

    private static SafeFileHandle? Opened(int descriptor, out bool isLink)
    {
        const int accessDenied = 13;
        isLink = false;
        if (descriptor >= 0)
            return new SafeFileHandle(descriptor, ownsHandle: true);
        var number = Marshal.GetLastPInvokeError();
        isLink = number == IsALink;
        return number switch
        {
            NoSuchFile or NotAFolder or NoDevice or IsALink => null,
            accessDenied => throw new UnauthorizedAccessException(new Win32Exception(number).Message),
            _ => throw LastError("open"),
        };
    }

    /// <summary>What the last call failed with.</summary>
    public static IOException LastError(string call)
    {
        var number = Marshal.GetLastPInvokeError();
        return new IOException($"{call}: {new Win32Exception(number).Message}", number);
    }

    [LibraryImport("libc", EntryPoint = "linkat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int LinkAtNative(int existingFolder, string existing, int secondFolder, string second, int flags);

    [LibraryImport("libc", EntryPoint = "adjtimex", SetLastError = true)]
    private static partial int AdjTimexNative(ref KernelTime time);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int FsyncNative(SafeFileHandle folder);

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    private static partial int FlockNative(SafeFileHandle folder, int operation);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenNative(string path, int flags);

    [LibraryImport("libc", EntryPoint = "openat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenAtNative(SafeFileHandle folder, string path, int flags);

    [LibraryImport("libc", EntryPoint = "sync_file_range")]
    private static partial int SyncFileRangeNative(SafeFileHandle file, long offset, long count, uint flags);
}

/// <summary>Of the kernel's <c>struct timex</c> what is read here; with nothing set it asks for no change.</summary>
[StructLayout(LayoutKind.Explicit, Size = 256)]
internal struct KernelTime
{
    /// <summary>Set after a jump, and without a time service for long.</summary>
    [FieldOffset(24)]
    public long MostErrorMicroseconds;

    [FieldOffset(40)]
    public int Status;
}
