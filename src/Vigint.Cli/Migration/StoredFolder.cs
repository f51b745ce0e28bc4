using Vigint.Domain;
using Vigint.Domain.Videos;
using Vigint.Infrastructure.Disk;

namespace Vigint.Cli.Migration;

/// <summary>A storage folder as a source: <c>video_ID.mp4</c> with <c>video_ID.json</c> beside it. Nothing in it is changed.</summary>
internal static class StoredFolder
{
    /// <exception cref="CommandFailedException">It cannot be read.</exception>
    public static ClipSource Read(string folder)
    {
        try
        {
            var pairs = Directory
                .EnumerateFiles(folder)
                .Select(path => (Path: path, Name: StorageFolder.Recognise(Path.GetFileName(path))))
                .Where(file => file.Name is not null)
                .GroupBy(file => file.Name!.Value.Id.Text, StringComparer.Ordinal)
                .OrderBy(pair => pair.Key, StringComparer.Ordinal);
            var links = new ClipLinks(folder, ClipLinks.Parse(Environment.GetEnvironmentVariable(ClipLinks.Setting) ?? "") ?? []);
            var clips = new List<SourceClip>();
            var unusable = new List<UnusableEntry>();
            foreach (var pair in pairs)
            {
                var bytes = pair.FirstOrDefault(file => !file.Name!.Value.IsSidecar).Path;
                var sidecar = pair.FirstOrDefault(file => file.Name!.Value.IsSidecar).Path;
                if (bytes is null || sidecar is null)
                    unusable.Add(new UnusableEntry(pair.Key, bytes is null ? "Its .mp4 file is missing." : "Its .json file is missing."));
                else if (TroubleOf(pair.Key) is { } trouble)
                    unusable.Add(new UnusableEntry(pair.Key, trouble));
                else
                    clips.Add(new StoredClip(VideoId.Parse(pair.Key), bytes, sidecar, links));
            }

            return new ClipSource(clips, unusable);
        }
        catch (DirectoryNotFoundException exception)
        {
            throw new CommandFailedException($"There is no folder '{folder}'.", ExitCodes.WrongUse, exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw CommandFailedException.NotDone($"The folder cannot be read: {exception.Message}", exception);
        }
    }

    // The old server took ids that a new upload may not have; mounting its folder as VIDEO_STORAGE_DIR takes those in as well.
    private static string? TroubleOf(string id)
    {
        try
        {
            _ = VideoId.Parse(id);
            return null;
        }
        catch (RefusedException refusal)
        {
            return $"{refusal.Detail}. A server that has this folder as its VIDEO_STORAGE_DIR takes it in as it is.";
        }
    }
}
