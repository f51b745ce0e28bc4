using Vigint.Application.Audit;
using Vigint.Application.Common;
using Vigint.Domain.Videos;

namespace Vigint.Application.Videos;

/// <summary>
/// Is told of each change of the stored videos, in the order in which observers are registered, while the lease of the video is held.
/// What has happened has happened: only <see cref="Erasing"/> may throw.
/// </summary>
public interface IVideoObserver
{
    /// <summary>A video was stored.</summary>
    /// <param name="before">What it replaced; null when it is a new one.</param>
    void Stored(Video video, Video? before, Caller by) { }

    /// <summary>The same bytes were uploaded again; the video and its links stay.</summary>
    Task RepeatedAsync(Video video, Caller by, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>The links of a video work longer.</summary>
    void Extended(Video video, Caller by) { }

    /// <summary>The record of a video, which was in doubt, agrees with the folder again.</summary>
    /// <param name="stored">Null when there is no such video.</param>
    void Settled(VideoId id, Video? stored) { }

    /// <summary>
    /// A video of a client that is being erased is about to go. What was made of it must go first, so that a record of it is left.
    /// </summary>
    /// <returns>The bytes that were freed.</returns>
    /// <exception cref="IOException">It cannot be removed; the video stays.</exception>
    long Erasing(VideoStamp video) => 0;

    /// <summary>The files of a video are gone.</summary>
    /// <returns>The bytes that were freed beside the video's own.</returns>
    long Removed(VideoStamp video, Removal removal) => 0;
}

/// <summary>Why a video goes.</summary>
/// <param name="Why">Null when its client is being erased, and the audit with it.</param>
/// <param name="By">Null for the server itself.</param>
public sealed record Removal(AuditAction? Why, Caller? By)
{
    public static Removal Erasure { get; } = new(null, null);
}
