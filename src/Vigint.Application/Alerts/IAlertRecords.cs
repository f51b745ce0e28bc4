using Vigint.Application.Common;
using Vigint.Application.Idempotency;
using Vigint.Domain;
using Vigint.Domain.Alerts;

namespace Vigint.Application.Alerts;

/// <summary>The recorded alerts. Every method throws <see cref="Refusal.Unavailable"/> when the database is away.</summary>
public interface IAlertRecords
{
    /// <param name="scope">The owner whose alerts may be seen; null for everybody's.</param>
    Task<Alert?> FindAsync(AlertId id, string? scope, CancellationToken cancellationToken);

    /// <summary>The earliest alert of the same incident that keeps another from being sent.</summary>
    Task<Alert?> FindSameAsync(Incident incident, CancellationToken cancellationToken);

    /// <summary>
    /// Records an alert and the ways by which it goes to people, all or nothing, unless it is one of an incident that was reported before
    /// or its call is known; then that is counted, or nothing. Of equal ones at the same moment one is first.
    /// </summary>
    /// <param name="incident">What would make it the same as another; null where it is to be recorded in any case.</param>
    /// <param name="call">Noted with it; null for a call without a key.</param>
    /// <exception cref="RefusedException">
    /// <see cref="Refusal.Forbidden"/> when the owner is a client that is being erased, or has been.
    /// </exception>
    Task<RecordedAlert> AddAsync(
        Alert alert,
        IReadOnlyList<PlannedDelivery> deliveries,
        Incident? incident,
        KeyedCall? call,
        CancellationToken cancellationToken
    );

    /// <summary>Counts that the incident of a recorded alert came again.</summary>
    /// <param name="repeat">The id that the repetition would have had: counted once, however often this is called.</param>
    /// <param name="call">Noted with it; null for a call without a key.</param>
    /// <returns>As it is now; null when it no longer keeps another from being sent.</returns>
    Task<RecordedAlert?> RepeatAsync(
        AlertId first,
        AlertId repeat,
        KeyedCall? call,
        DateTimeOffset now,
        CancellationToken cancellationToken
    );

    /// <summary>Alerts, newest first.</summary>
    /// <param name="after">Where the page before ended; null for the first.</param>
    Task<IReadOnlyList<Alert>> PageAsync(AlertFilter filter, PagePosition? after, int limit, CancellationToken cancellationToken);

    /// <summary>Forgets the oldest of the alerts before a time, with all that was recorded of their delivery.</summary>
    /// <param name="most">About how many go at once.</param>
    /// <returns>How many; fewer than <paramref name="most"/> when there are no more.</returns>
    Task<int> ForgetAsync(DateTimeOffset before, int most, CancellationToken cancellationToken);

    /// <summary>
    /// Forgets the oldest of the alerts of each owner who has more than so many; never one that waits to be sent by any channel.
    /// </summary>
    /// <param name="mostOfOne">That each owner keeps.</param>
    /// <param name="most">About how many go at once.</param>
    /// <returns>How many; fewer than <paramref name="most"/> when there are no more.</returns>
    Task<int> ForgetBeyondAsync(int mostOfOne, int most, CancellationToken cancellationToken);

    /// <summary>
    /// Forgets the oldest of an owner's alerts, with all that was recorded of their delivery; what waits to be sent is not sent.
    /// </summary>
    /// <param name="most">About how many go at once.</param>
    /// <returns>How many; fewer than <paramref name="most"/> when there are no more.</returns>
    Task<int> ForgetOfAsync(string owner, int most, CancellationToken cancellationToken);
}

/// <summary>What was reported, and between which times another alert is about the same incident.</summary>
/// <param name="Risk">One of lower risk does not keep this one from being sent.</param>
/// <param name="Until">One that is dated later was dated by a clock that was set back since: nobody knows when it was.</param>
public sealed record Incident(string Owner, IncidentMarks Marks, RiskLevel Risk, DateTimeOffset Since, DateTimeOffset Until);

/// <summary>What has become of an alert that was to be recorded.</summary>
/// <param name="Alert">That one, or the first of its incident, or the one that the call was answered with before.</param>
/// <param name="Known">How the call was answered; null unless it is known.</param>
public sealed record RecordedAlert(Alert Alert, RecordingResult Result, KnownCall? Known = null);

public enum RecordingResult
{
    Added,

    /// <summary>Another of the same incident is there, and has been counted.</summary>
    Repeated,

    /// <summary>The call came before.</summary>
    Known,
}

/// <param name="Scope">The owner whose alerts may be seen; null for everybody's.</param>
/// <param name="State">Null for all.</param>
/// <param name="Risk">Null for all.</param>
/// <param name="From">The first instant.</param>
/// <param name="To">The first that no longer counts.</param>
public sealed record AlertFilter(string? Scope, AlertState? State, RiskLevel? Risk, DateTimeOffset From, DateTimeOffset To);
