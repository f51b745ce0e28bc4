using System.Text.Json.Nodes;
using Vigint.Domain.Videos;

namespace Vigint.Cli.Migration;

/// <summary>A video behind a private link of an old server.</summary>
/// <param name="link">Holds the token: a secret.</param>
/// <param name="told">The expiration as the list tells it; null when it does not.</param>
internal sealed class LinkedClip(VideoId id, Uri link, LinkExpiration? told, OldServer server) : SourceClip(id)
{
    private static readonly string[] Kept = ["incident_type", "risk_level"];

    public Uri Link => link;

    public override async Task<ClipFacts> DescribeAsync(CancellationToken cancellationToken)
    {
        var info = await server.DescribeAsync(link, cancellationToken);
        var expiration = told ?? LinkExpiration.Read(info?["expiration_time"]?.ToString());
        var metadata = new JsonObject { ["video_id"] = Id.Text };
        foreach (var name in Kept)
        {
            if (info?[name] is { } value)
                metadata[name] = value.DeepClone();
        }

        // The very text: links that were made of it open the video on the new server too, where the key is the same.
        if (expiration is not null)
            metadata["expiration_time"] = expiration.Text;
        return new ClipFacts(metadata, expiration, info?["filename"]?.ToString());
    }

    public override Task<ClipFile> OpenAsync(CancellationToken cancellationToken) => server.DownloadAsync(link, cancellationToken);
}
