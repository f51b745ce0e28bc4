using Vigint.Application.Common;

namespace Vigint.Application.Clients;

/// <summary>
/// Lets each one do a number of things at once and after that one per interval: the generic cell rate algorithm
/// (ITU-T I.371), which needs one instant per one who is counted. What is counted is forgotten when the server stops.
/// </summary>
/// <remarks>
/// So many are remembered, each until it has been idle for long enough to be as good as new. When all of them still count, further ones share
/// one pace: a flood from ever new addresses frees nobody and grows nothing.
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

    public Pace(TimeProvider clock)
    {
        this.clock = clock;
        origin = clock.GetTimestamp();
        settledAt = new BoundedMap<TWho, TimeSpan>(MostRemembered, mustStay: at => at > Now);
    }

    private TimeSpan Now => clock.GetElapsedTime(origin);

    /// <summary>Takes the next turn, if it comes soon enough.</summary>
    /// <param name="burst">Turns that may be taken at once.</param>
    /// <param name="interval">Time in which another turn comes.</param>
    /// <param name="patience">The turn is not taken when it would come later than this.</param>
    /// <returns>How long until the turn.</returns>
    public TimeSpan Take(TWho who, int burst, TimeSpan interval, TimeSpan patience)
    {
        lock (gate)
        {
            var now = Now;
            var settled = Later(settledAt.Find(who), now);
            var wait = WaitAfter(settled, burst, interval, now);
            if (wait > patience || settledAt.TrySet(who, settled + interval))
                return wait;

            settled = Later(othersSettledAt, now);
            wait = WaitAfter(settled, burst, interval, now);
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
            var now = Now;
            var known = settledAt.TryGet(who, out var at) ? at : settledAt.Count < MostRemembered ? now : othersSettledAt;
            return WaitAfter(Later(known, now), burst, interval, now);
        }
    }

    private static TimeSpan Later(TimeSpan one, TimeSpan other) => one > other ? one : other;

    private static TimeSpan WaitAfter(TimeSpan settled, int burst, TimeSpan interval, TimeSpan now) =>
        Later(settled + interval - (burst * interval) - now, TimeSpan.Zero);
}
