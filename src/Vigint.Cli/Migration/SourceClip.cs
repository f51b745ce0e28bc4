using System.Text.Json.Nodes;
using Vigint.Cli.Servers;
using Vigint.Domain.Videos;

namespace Vigint.Cli.Migration;

/// <summary>A video where it comes from.</summary>
internal abstract class SourceClip(VideoId id)
{
    public VideoId Id { get; } = id;

    /// <summary>By which it is known where it comes from; null for one in a folder.</summary>
    public virtual PrivateLink? Link => null;

    /// <summary>What is known of it beside its bytes.</summary>
    /// <exception cref="CommandFailedException">It cannot be told; the sentence says why.</exception>
    public abstract Task<ClipFacts> DescribeAsync(CancellationToken cancellationToken);

    /// <summary>Makes its bytes readable here.</summary>
    /// <exception cref="CommandFailedException">They cannot be had; the sentence says why.</exception>
    public abstract Task<ClipFile> OpenAsync(CancellationToken cancellationToken);
}

/// <param name="Metadata">What is sent along with the bytes; has its <c>video_id</c>.</param>
/// <param name="Expiration">When its links end; null when nobody tells.</param>
/// <param name="LinkTexts">What the tokens of its links are made of, each text as it was written, as far as somebody tells.</param>
/// <param name="FileName">The one that its uploader gave; null when nobody tells.</param>
/// <param name="Sha256">Of the bytes as uploaded, 64 lower-case hex digits; null when nobody tells.</param>
internal sealed record ClipFacts(
    JsonObject Metadata,
    LinkExpiration? Expiration,
    IReadOnlyList<string> LinkTexts,
    string? FileName,
    string? Sha256 = null
)
{
    private const string ExpirationMember = "expiration_time";

    /// <summary>
    /// The metadata, once for each text that is to open the video: a server adds the text that stands in <c>expiration_time</c>. The last
    /// one is the metadata as it is to stay.
    /// </summary>
    public static IReadOnlyList<JsonObject> Replays(JsonObject metadata, IReadOnlyList<string> texts)
    {
        var own = metadata[ExpirationMember] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
        return texts.Count == 0 ? [] : [.. texts.Where(one => one != own).Select(one => With(metadata, one)), metadata];
    }

    /// <summary>Whether what a server has recorded is this metadata, as it was sent in one of its replays.</summary>
    public bool IsSameAs(JsonObject recorded) => JsonNode.DeepEquals(Without(recorded), Without(Metadata));

    private static JsonObject With(JsonObject metadata, string text)
    {
        var copy = metadata.DeepClone().AsObject();
        copy[ExpirationMember] = text;
        return copy;
    }

    // The hash is added when a video is sent that had none.
    private static JsonObject Without(JsonObject metadata)
    {
        var copy = metadata.DeepClone().AsObject();
        copy.Remove(ExpirationMember);
        copy.Remove("file_hash");
        return copy;
    }
}

/// <param name="Name">What people find it by: a line of the list, a file. Never a token.</param>
/// <param name="Reason">Why it cannot be moved.</param>
internal sealed record UnusableEntry(string Name, string Reason);

/// <summary>Everything that is to be moved.</summary>
internal sealed record ClipSource(IReadOnlyList<SourceClip> Clips, IReadOnlyList<UnusableEntry> Unusable)
{
    /// <summary>Whether there is nothing at all in it, which is hardly what somebody wants moved.</summary>
    public bool IsEmpty => Clips.Count == 0 && Unusable.Count == 0;
}
