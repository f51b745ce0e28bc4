using System.Diagnostics;

namespace Vigint.TestSupport;

/// <summary>Waits for an event with a limit, by looking for it again and again.</summary>
public static class Eventually
{
    private static readonly TimeSpan Usual = TimeSpan.FromSeconds(15);

    // Generous: it costs nothing where things work, and a busy machine is no defect.
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(20);

    /// <param name="limit">Null for a quarter of a minute.</param>
    /// <returns>False when it has not come within the limit.</returns>
    public static async Task<bool> ComesAsync(Func<Task<bool>> hasCome, TimeSpan? limit = null)
    {
        var start = Stopwatch.GetTimestamp();
        using var timer = new PeriodicTimer(Between);
        while (!await hasCome())
        {
            if (Stopwatch.GetElapsedTime(start) > (limit ?? Usual))
                return false;
            await timer.WaitForNextTickAsync();
        }

        return true;
    }

    /// <summary>For what a test needs before it can begin to ask its question.</summary>
    /// <param name="limit">Null for three minutes.</param>
    /// <exception cref="TimeoutException">It has not come within the limit.</exception>
    public static async Task RequireAsync(string what, Func<Task<bool>> hasCome, TimeSpan? limit = null)
    {
        if (!await ComesAsync(hasCome, limit ?? Longest))
            throw new TimeoutException($"Waited in vain: {what}");
    }
}
