using System.Text.Json.Nodes;
using Vigint.Domain.Videos;
using Vigint.Infrastructure.Disk;

namespace Vigint.Cli.Migration;

/// <summary>A video in a storage folder, an old server's or Vigint's own.</summary>
/// <param name="bytesPath">Its <c>video_ID.mp4</c>.</param>
/// <param name="sidecarPath">Its <c>video_ID.json</c>.</param>
internal sealed class StoredClip(VideoId id, string bytesPath, string sidecarPath) : SourceClip(id)
{
    private static readonly System.Text.Json.JsonDocumentOptions Deep = new() { MaxDepth = 80 };

    public override async Task<ClipFacts> DescribeAsync(CancellationToken cancellationToken)
    {
        try
        {
            var sidecar = await File.ReadAllBytesAsync(sidecarPath, cancellationToken);
            var file = new FileInfo(bytesPath);
            var video = SidecarFile.Read(Id, sidecar, file.Length, file.LastWriteTimeUtc);
            var metadata = (JsonObject)JsonNode.Parse(video.Metadata, documentOptions: Deep)!;
            metadata["video_id"] = Id.Text;

            // A client's own stays as it is. Where there is none, this one saves sending the video twice, for one of the texts can then stand in the metadata.
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
            return await ClipFile.OfAsync(bytesPath, cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw CommandFailedException.NotDone($"It cannot be read: {exception.Message}", exception);
        }
    }
}
