using System.Text.Json.Nodes;
using Vigint.Cli.Servers;
using Vigint.Domain.Videos;

namespace Vigint.Cli.Migration;

/// <summary>A video behind a private link of an old server.</summary>
/// <param name="told">The expiration as the list tells it; null when it does not.</param>
internal sealed class LinkedClip(VideoId id, PrivateLink link, LinkExpiration? told, OldServer server) : SourceClip(id)
{
    private static readonly string[] Kept = ["incident_type", "risk_level"];

    public override PrivateLink Link => link;

    public override async Task<ClipFacts> DescribeAsync(CancellationToken cancellationToken)
    {
        var info = await server.DescribeAsync(link.Address, cancellationToken);

        // The link may have been made longer since the list was; both texts may have gone into it.
        var current = LinkExpiration.Read(info?["expiration_time"]?.ToString());
        var expiration = current ?? told;
        var metadata = new JsonObject { ["video_id"] = Id.Text };
        foreach (var name in Kept)
        {
            if (info?[name] is { } value)
                metadata[name] = value.DeepClone();
        }

        if (expiration is not null)
            metadata["expiration_time"] = expiration.Text;
        string[] texts = [.. new[] { current, told }.OfType<LinkExpiration>().Select(one => one.Text).Distinct()];
        return new ClipFacts(metadata, expiration, texts, info?["filename"]?.ToString());
    }

    public override Task<ClipFile> OpenAsync(CancellationToken cancellationToken) => server.DownloadAsync(link.Address, cancellationToken);
}
