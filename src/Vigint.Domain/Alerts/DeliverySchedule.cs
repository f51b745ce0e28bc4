namespace Vigint.Domain.Alerts;

/// <summary>
/// When a message that could not be handed over is tried again (contract §7): after 5 s, 15 s, 30 s, 1 min, 2 min, then every 5 min.
/// </summary>
public static class DeliverySchedule
{
    /// <summary>Counted from when it was first to be sent; what is not handed over by then has failed.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromHours(24);

    /// <summary>None is due, and none is claimed, for longer.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(6);

    // So that what failed together does not come back together.
    private const double MostJitter = 0.1;

    private static readonly TimeSpan[] Waits =
    [
        TimeSpan.FromSeconds(5),
        TimeSpan.FromSeconds(15),
        TimeSpan.FromSeconds(30),
        TimeSpan.FromMinutes(1),
        TimeSpan.FromMinutes(2),
        TimeSpan.FromMinutes(5),
    ];

    /// <param name="begun">When it was first to be sent.</param>
    /// <param name="attempts">How often it was tried since; at least once.</param>
    /// <param name="now">When the last of them failed.</param>
    /// <param name="chance">Random, from 0 to 1: how much of the jitter is added.</param>
    /// <returns>Null when its time is over.</returns>
    public static DateTimeOffset? Next(DateTimeOffset begun, int attempts, DateTimeOffset now, double chance)
    {
        var next = Again(attempts, now, chance);
        return next < begun + Life ? next : null;
    }

    /// <summary>The same where nobody knows whether its time is over.</summary>
    public static DateTimeOffset Again(int attempts, DateTimeOffset now, double chance) =>
        now + Waits[Math.Clamp(attempts, 1, Waits.Length) - 1] * (1 + MostJitter * chance);
}
