using System.Diagnostics;

namespace Vigint.TestSupport;

/// <summary>Waits for an event with a limit, by looking for it again and again.</summary>
public static class Eventually
{
    private static readonly TimeSpan Usual = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(20);

    /// <returns>False when it has not come within the limit.</returns>
    public static async Task<bool> ComesAsync(Func<Task<bool>> hasCome, TimeSpan? limit = null)
    {
        var start = Stopwatch.GetTimestamp();
        while (!await hasCome())
        {
            if (Stopwatch.GetElapsedTime(start) > (limit ?? Usual))
                return false;
            await Task.Delay(Between);
        }

        return true;
    }
}
