using System.Collections.Concurrent;
using Vigint.Domain.Videos;

namespace Vigint.Application.Videos;

/// <summary>
/// The videos of which folder and record may disagree. Nothing is evicted: there are never more entries than files in the folder.
/// </summary>
public sealed class UnsettledVideos
{
    private readonly ConcurrentDictionary<string, VideoId> doubtful = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> torn = new(StringComparer.Ordinal);

    /// <summary>Videos whose record could not be written, or perhaps was. Until they are settled, the folder says what they are.</summary>
    public ICollection<VideoId> Doubtful => doubtful.Values;

    public bool IsDoubtful(VideoId id) => doubtful.ContainsKey(id.Text);

    /// <summary>The disk failed while the video was replaced: bytes and sidecar may not belong together until the next start.</summary>
    public bool IsTorn(VideoId id) => torn.ContainsKey(id.Text);

    public void MarkDoubtful(VideoId id) => doubtful[id.Text] = id;

    public void MarkSettled(VideoId id) => doubtful.TryRemove(id.Text, out _);

    public void MarkTorn(VideoId id) => torn[id.Text] = true;
}
