namespace Vigint.TestSupport;

/// <summary>Waits for an event that announces itself to nobody, with a limit.</summary>
public static class Poll
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(20);

    /// <exception cref="TimeoutException">It has not happened within a minute.</exception>
    public static async Task UntilAsync(string what, Func<Task<bool>> hasHappened)
    {
        using var limit = new CancellationTokenSource(Longest);
        using var timer = new PeriodicTimer(Period);
        while (!await hasHappened())
        {
            if (limit.IsCancellationRequested)
                throw new TimeoutException($"Waited in vain: {what}");
            await timer.WaitForNextTickAsync(CancellationToken.None);
        }
    }

    /// <inheritdoc cref="UntilAsync(string, Func{Task{bool}})"/>
    public static Task UntilAsync(string what, Func<bool> hasHappened) => UntilAsync(what, () => Task.FromResult(hasHappened()));
}
