using Vigint.Application.Common;
using Vigint.Domain.Videos;

namespace Vigint.Application.Audit;

/// <summary>
/// Who did what with which video. Every method throws <see cref="Domain.Refusal.Unavailable"/> when the database is away.
/// </summary>
public interface IAuditRecords
{
    /// <summary>
    /// Records events, all or none; those that are recorded already change nothing, nor do those about videos of a client that was erased.
    /// </summary>
    Task AddAsync(IReadOnlyList<AuditEvent> events, CancellationToken cancellationToken);

    /// <summary>What happened to the video of that id, newest first.</summary>
    /// <param name="scope">The owner whose videos may be seen; null for everybody's. An id may have had several owners.</param>
    /// <param name="after">Where the page before ended; null for the first.</param>
    Task<IReadOnlyList<AuditEvent>> PageAsync(
        VideoId id,
        string? scope,
        PagePosition? after,
        int limit,
        CancellationToken cancellationToken
    );

    /// <summary>Forgets the oldest of the events before a time.</summary>
    /// <param name="most">About how many go at once.</param>
    /// <returns>How many; fewer than <paramref name="most"/> when there are no more.</returns>
    Task<int> ForgetAsync(DateTimeOffset before, int most, CancellationToken cancellationToken);

    /// <summary>Forgets the oldest events about an owner's videos, no matter who caused them.</summary>
    /// <param name="most">About how many go at once.</param>
    /// <returns>How many; fewer than <paramref name="most"/> when there are no more.</returns>
    Task<int> ForgetOfAsync(string owner, int most, CancellationToken cancellationToken);
}

/// <summary>What can happen to a video.</summary>
public enum AuditAction
{
    /// <summary>Stored, in place of another of its id or not.</summary>
    Uploaded,

    /// <summary>Played with a link: once per viewing, not per range.</summary>
    Opened,

    /// <summary>Its links live longer.</summary>
    Extended,

    /// <summary>Deleted by its owner or the operator.</summary>
    Deleted,

    /// <summary>Deleted by the server because its time was over.</summary>
    Expired,

    /// <summary>The server found its file gone: removed by hand, or by a deletion that was cut short.</summary>
    Missing,
}

/// <param name="Id">Unique; those of one millisecond sort in the order in which they were made.</param>
/// <param name="Owner">Whose video it was.</param>
/// <param name="ClientId">Whose key was used; null for somebody with a link and for the server itself.</param>
/// <param name="ClientName">The client's name at the time.</param>
public sealed record AuditEvent(
    string Id,
    DateTimeOffset At,
    VideoId VideoId,
    string Owner,
    AuditAction Action,
    int? ClientId,
    string? ClientName,
    CallOrigin Origin
)
{
    public PagePosition Position => new(At.ToUnixTimeMilliseconds(), Id);
}
