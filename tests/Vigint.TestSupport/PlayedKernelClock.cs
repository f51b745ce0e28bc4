using Vigint.Application.Clock;

namespace Vigint.TestSupport;

/// <summary>
/// What a kernel says about its clock: by default that it is synchronized, and that the machine has not been started since.
/// </summary>
public sealed class PlayedKernelClock : IKernelClock
{
    public bool IsSynchronized { get; set; } = true;

    public string? BootId { get; set; } = "one boot";
}

/// <summary>The time of the run before, in memory.</summary>
public sealed class PlayedClockRecord : IClockRecord
{
    public ClockReading? Last { get; set; }

    public int Writes { get; private set; }

    public ClockReading? Read() => Last;

    public void Write(ClockReading reading)
    {
        Writes++;
        Last = reading;
    }
}
