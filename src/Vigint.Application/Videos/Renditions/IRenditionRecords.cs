using Vigint.Application.Common;
using Vigint.Domain;
using Vigint.Domain.Videos;

namespace Vigint.Application.Videos.Renditions;

/// <summary>
/// How the renditions of the recorded videos stand; a video without a record has not had its turn. A record goes with its video, and
/// when that is replaced. Every method throws <see cref="Refusal.Unavailable"/> when the database is away.
/// </summary>
public interface IRenditionRecords
{
    Task<Rendition?> FindAsync(VideoKey video, CancellationToken cancellationToken);

    /// <summary>Those of the ids that have one, of whatever revision, in no order.</summary>
    Task<IReadOnlyList<Rendition>> FindAsync(IReadOnlyCollection<VideoId> ids, CancellationToken cancellationToken);

    /// <summary>Inserts or replaces.</summary>
    /// <returns>False when that revision of the video is not recorded (any more); nothing is written then.</returns>
    Task<bool> SaveAsync(Rendition rendition, CancellationToken cancellationToken);

    /// <summary>Has the video wait for its turn again.</summary>
    Task ForgetAsync(VideoKey video, CancellationToken cancellationToken);

    /// <summary>Videos without one, the newest first.</summary>
    Task<IReadOnlyList<UnmadeVideo>> UnmadeAsync(PagePosition? after, int limit, CancellationToken cancellationToken);

    /// <summary>Those that are being prepared and are due to be begun again, the longest due first.</summary>
    Task<IReadOnlyList<UnmadeVideo>> DueAsync(DateTimeOffset now, int limit, CancellationToken cancellationToken);

    /// <summary>After the clock was set: those that are being prepared are begun again as late as before.</summary>
    /// <param name="step">By how much; less than nothing for back.</param>
    Task TakeUpStepAsync(TimeSpan step, CancellationToken cancellationToken);

    /// <summary>Those that have files beside the original, in the order of the ids.</summary>
    Task<IReadOnlyList<Rendition>> WithFilesAsync(string? afterId, int limit, CancellationToken cancellationToken);
}

/// <param name="Owner">Turns go round between owners.</param>
/// <param name="Position">To continue after it.</param>
public sealed record UnmadeVideo(VideoKey Key, string Owner, PagePosition Position);
