using System.Globalization;
using System.Text;
using Vigint.Application.Clock;

namespace Vigint.Infrastructure.Disk;

/// <summary>A line in the storage folder, beside the videos, where no clean-up looks: milliseconds since 1970, milliseconds since the boot, the boot's id.</summary>
internal sealed class ClockRecord(StorageFolder folder) : IClockRecord
{
    public const string FileName = ".clock";

    private const int LongestLine = 200;

    private string FilePath => Path.Combine(folder.Path, FileName);

    public ClockReading? Read()
    {
        try
        {
            return File.Exists(FilePath) ? Parse(File.ReadLines(FilePath).FirstOrDefault() ?? "") : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null; // nothing to compare with, as at the first start
        }
    }

    public void Write(ClockReading reading)
    {
        var beside = FilePath + ".new";
        File.Delete(beside);
        NewFile.Write(beside, Encoding.ASCII.GetBytes(string.Create(
            CultureInfo.InvariantCulture,
            $"{reading.Time.ToUnixTimeMilliseconds()} {(long)reading.SinceBoot.TotalMilliseconds} {reading.BootId}\n")));
        File.Move(beside, FilePath, overwrite: true);
        folder.Flush();
    }

    private static ClockReading? Parse(string line)
    {
        var parts = line.Length <= LongestLine ? line.Split(' ') : [];
        return parts.Length == 3 && TryRead(parts[0], DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()) is { } time
            && TryRead(parts[1], (long)TimeSpan.MaxValue.TotalMilliseconds) is { } sinceBoot
            ? new ClockReading(DateTimeOffset.FromUnixTimeMilliseconds(time), TimeSpan.FromMilliseconds(sinceBoot), parts[2].Length > 0 ? parts[2] : null)
            : null;
    }

    private static long? TryRead(string text, long most) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= most ? number : null;
}
