namespace Vigint.Application.Clock;

/// <summary>Keeps the last time that was believed, over restarts and crashes.</summary>
public interface IClockRecord
{
    /// <returns>Null when none was kept, or it cannot be read.</returns>
    ClockReading? Read();

    /// <summary>Replaces the one before in one step.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    void Write(ClockReading reading);
}

/// <param name="Time">The time of day.</param>
/// <param name="SinceBoot">The monotonic clock at the same moment.</param>
/// <param name="BootId">Which start of the machine the latter counts from; null where that is not known.</param>
public sealed record ClockReading(DateTimeOffset Time, TimeSpan SinceBoot, string? BootId);
