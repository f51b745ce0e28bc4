using System.Globalization;

namespace Vigint.Bench;

/// <summary>What the kernel says of a process.</summary>
internal static class ProcessFigures
{
    private const double TicksPerSecond = 100;

    /// <summary>User and system time.</summary>
    public static double CpuSeconds(int processId)
    {
        var stat = File.ReadAllText($"/proc/{processId}/stat");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return (long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture))
            / TicksPerSecond;
    }

    public static double ResidentMegabytes(int processId) => Status(processId, "VmRSS:");

    public static double PeakMegabytes(int processId) => Status(processId, "VmHWM:");

    /// <summary>Has the peak begin again at what is resident now.</summary>
    public static void ForgetPeak(int processId) => File.WriteAllText($"/proc/{processId}/clear_refs", "5");

    private static double Status(int processId, string name) =>
        long.Parse(
            File.ReadLines($"/proc/{processId}/status")
                .First(line => line.StartsWith(name, StringComparison.Ordinal))
                .Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1],
            CultureInfo.InvariantCulture
        ) / 1024.0;
}
