using Vigint.Domain;
using Vigint.Domain.Alerts;
using Vigint.Domain.Videos;

namespace Vigint.Application.Alerts;

/// <summary>
/// Clips that are being stored for alerts which are not recorded yet. Recording an alert (<see cref="IAlertRecords.AddAsync"/>) ends that,
/// in the same transaction: what is left here for long is the clip of an alert that never was. Every method throws
/// <see cref="Refusal.Unavailable"/> when the database is away.
/// </summary>
public interface IExpectedClips
{
    /// <summary>Notes that a clip is about to be stored.</summary>
    Task ExpectAsync(ExpectedClip clip, CancellationToken cancellationToken);

    /// <summary>The oldest.</summary>
    Task<IReadOnlyList<ExpectedClip>> ListAsync(int limit, CancellationToken cancellationToken);

    /// <summary>Decides that the alert will not be recorded; waits for a call that is just recording it.</summary>
    /// <returns>False when it has been recorded.</returns>
    Task<bool> GiveUpAsync(AlertId alert, CancellationToken cancellationToken);

    /// <summary>After the clock was set: all are as if they had come now.</summary>
    Task TakeUpStepAsync(DateTimeOffset now, CancellationToken cancellationToken);

    Task ForgetAsync(AlertId alert, CancellationToken cancellationToken);
}

public sealed record ExpectedClip(AlertId AlertId, VideoId VideoId, DateTimeOffset At);
