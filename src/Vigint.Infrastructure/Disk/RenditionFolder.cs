using Microsoft.Win32.SafeHandles;
using Vigint.Application.Media;
using Vigint.Application.Videos.Renditions;
using Vigint.Domain.Videos;

namespace Vigint.Infrastructure.Disk;

/// <summary>
/// The folder <c>.playable</c>: of each video that has any a folder <c>video_{id}</c>, in it <c>{revision}.mp4</c> and
/// <c>{revision}.jpg</c>. What a loss of power takes from it is made anew, so folders are not flushed here.
/// </summary>
internal sealed class RenditionFolder(StorageFolder folder) : IRenditionFiles
{
    public KeptFiles Find(VideoKey video)
    {
        using var playable = OpenMade(folder.Playable(video));
        using var poster = OpenMade(folder.Poster(video));
        var madeAt = playable is null ? DateTimeOffset.UnixEpoch : new DateTimeOffset(File.GetLastWriteTimeUtc(playable));
        return new KeptFiles(
            playable is null ? 0 : RandomAccess.GetLength(playable),
            DateTimeOffset.FromUnixTimeMilliseconds(madeAt.ToUnixTimeMilliseconds()),
            poster is null ? 0 : RandomAccess.GetLength(poster)
        );
    }

    public KeptFiles Keep(VideoKey video, MediaFile? playable, MediaFile? poster)
    {
        try
        {
            if (playable is not null || poster is not null)
                NewFile.OwnFolder(folder.PlayableFolder(video.Id));
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
        if (IsFolder(path) && !Directory.EnumerateFileSystemEntries(path).Any())
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
    private DiskVideoBytes? Open(string path)
    {
        try
        {
            return DiskVideoBytes.Of(OpenMade(path));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw VideoRefusals.StorageAway();
        }
    }

    private SafeFileHandle? OpenMade(string path) => folder.OpenOwn(Path.GetRelativePath(folder.Path, path).Split('/'));

    private FileInfo[] FilesOf(VideoId id) =>
        IsFolder(folder.PlayableFolder(id)) ? new DirectoryInfo(folder.PlayableFolder(id)).GetFiles() : [];

    private static bool IsFolder(string path) => new DirectoryInfo(path) is { Exists: true, LinkTarget: null };

    private Domain.RefusedException AsRefusal(Exception exception) =>
        DiskFull.Is(exception) ? DiskFull.AsRefusal(folder.Path) : VideoRefusals.StorageAway();
}
