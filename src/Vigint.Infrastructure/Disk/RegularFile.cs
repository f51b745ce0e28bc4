using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Vigint.Infrastructure.Disk;

/// <summary>
/// Opens files whose names others may have given to something else: a symbolic link, a device, a pipe. It looks at what was opened and not
/// at what had the name before, so nobody can exchange it in between.
/// </summary>
public static partial class RegularFile
{
    // From <sys/stat.h> and <linux/stat.h>; the layout of struct statx is the same on every processor.
    private const int TypeOfFile = 0xF000;
    private const int Regular = 0x8000;
    private const int OfTheHandle = 0x1000;
    private const uint OnlyTheType = 1;
    private const int PlaceOfMode = 28;
    private const int SizeOfStatx = 256;

    /// <summary>Why a file is not opened that has the name.</summary>
    internal enum Refusal
    {
        None,

        /// <summary>It is a symbolic link to where none may lead.</summary>
        LeadsOut,

        /// <summary>A folder, a device, a pipe or a socket.</summary>
        NotAFile,
    }

    /// <summary>Reads a small file of the server's own.</summary>
    /// <returns>Null when it is not there.</returns>
    /// <exception cref="IOException">It is a symbolic link, or cannot be read.</exception>
    public static string? ReadText(string path) => Read(path) is { } bytes ? Encoding.UTF8.GetString(bytes) : null;

    /// <inheritdoc cref="ReadText"/>
    internal static byte[]? Read(string path)
    {
        using var handle = OpenOwn(path);
        return handle is null ? null : ReadToEnd(handle);
    }

    internal static byte[] ReadToEnd(SafeFileHandle handle)
    {
        var content = new byte[RandomAccess.GetLength(handle)];
        var filled = 0;
        while (filled < content.Length && RandomAccess.Read(handle, content.AsSpan(filled), filled) is > 0 and var read)
            filled += read;
        return content[..filled];
    }

    /// <summary>
    /// Opens a file that this server made, to read it. Its name may lead nowhere else; the folders before it are not looked at.
    /// </summary>
    /// <returns>Null when it is not there.</returns>
    /// <exception cref="IOException">It is a symbolic link or no file, or cannot be read.</exception>
    internal static SafeFileHandle? OpenOwn(string path) =>
        Open(path, mayLeadTo: null, out var refusal) is { } handle ? handle
        : refusal == Refusal.None ? null
        : throw NotOwn(path, refusal);

    /// <summary>The same below a folder that is open; not one of the names may be a link.</summary>
    /// <returns>Null when it is not there, or one of the names is a link or no file.</returns>
    internal static SafeFileHandle? OpenOwn(SafeFileHandle folder, params ReadOnlySpan<string> names)
    {
        var at = folder;
        try
        {
            foreach (var name in names[..^1])
            {
                var next = Posix.OpenAt(at, name, Posix.PathOnly | Posix.FolderOnly | Posix.NoFollow);
                if (at != folder)
                    at.Dispose();
                at = next!;
                if (next is null)
                    return null;
            }

            return RegularOnly(Posix.OpenAt(at, names[^1], Posix.NoFollow | Posix.DoNotBlock), out _);
        }
        finally
        {
            if (at is not null && at != folder)
                at.Dispose();
        }
    }

    /// <summary>Opens a file to read it; when it is a link, only if it leads where it may.</summary>
    /// <param name="mayLeadTo">Given the real path of what the link leads to; null to follow none.</param>
    /// <returns>Null when it is not there or is refused.</returns>
    /// <exception cref="IOException">It cannot be read.</exception>
    internal static SafeFileHandle? Open(string path, Func<string, bool>? mayLeadTo, out Refusal refusal)
    {
        if (Posix.Open(path, Posix.NoFollow | Posix.DoNotBlock, out var isLink) is var opened && !isLink)
            return RegularOnly(opened, out refusal);

        // Only named at first: to open a device is enough to set some of them going.
        refusal = Refusal.LeadsOut;
        using var named = mayLeadTo is null ? null : Posix.Open(path, Posix.PathOnly, out _);
        if (mayLeadTo is not null && named is null)
            refusal = Refusal.None; // it leads to what is not there
        if (named is null || !mayLeadTo!(PathOf(named)))
            return null;
        refusal = Refusal.NotAFile;
        return IsRegular(named) ? RegularOnly(Posix.Open(Posix.NameOf(named), Posix.DoNotBlock, out _), out refusal) : null;
    }

    /// <summary>Whether something has the name, even a link that leads nowhere.</summary>
    internal static bool IsThere(string path) =>
        new FileInfo(path) is { Exists: true } or { LinkTarget: not null } || Directory.Exists(path);

    /// <summary>Where what is open is, without a link in it.</summary>
    internal static string PathOf(SafeFileHandle handle) =>
        new FileInfo(Posix.NameOf(handle)).LinkTarget
        ?? throw new IOException("/proc is not mounted, so that nobody can tell where a link leads.");

    private static SafeFileHandle? RegularOnly(SafeFileHandle? handle, out Refusal refusal)
    {
        refusal = Refusal.None;
        if (handle is null || IsRegular(handle))
            return handle;
        handle.Dispose();
        refusal = Refusal.NotAFile;
        return null;
    }

    private static bool IsRegular(SafeFileHandle handle)
    {
        Span<byte> facts = stackalloc byte[SizeOfStatx];
        if (StatxNative(handle, "", OfTheHandle, OnlyTheType, facts) != 0)
            throw Posix.LastError("statx");
        return (MemoryMarshal.Read<ushort>(facts[PlaceOfMode..]) & TypeOfFile) == Regular;
    }

    private static IOException NotOwn(string path, Refusal refusal) =>
        new($"'{Path.GetFileName(path)}' is {(refusal == Refusal.LeadsOut ? "a symbolic link, which is not followed" : "no file")}");

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int StatxNative(SafeFileHandle folder, string path, int flags, uint mask, Span<byte> facts);
}
