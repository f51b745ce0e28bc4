using Vigint.Application.Media;
using Vigint.Application.Renditions;
using Vigint.Application.Videos;
using Vigint.Domain.Videos;

namespace Vigint.Infrastructure.Disk;

/// <summary>
/// The folder <c>.playable</c>: of each video that has any a folder <c>video_{id}</c>, in it <c>{revision}.mp4</c> and
/// <c>{revision}.jpg</c>. What a loss of power takes from it is made anew, so folders are not flushed here.
/// </summary>
internal sealed class RenditionFolder(StorageFolder folder) : IRenditionFiles
{
    private const string OriginalName = "original";

    public MediaFile? Original(VideoId id, IScratchFolder scratch)
    {
        var original = scratch.At(OriginalName);
        try
        {
            SecondName.Give(folder.Video(id), original.Path);
            return original;
        }
        catch (Exception exception) when (exception is FileNotFoundException or IOException { HResult: Posix.NoSuchFile })
        {
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw AsRefusal(exception);
        }
    }

    public KeptFiles Find(VideoKey video)
    {
        var playable = new FileInfo(folder.Playable(video));
        var poster = new FileInfo(folder.Poster(video));
        return new KeptFiles(
            playable.Exists ? playable.Length : 0,
            playable.Exists ? DateTimeOffset.FromUnixTimeMilliseconds(new DateTimeOffset(playable.LastWriteTimeUtc).ToUnixTimeMilliseconds()) : DateTimeOffset.UnixEpoch,
            poster.Exists ? poster.Length : 0);
    }

    public KeptFiles Keep(VideoKey video, MediaFile? playable, MediaFile? poster)
    {
        try
        {
            if (playable is not null || poster is not null)
                NewFile.Folder(folder.PlayableFolder(video.Id));
            if (poster is not null)
                Keep(poster.Path, folder.Poster(video));
            if (playable is not null)
                Keep(playable.Path, folder.Playable(video));
            return Find(video);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw AsRefusal(exception);
        }
    }

    public VideoBytes? OpenPlayable(VideoKey video) => Open(folder.Playable(video));

    public VideoBytes? OpenPoster(VideoKey video) => Open(folder.Poster(video));

    public long SizeOf(VideoId id) => FilesOf(id).Sum(file => file.Length);

    public long Delete(VideoId id, string? exceptRevision = null)
    {
        long freed = 0;
        foreach (var file in FilesOf(id).Where(file => Path.GetFileNameWithoutExtension(file.Name) != exceptRevision))
        {
            freed += file.Length;
            file.Delete();
        }

        // Others put folders of their own beside the files: thumbnails, a trash.
        var path = folder.PlayableFolder(id);
        if (Directory.Exists(path) && !Directory.EnumerateFileSystemEntries(path).Any())
            Directory.Delete(path);
        return freed;
    }

    public IEnumerable<VideoId> List(CancellationToken cancellationToken)
    {
        foreach (var path in Directory.EnumerateDirectories(folder.PlayablePath))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (StorageFolder.RecogniseFolder(Path.GetFileName(path)) is { } id)
                yield return id;
        }
    }

    // What has the name is whole: flushed before it gets it.
    private static void Keep(string made, string name)
    {
        using (var handle = File.OpenHandle(made, FileMode.Open, FileAccess.ReadWrite))
            RandomAccess.FlushToDisk(handle);
        File.Move(made, name, overwrite: true);
    }

    // Most videos have no folder here.
    private static DiskVideoBytes? Open(string path)
    {
        try
        {
            return DiskVideoBytes.Open(path);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw VideoRefusals.StorageAway();
        }
    }

    private FileInfo[] FilesOf(VideoId id)
    {
        var files = new DirectoryInfo(folder.PlayableFolder(id));
        return files.Exists ? files.GetFiles() : [];
    }

    private Domain.RefusedException AsRefusal(Exception exception) =>
        DiskFull.Is(exception) ? DiskFull.AsRefusal(folder.Path) : VideoRefusals.StorageAway();
}
