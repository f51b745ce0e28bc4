namespace Vigint.Application.Common;

/// <summary>
/// Lets each one do a number of things at once and after that one per interval: the generic cell rate algorithm
/// (ITU-T I.371), which needs one instant per one who is counted. What is counted is forgotten when the server stops.
/// </summary>
/// <remarks>
/// So many are remembered, each until it has been idle for long enough to be as good as new. When all of them still count, further ones
/// share one pace: a flood from ever new addresses frees nobody and grows nothing.
/// </remarks>
internal sealed class Pace<TWho>
    where TWho : notnull
{
    private const int MostRemembered = 10_000;

    private readonly TimeProvider clock;
    private readonly long origin;
    private readonly Lock gate = new();

    // Since the origin, by the monotonic clock.
    private readonly BoundedMap<TWho, TimeSpan> settledAt;
    private TimeSpan othersSettledAt;

    // Of the turn that is being taken.
    private TimeSpan now;

    public Pace(TimeProvider clock)
    {
        this.clock = clock;
        origin = clock.GetTimestamp();
        settledAt = new BoundedMap<TWho, TimeSpan>(MostRemembered, mustStay: at => at > now);
    }

    /// <summary>How many are remembered.</summary>
    internal int Count => settledAt.Count;

    /// <summary>Takes the next turn, if it comes soon enough.</summary>
    /// <param name="burst">Turns that may be taken at once.</param>
    /// <param name="interval">Time in which another turn comes.</param>
    /// <param name="patience">The turn is not taken when it would come later than this.</param>
    /// <returns>How long until the turn.</returns>
    public TimeSpan Take(TWho who, int burst, TimeSpan interval, TimeSpan patience)
    {
        lock (gate)
        {
            now = clock.GetElapsedTime(origin);
            var settled = Later(settledAt.Find(who), now);
            var wait = WaitAfter(settled, burst, interval);
            if (wait > patience || settledAt.TrySet(who, settled + interval))
                return wait;

            settled = Later(othersSettledAt, now);
            wait = WaitAfter(settled, burst, interval);
            if (wait <= patience)
                othersSettledAt = settled + interval;
            return wait;
        }
    }

    /// <summary>How long until the next turn would be, without taking it.</summary>
    public TimeSpan Look(TWho who, int burst, TimeSpan interval)
    {
        lock (gate)
        {
            now = clock.GetElapsedTime(origin);
            var known =
                settledAt.TryGet(who, out var at) ? at
                : settledAt.Count < MostRemembered ? now
                : othersSettledAt;
            return WaitAfter(Later(known, now), burst, interval);
        }
    }

    private static TimeSpan Later(TimeSpan one, TimeSpan other) => one > other ? one : other;

    private TimeSpan WaitAfter(TimeSpan settled, int burst, TimeSpan interval) =>
        Later(settled + interval - (burst * interval) - now, TimeSpan.Zero);
}
