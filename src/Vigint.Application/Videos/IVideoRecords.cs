using Vigint.Application.Common;
using Vigint.Domain;
using Vigint.Domain.Videos;

namespace Vigint.Application.Videos;

/// <summary>
/// The index of the stored videos. <c>scope</c> is the owner whose videos may be seen, or null for everybody's.
/// Every method throws <see cref="Refusal.Unavailable"/> when the database is away, and <see cref="Refusal.NoRoom"/> when its disk is full.
/// </summary>
public interface IVideoRecords
{
    Task<Video?> FindAsync(VideoId id, string? scope, CancellationToken cancellationToken);

    /// <summary>The states of the recorded ids, in no order.</summary>
    Task<IReadOnlyList<VideoStamp>> StampsAsync(IReadOnlyCollection<VideoId> ids, CancellationToken cancellationToken);

    /// <summary>
    /// Inserts or replaces, all or none, and remembers for ever that the ids had these link texts. What is recorded of the rendition
    /// of another revision goes.
    /// </summary>
    /// <exception cref="RefusedException">
    /// <see cref="Refusal.Conflict"/>, and nothing is written, when an id is recorded for another owner; <see cref="Refusal.Forbidden"/>
    /// when the owner is a client that is being erased, or has been.
    /// </exception>
    Task SaveAsync(IReadOnlyCollection<Video> videos, CancellationToken cancellationToken);

    /// <summary>Whether the id ever had this link text, for this video or one before it.</summary>
    Task<bool> WasUsedAsync(VideoId id, string linkText, CancellationToken cancellationToken);

    /// <summary>
    /// Removes those that still have the revision, with their renditions' records; others were replaced meanwhile and stay.
    /// </summary>
    Task RemoveAsync(IReadOnlyCollection<VideoKey> videos, CancellationToken cancellationToken);

    /// <summary>Newest first, without metadata.</summary>
    /// <param name="after">Where the page before ended; null for the first.</param>
    Task<IReadOnlyList<VideoSummary>> PageAsync(string? scope, PagePosition? after, int limit, CancellationToken cancellationToken);

    /// <summary>Those whose links have ended, the longest ended first.</summary>
    Task<IReadOnlyList<DueVideo>> EndedAsync(
        string? scope,
        DateTimeOffset now,
        PagePosition? after,
        int limit,
        CancellationToken cancellationToken
    );

    /// <summary>Those uploaded before a time, oldest first.</summary>
    Task<IReadOnlyList<DueVideo>> UploadedBeforeAsync(
        string? scope,
        DateTimeOffset before,
        PagePosition? after,
        int limit,
        CancellationToken cancellationToken
    );

    /// <summary>Every recorded id, in the order of the ids.</summary>
    Task<IReadOnlyList<VideoKey>> KeysAsync(string? afterId, int limit, CancellationToken cancellationToken);
}

/// <param name="Position">To continue after it.</param>
public sealed record DueVideo(VideoKey Key, long SizeBytes, PagePosition Position);

/// <summary>A record as a list shows it; <see cref="Video"/> without the metadata.</summary>
public sealed record VideoSummary(
    VideoKey Key,
    LinkExpiration Expiration,
    DateTimeOffset UploadedAt,
    long SizeBytes,
    string? Sha256,
    MediaFacts Media,
    string? FileName,
    PagePosition Position
);
