namespace Vigint.Bench;

internal static class Pause
{
    private static readonly ManualResetEventSlim Never = new();

    /// <summary>The threads of this program block on purpose: they are the load, and there are few of them.</summary>
    public static void Milliseconds(int count) => Never.Wait(count);
}
