using System.Collections.Concurrent;
using Vigint.Application.Common;

namespace Vigint.Application.Clients;

/// <summary>
/// Lets each one do a number of things at once and after that one per interval: the generic cell rate algorithm
/// (ITU-T I.371), which needs one instant per one who is counted. What is counted is forgotten when the server stops.
/// </summary>
internal sealed class Pace<TWho>(TimeProvider clock)
    where TWho : notnull
{
    // Beyond so many those are dropped who have been idle for long enough to be as good as new.
    private const int MostRemembered = 10_000;

    private readonly ConcurrentDictionary<TWho, DateTimeOffset> settledAt = [];

    /// <summary>Takes the next turn, if it comes soon enough.</summary>
    /// <param name="burst">Turns that may be taken at once.</param>
    /// <param name="interval">Time in which another turn comes.</param>
    /// <param name="patience">The turn is not taken when it would come later than this.</param>
    /// <returns>How long until the turn.</returns>
    public TimeSpan Take(TWho who, int burst, TimeSpan interval, TimeSpan patience)
    {
        var now = clock.GetSteadyNow();
        if (settledAt.Count > MostRemembered)
            DropIdle(now);
        while (true)
        {
            var isKnown = settledAt.TryGetValue(who, out var before);
            var settled = isKnown && before > now ? before : now;
            var wait = WaitAfter(settled, burst, interval, now);
            if (wait > patience)
                return wait;
            if (isKnown ? settledAt.TryUpdate(who, settled + interval, before) : settledAt.TryAdd(who, settled + interval))
                return wait;
        }
    }

    /// <summary>How long until the next turn would be, without taking it.</summary>
    public TimeSpan Look(TWho who, int burst, TimeSpan interval)
    {
        var now = clock.GetSteadyNow();
        return WaitAfter(settledAt.TryGetValue(who, out var settled) && settled > now ? settled : now, burst, interval, now);
    }

    private static TimeSpan WaitAfter(DateTimeOffset settled, int burst, TimeSpan interval, DateTimeOffset now)
    {
        var wait = settled + interval - (burst * interval) - now;
        return wait < TimeSpan.Zero ? TimeSpan.Zero : wait;
    }

    private void DropIdle(DateTimeOffset now)
    {
        foreach (var (who, at) in settledAt)
        {
            if (at <= now)
                settledAt.TryRemove(new KeyValuePair<TWho, DateTimeOffset>(who, at));
        }
    }
}
