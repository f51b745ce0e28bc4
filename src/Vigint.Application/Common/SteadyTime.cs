namespace Vigint.Application.Common;

/// <summary>The monotonic clock, for everything that lasts: nobody can set it.</summary>
public static class SteadyTime
{
    /// <summary>
    /// An instant to add durations to and to compare with others of the same process. Its date means nothing: never show it, store it or
    /// mix it with <see cref="TimeProvider.GetUtcNow"/>.
    /// </summary>
    public static DateTimeOffset GetSteadyNow(this TimeProvider clock) => DateTimeOffset.UnixEpoch + clock.GetElapsedTime(0);
}
