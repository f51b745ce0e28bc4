namespace Vigint.Application.Clock;

/// <summary>Keeps the last time that was believed, over restarts and crashes, and while the clock is in doubt that it is.</summary>
public interface IClockRecord
{
    /// <returns>Null when none was kept, or it cannot be read.</returns>
    ClockReading? Read();

    /// <summary>Replaces the one before in one step.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    void Write(ClockReading reading);
}

/// <param name="Time">The time of day; while the clock is in doubt what it would be without the step.</param>
/// <param name="SinceBoot">The monotonic clock at the same moment.</param>
/// <param name="BootId">Which start of the machine the latter counts from; null where that is not known.</param>
/// <param name="Doubt">Null when there is none, and every step has been taken up.</param>
public sealed record ClockReading(DateTimeOffset Time, TimeSpan SinceBoot, string? BootId, ClockDoubt? Doubt = null);

/// <summary>What a restart must not forget of a step, or it would begin the hold anew and take the step up twice.</summary>
/// <param name="State"><see cref="ClockState.Good"/> when only the step has to be taken up.</param>
/// <param name="HeldFor">How long deletions were held while a server ran: how long a machine was off nobody knows.</param>
/// <param name="Ahead">What the clock was ahead of the time that is kept.</param>
/// <param name="ToTakeUp">See <see cref="ClockWatch.StepToTakeUp"/>.</param>
public sealed record ClockDoubt(ClockState State, TimeSpan HeldFor, TimeSpan Ahead, TimeSpan ToTakeUp);
