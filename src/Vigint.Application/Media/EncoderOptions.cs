namespace Vigint.Application.Media;

/// <summary>The bounds of ffmpeg.</summary>
/// <param name="MostJobs"><c>FFMPEG_MAX_JOBS</c>: encoders that run at once.</param>
/// <param name="MostWaiting"><c>FFMPEG_QUEUE</c>: calls that may wait for their turn.</param>
/// <param name="MemoryBytes"><c>FFMPEG_MEMORY_MB</c>: what one process may take, in bytes.</param>
/// <param name="Longest"><c>FFMPEG_TIMEOUT_SECONDS</c>: how long one process may run.</param>
public sealed record EncoderOptions(int MostJobs, int MostWaiting, long MemoryBytes, TimeSpan Longest)
{
    private const long Megabyte = 1024 * 1024;
    private const long EnoughBytes = 400 * Megabyte;

    /// <summary>1080p fits only with one thread and little look-ahead: then 220 MB are enough for it, instead of about 350.</summary>
    public bool IsTight => MemoryBytes < EnoughBytes;

    /// <summary>
    /// Half of what the machine has, for the server and its file cache need the rest. On 512 MB more than half: ffmpeg 7 refuses 1080p
    /// below 320, and was measured there at 275 beside a server of at most 165 (docs/operations.md).
    /// </summary>
    /// <param name="machineBytes">Memory of the machine, or of the container that the server is in.</param>
    /// <returns>In megabytes.</returns>
    public static int UsualMemoryMegabytes(long machineBytes) => (int)Math.Clamp(machineBytes / 2 / Megabyte, 320, 2048);

    public static EncoderOptions From(int mostJobs, int mostWaiting, int memoryMegabytes, int timeoutSeconds) =>
        new(mostJobs, mostWaiting, memoryMegabytes * Megabyte, TimeSpan.FromSeconds(timeoutSeconds));
}
