using Vigint.Application.Clock;

namespace Vigint.Infrastructure.Disk;

/// <summary>
/// Asks Linux. By the rule of systemd's <c>timedatectl</c>: the clock is synchronized while its greatest error is below what the kernel
/// sets after a step and reaches without a time service in some hours. The flag STA_UNSYNC alone says less: chrony leaves it set where it
/// must not touch the hardware's clock.
/// </summary>
internal sealed class KernelClock : IKernelClock
{
    private const string BootIdFile = "/proc/sys/kernel/random/boot_id";
    private const long UnknownErrorMicroseconds = 16_000_000;
    private const int ClockFault = 0x1000; // STA_CLOCKERR

    private readonly Lazy<string?> bootId = new(ReadBootId);

    public bool IsSynchronized => Posix.TryReadClock(out var time) && IsGood(time);

    public string? BootId => bootId.Value;

    public static bool IsGood(KernelTime time) => time.MostErrorMicroseconds < UnknownErrorMicroseconds && (time.Status & ClockFault) == 0;

    private static string? ReadBootId()
    {
        try
        {
            return File.ReadAllText(BootIdFile).Trim();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null; // as if the machine had been started anew, which says less
        }
    }
}
