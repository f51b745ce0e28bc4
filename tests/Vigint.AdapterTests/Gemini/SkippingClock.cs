using System.Collections.Concurrent;
using Microsoft.Extensions.Time.Testing;

namespace Vigint.AdapterTests.Gemini;

/// <summary>A clock that stands still, except that a wait shorter than any time limit is over as soon as it begins.</summary>
internal sealed class SkippingClock(DateTimeOffset start, TimeSpan shortestLimit) : FakeTimeProvider(start)
{
    private readonly ConcurrentQueue<TimeSpan> waits = new();

    /// <summary>What was waited for, in order.</summary>
    public IReadOnlyList<TimeSpan> Waits => [.. waits];

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        if (dueTime > TimeSpan.Zero && dueTime < shortestLimit && period == Timeout.InfiniteTimeSpan)
        {
            waits.Enqueue(dueTime);

            // Not before whoever waits has his timer.
            ThreadPool.QueueUserWorkItem(_ => Advance(dueTime));
        }

        return timer;
    }
}
