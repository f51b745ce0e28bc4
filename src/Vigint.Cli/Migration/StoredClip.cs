using System.Text.Json.Nodes;
using Microsoft.Win32.SafeHandles;
using Vigint.Domain.Videos;
using Vigint.Infrastructure.Disk;

namespace Vigint.Cli.Migration;

/// <summary>A video in a storage folder, an old server's or Vigint's own.</summary>
/// <param name="bytesPath">Its <c>video_ID.mp4</c>.</param>
/// <param name="sidecarPath">Its <c>video_ID.json</c>.</param>
/// <param name="links">Where its two files may lead when they are symbolic links.</param>
internal sealed class StoredClip(VideoId id, string bytesPath, string sidecarPath, ClipLinks links) : SourceClip(id)
{
    private static readonly System.Text.Json.JsonDocumentOptions Deep = new() { MaxDepth = 80 };

    public override Task<ClipFacts> DescribeAsync(CancellationToken cancellationToken) => Task.FromResult(Describe());

    private ClipFacts Describe()
    {
        try
        {
            using var sidecar = Open(sidecarPath, "its JSON file");
            using var file = Open(bytesPath, "its video file");
            var video = SidecarFile.Read(Id, RegularFile.ReadToEnd(sidecar), RandomAccess.GetLength(file), File.GetLastWriteTimeUtc(file));
            var metadata = (JsonObject)JsonNode.Parse(video.Metadata, documentOptions: Deep)!;
            metadata["video_id"] = Id.Text;

            // A client's own stays as it is. Where there is none, this one saves sending the video twice, for one of the texts can then
            // stand in the metadata.
            if (metadata["expiration_time"] is null)
                metadata["expiration_time"] = video.Expiration.Text;
            return new ClipFacts(metadata, video.Expiration, video.LinkTexts, video.FileName, video.Sha256);
        }
        catch (Exception exception) when (exception is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            throw CommandFailedException.NotDone($"It cannot be used: {exception.Message}.", exception);
        }
    }

    public override async Task<ClipFile> OpenAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await ClipFile.OfAsync(Open(bytesPath, "its video file"), cancellationToken);
        }
        catch (Exception exception) when (exception is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            throw CommandFailedException.NotDone($"It cannot be read: {exception.Message}", exception);
        }
    }

    private SafeFileHandle Open(string path, string what) =>
        links.Open(path, out var refusal)
        ?? throw new InvalidDataException(refusal == RegularFile.Refusal.None ? $"{what} is missing" : ClipLinks.WhyNot(what, refusal));
}
