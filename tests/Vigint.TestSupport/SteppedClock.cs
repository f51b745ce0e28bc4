using Microsoft.Extensions.Time.Testing;

namespace Vigint.TestSupport;

/// <summary>
/// A clock whose time of day can be set without any time passing, as an administrator or a time service does.
/// (<see cref="FakeTimeProvider.AdjustTime"/> moves its time stamps along, so it plays no step.)
/// </summary>
public sealed class SteppedClock(DateTimeOffset start) : FakeTimeProvider(start)
{
    private long ticks;

    public SteppedClock()
        : this(A.Noon) { }

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + TimeSpan.FromTicks(Interlocked.Read(ref ticks));

    // The base takes it from the time of day.
    public override long GetTimestamp() => base.GetUtcNow().Ticks;

    /// <summary>Sets the time of day ahead, or with less than nothing back. Time stamps and timers do not notice.</summary>
    public void Step(TimeSpan by) => Interlocked.Add(ref ticks, by.Ticks);
}
