using System.Collections.Concurrent;
using Microsoft.Win32.SafeHandles;
using Vigint.Application.Media;
using Vigint.Application.Storage;
using Vigint.Domain.Videos;

namespace Vigint.Infrastructure.Disk;

/// <summary>
/// The folder <c>.work</c>, in which each piece of work has a folder of its own, on the same file system as the videos so that
/// a rename is enough to make one of its files a video.
/// </summary>
internal sealed class Scratch(StorageFolder folder) : IScratch
{
    private const char Between = '/';

    private readonly ConcurrentDictionary<string, bool> inUse = new(StringComparer.Ordinal);

    public IScratchFolder NewFolder()
    {
        // Known to be in use before there is a file that a clean-up could find.
        var name = Guid.NewGuid().ToString("N");
        inUse[name] = true;
        var path = Path.Combine(folder.WorkPath, name);
        try
        {
            NewFile.OwnFolder(path);
            return new ScratchFolder(folder, path, whenAtRest: () => inUse.TryRemove(name, out _));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            inUse.TryRemove(name, out _);
            throw AsRefusal(exception, folder.Path);
        }
    }

    /// <summary>Tells these temporary files from those of uploads.</summary>
    public static bool IsNameOfOne(string name) => name.Contains(Between, StringComparison.Ordinal);

    public IEnumerable<TemporaryFile> Files()
    {
        foreach (var work in new DirectoryInfo(folder.WorkPath).EnumerateDirectories())
        {
            foreach (var file in FilesOf(work))
                yield return new TemporaryFile(
                    $"{work.Name}{Between}{file.Name}",
                    file.Length,
                    file.LastWriteTimeUtc,
                    inUse.ContainsKey(work.Name)
                );
        }
    }

    /// <returns>False when it is in use.</returns>
    /// <exception cref="IOException">The file system refuses.</exception>
    public bool Delete(string name)
    {
        if (inUse.ContainsKey(name[..name.IndexOf(Between, StringComparison.Ordinal)]))
            return false;
        File.Delete(Path.Combine(folder.WorkPath, name));
        return true;
    }

    private static Domain.RefusedException AsRefusal(Exception exception, string path) =>
        DiskFull.Is(exception) ? DiskFull.AsRefusal(path) : VideoRefusals.StorageAway();

    // Work ends while it is being listed; what is gone by now is not there.
    private static FileInfo[] FilesOf(DirectoryInfo work)
    {
        try
        {
            return [.. work.GetFiles().Where(file => file.Exists)];
        }
        catch (DirectoryNotFoundException)
        {
            return [];
        }
    }

    private sealed class ScratchFolder(StorageFolder storage, string path, Action whenAtRest) : IScratchFolder
    {
        public MediaFile At(string name) => new(Path.Combine(path, name));

        public IScratchFile Create(string name)
        {
            try
            {
                return new ScratchFile(At(name), NewFile.Open(At(name).Path, FileAccess.Write));
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                throw AsRefusal(exception, path);
            }
        }

        public void Share(MediaFile file, string name)
        {
            try
            {
                SecondName.Give(file.Path, At(name).Path);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                throw AsRefusal(exception, path);
            }
        }

        public VideoBytes? Open(string name) =>
            DiskVideoBytes.Of(storage.OpenOwn(Path.GetFileName(storage.WorkPath), Path.GetFileName(path), name));

        public void Remove(string name) => File.Delete(At(name).Path);

        public void Rest() => whenAtRest();

        public void Dispose()
        {
            try
            {
                Directory.Delete(path, recursive: true);
            }
            catch (DirectoryNotFoundException)
            {
                // Disposed before.
            }
            finally
            {
                whenAtRest();
            }
        }
    }

    private sealed class ScratchFile(MediaFile media, SafeFileHandle handle) : IScratchFile
    {
        public MediaFile Media => media;

        public long SizeBytes { get; private set; }

        public void Append(ReadOnlySpan<byte> bytes)
        {
            try
            {
                RandomAccess.Write(handle, bytes, SizeBytes);
                SizeBytes += bytes.Length;
            }
            catch (IOException exception)
            {
                throw AsRefusal(exception, Path.GetDirectoryName(media.Path)!);
            }
        }

        public void Dispose() => handle.Dispose();
    }
}
