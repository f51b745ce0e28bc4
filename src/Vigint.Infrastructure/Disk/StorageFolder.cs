using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;
using Vigint.Domain.Videos;

namespace Vigint.Infrastructure.Disk;

/// <param name="Path">Absolute; <c>VIDEO_STORAGE_DIR</c>.</param>
/// <param name="LinkFolders">Absolute; where else symbolic links of clips may lead (<c>VIDEO_LINK_DIRS</c>).</param>
public sealed record StorageFolderOptions(string Path, IReadOnlyList<string>? LinkFolders = null);

/// <summary>
/// The storage folder as this process has it: for itself alone, with an area for what is not yet a video on the same file
/// system, so that a rename is enough to make it one.
/// </summary>
internal sealed class StorageFolder : IDisposable
{
    private const string Prefix = "video_";
    private const string VideoSuffix = ".mp4";
    private const string SidecarSuffix = ".json";

    // So many links are named in the log one by one.
    private const int MostNamed = 1000;

    private readonly SafeFileHandle handle;
    private readonly ClipLinks links;
    private readonly ILogger<StorageFolder>? logger;
    private readonly HashSet<string> named = new(StringComparer.Ordinal);

    /// <summary>Makes the folder if need be, takes it, and puts right what a crash left in its temporary area.</summary>
    /// <exception cref="StartUpException">It cannot be made or written, or another server has it.</exception>
    public StorageFolder(StorageFolderOptions options, ILogger<StorageFolder>? logger = null)
    {
        this.logger = logger;
        links = new ClipLinks(options.Path, options.LinkFolders ?? []);
        Path = options.Path;
        IncomingPath = System.IO.Path.Combine(Path, ".incoming");
        WorkPath = System.IO.Path.Combine(Path, ".work");
        PlayablePath = System.IO.Path.Combine(Path, ".playable");
        try
        {
            NewFile.Folder(Path);
            foreach (var own in (string[])[IncomingPath, WorkPath, PlayablePath])
            {
                NewFile.Folder(own);
                if (new DirectoryInfo(own).LinkTarget is not null)
                    throw new StartUpException(
                        $"'{own}' is a symbolic link, which is not followed; mount the other disk there, or replace it by a folder."
                    );
            }

            using (
                new FileStream(
                    Incoming($"{Guid.NewGuid():N}.probe"),
                    new FileStreamOptions
                    {
                        Mode = FileMode.CreateNew,
                        Access = FileAccess.Write,
                        Options = FileOptions.DeleteOnClose,
                    }
                )
            )
            {
                // Opening it was the question.
            }

            handle = Posix.OpenFolder(Path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new StartUpException(
                $"The storage folder '{Path}' cannot be written ({exception.Message}); set VIDEO_STORAGE_DIR to a folder that can.",
                exception
            );
        }

        if (!Posix.TryTake(handle))
            throw new StartUpException($"The storage folder '{Path}' is in use by another Vigint server; stop that one first.");
        try
        {
            CrashRecovery.Run(this);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new StartUpException(
                $"What a crash left in '{IncomingPath}' or '{WorkPath}' cannot be put right ({exception.Message}); make its files "
                    + $"readable and writable.",
                exception
            );
        }
    }

    public string Path { get; }

    /// <summary>Drafts, and while a video is replaced the bytes before.</summary>
    public string IncomingPath { get; }

    /// <summary>Where work on media has its files while it lasts; see <see cref="Scratch"/>.</summary>
    public string WorkPath { get; }

    /// <summary>What is made of videos; see <see cref="RenditionFolder"/>.</summary>
    public string PlayablePath { get; }

    public string Video(VideoId id) => System.IO.Path.Combine(Path, $"{Prefix}{id.Text}{VideoSuffix}");

    public string Sidecar(VideoId id) => System.IO.Path.Combine(Path, $"{Prefix}{id.Text}{SidecarSuffix}");

    public string PlayableFolder(VideoId id) => System.IO.Path.Combine(PlayablePath, $"{Prefix}{id.Text}");

    public string Playable(VideoKey video) => System.IO.Path.Combine(PlayableFolder(video.Id), $"{video.Revision}.mp4");

    public string Poster(VideoKey video) => System.IO.Path.Combine(PlayableFolder(video.Id), $"{video.Revision}.jpg");

    public string Incoming(string name) => System.IO.Path.Combine(IncomingPath, name);

    /// <summary>Opens the bytes of a video to read them. A link is followed only to where links may lead.</summary>
    /// <param name="refusal">Why not, when something has the name.</param>
    /// <param name="tells">Whether the log says so, once; false where the caller does.</param>
    /// <returns>Null when they are not there, or are refused.</returns>
    /// <exception cref="IOException">They cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The same.</exception>
    public SafeFileHandle? OpenVideo(VideoId id, out RegularFile.Refusal refusal, bool tells = true)
    {
        var opened = links.Open(Video(id), out refusal);
        if (tells && refusal != RegularFile.Refusal.None)
            Name(id, ClipLinks.WhyNot("its video file", refusal));
        return opened;
    }

    /// <summary>The same for the sidecar; the log says nothing.</summary>
    public SafeFileHandle? OpenSidecar(VideoId id, out RegularFile.Refusal refusal) => links.Open(Sidecar(id), out refusal);

    /// <summary>Opens a file that this server made below one of its own folders, to read it. No link on the way is followed.</summary>
    /// <returns>Null when it is not there, or there is a link on the way.</returns>
    public SafeFileHandle? OpenOwn(params ReadOnlySpan<string> names) => RegularFile.OpenOwn(handle, names);

    /// <summary>Makes what was renamed or removed in the folder survive a loss of power.</summary>
    public void Flush() => Posix.FlushFolder(handle);

    /// <returns>The id and which of its two files this is; null for any other name.</returns>
    public static (VideoId Id, bool IsSidecar)? Recognise(string fileName)
    {
        var suffix =
            fileName.EndsWith(VideoSuffix, StringComparison.Ordinal) ? VideoSuffix
            : fileName.EndsWith(SidecarSuffix, StringComparison.Ordinal) ? SidecarSuffix
            : null;
        if (suffix is null || !fileName.StartsWith(Prefix, StringComparison.Ordinal) || fileName.Length <= Prefix.Length + suffix.Length)
            return null;
        return VideoId.OfStored(fileName[Prefix.Length..^suffix.Length]) is { } id ? (id, suffix == SidecarSuffix) : null;
    }

    /// <returns>The id whose renditions the folder of that name holds; null for any other name.</returns>
    public static VideoId? RecogniseFolder(string name) =>
        name.StartsWith(Prefix, StringComparison.Ordinal) ? VideoId.OfStored(name[Prefix.Length..]) : null;

    private void Name(VideoId id, string why)
    {
        lock (named)
        {
            if (named.Count >= MostNamed || !named.Add(id.Text))
                return;
        }

        logger?.NotOpened(id, why);
    }

    public void Dispose()
    {
        if (handle.IsClosed)
            return;
        Posix.GiveBack(handle);
        handle.Dispose();
    }
}
