using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Vigint.Bench;

/// <summary>Prints as it goes and keeps all for the file.</summary>
internal sealed class Report
{
    private readonly StringBuilder text = new();
    private readonly List<string> aims = [];

    public void Machine(Paths paths)
    {
        Line("# What was measured");
        Line("");
        Line(
            $"`bench/run.sh`, {TimeProvider.System.GetUtcNow().ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)} UTC. "
                + "Everything side by side in one run, variants taking turns, medians. 1 MB is 2^20 bytes."
        );
        Line("");
        Line(
            $"- Machine: {Environment.ProcessorCount} cores, {CpuModel()}, {MemoryGigabytes()} GB, load before the run "
                + $"{File.ReadAllText("/proc/loadavg").Split(' ')[0]}"
        );
        Line(
            $"- System: {OsName()}, kernel {File.ReadAllText("/proc/sys/kernel/osrelease").Trim()}, file system "
                + $"{Tool.Output("stat", "-f", "-c", "%T", paths.Work)}"
        );
        Line(
            $"- .NET {RuntimeInformation.FrameworkDescription.Replace(".NET ", "", StringComparison.Ordinal)}; "
                + $"{Tool.Error("nginx", "-v").Replace("nginx version: ", "", StringComparison.Ordinal)}; "
                + $"{FfmpegVersion()}; {Tool.Output("wrk", "-v").Split('\n')[0].Split(" [")[0]}"
        );
    }

    public void Section(string title)
    {
        Line("");
        Line($"## {title}");
        Line("");
    }

    public void Table(string[] heads, IEnumerable<string[]> rows)
    {
        var all = rows.ToList();
        var widths = heads.Select((head, column) => all.Select(row => row[column].Length).Append(head.Length).Max()).ToArray();
        Line(RowOf(heads));
        Line("|" + string.Concat(widths.Select(width => new string('-', width + 2) + "|")));
        foreach (var row in all)
            Line(RowOf(row));
        Line("");

        string RowOf(string[] cells) => "| " + string.Join(" | ", cells.Select((cell, column) => cell.PadRight(widths[column]))) + " |";
    }

    public void AtMost(string what, double limit, double measured, string unit = "") =>
        Aim(what, $"≤ {Shortest(limit)}{unit}", $"{Figures.Text(measured)}{unit}", measured <= limit);

    public void AtLeast(string what, double limit, double measured, string unit = "") =>
        Aim(what, $"≥ {Shortest(limit)}{unit}", $"{Figures.Text(measured)}{unit}", measured >= limit);

    public void Line(string line)
    {
        Console.WriteLine(line);
        text.AppendLine(line);
    }

    public void Summary()
    {
        Section("All aims");
        foreach (var aim in aims)
            Line(aim);
    }

    public void WriteTo(string path) => File.WriteAllText(path, text.ToString());

    private void Aim(string what, string limit, string measured, bool isMet)
    {
        var aim = $"- {(isMet ? "ok" : "MISSED")}: {what}: aim {limit}, measured {measured}";
        aims.Add(aim);
        Line(aim);
    }

    private static string Shortest(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);

    private static string CpuModel() =>
        File.ReadLines("/proc/cpuinfo")
            .FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))
            ?.Split(':')[1]
            .Trim()
        ?? "unknown";

    private static string MemoryGigabytes() =>
        Shortest(Math.Round(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / Figures.Megabyte / 1024));

    private static string OsName() =>
        File.ReadLines("/etc/os-release").FirstOrDefault(line => line.StartsWith("PRETTY_NAME=", StringComparison.Ordinal))?.Split('"')[1]
        ?? "Linux";

    private static string FfmpegVersion()
    {
        try
        {
            return string.Join(' ', Tool.Output("ffmpeg", "-version").Split(' ').Take(3)).Replace(" version", "", StringComparison.Ordinal);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return "no ffmpeg";
        }
    }
}
