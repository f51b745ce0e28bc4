namespace Vigint.Infrastructure.Gemini;

/// <summary>How long it may take to send something to the host.</summary>
internal static class Uplink
{
    // A poor one; what is slower is answered 504.
    private const double SlowestBytesPerSecond = 512 * 1024;

    public static TimeSpan MayTake(long bytes) => TimeSpan.FromSeconds(bytes / SlowestBytesPerSecond);
}
