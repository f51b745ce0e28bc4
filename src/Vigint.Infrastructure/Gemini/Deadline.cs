using Polly.Timeout;

namespace Vigint.Infrastructure.Gemini;

/// <summary>How long several calls may take together, from the making of this.</summary>
internal sealed class Deadline(TimeProvider clock, TimeSpan mayTake)
{
    private readonly long begun = clock.GetTimestamp();

    /// <summary>More than zero.</summary>
    /// <exception cref="TimeoutRejectedException">Nothing is left.</exception>
    public TimeSpan Left => mayTake - clock.GetElapsedTime(begun) is { Ticks: > 0 } left ? left : throw new TimeoutRejectedException();
}
