using System.Text.Json.Nodes;
using Vigint.Domain.Videos;

namespace Vigint.Cli.Migration;

/// <summary>A video where it comes from.</summary>
internal abstract class SourceClip(VideoId id)
{
    public VideoId Id { get; } = id;

    /// <summary>What is known of it beside its bytes.</summary>
    /// <exception cref="CommandFailedException">It cannot be told; the sentence says why.</exception>
    public abstract Task<ClipFacts> DescribeAsync(CancellationToken cancellationToken);

    /// <summary>Makes its bytes readable here.</summary>
    /// <exception cref="CommandFailedException">They cannot be had; the sentence says why.</exception>
    public abstract Task<ClipFile> OpenAsync(CancellationToken cancellationToken);
}

/// <param name="Metadata">What is sent along with the bytes; has its <c>video_id</c>.</param>
/// <param name="Expiration">When its links end; null when nobody tells.</param>
/// <param name="FileName">The one that its uploader gave; null when nobody tells.</param>
/// <param name="Sha256">Of the bytes as uploaded, 64 lower-case hex digits; null when nobody tells.</param>
internal sealed record ClipFacts(JsonObject Metadata, LinkExpiration? Expiration, string? FileName, string? Sha256 = null);

/// <param name="Name">What people find it by: a line of the list, a file. Never a token.</param>
/// <param name="Reason">Why it cannot be moved.</param>
internal sealed record UnusableEntry(string Name, string Reason);

/// <summary>Everything that is to be moved.</summary>
internal sealed record ClipSource(IReadOnlyList<SourceClip> Clips, IReadOnlyList<UnusableEntry> Unusable)
{
    /// <summary>Whether there is nothing at all in it, which is hardly what somebody wants moved.</summary>
    public bool IsEmpty => Clips.Count == 0 && Unusable.Count == 0;
}
