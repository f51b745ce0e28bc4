using System.Globalization;
using System.Text;
using Vigint.Application.Clock;

namespace Vigint.Infrastructure.Disk;

/// <summary>
/// A file in the storage folder, beside the videos, where no clean-up looks. Its first line: milliseconds since 1970, milliseconds since
/// the boot, the boot's id. While the clock is in doubt a second line follows: the state, and in milliseconds how long the doubt has
/// lasted, how far ahead the clock is, and the step that has to be taken up. A program that cannot read the second line notices the step
/// again from the first.
/// </summary>
internal sealed class ClockRecord(StorageFolder folder) : IClockRecord
{
    public const string FileName = ".clock";

    private const int LongestLine = 200;

    // Whatever stands in the file, times are counted on from it.
    private static readonly long LatestTime = new DateTimeOffset(9000, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();
    private static readonly long LongestSpan = (long)TimeSpan.FromDays(365_000).TotalMilliseconds;

    private string FilePath => Path.Combine(folder.Path, FileName);

    public ClockReading? Read()
    {
        try
        {
            var lines = File.Exists(FilePath) ? File.ReadLines(FilePath).Take(2).ToList() : [];
            if (lines.Count == 0 || Parse(lines[0]) is not { } reading)
                return null;
            return reading with { Doubt = lines.Count == 2 ? ParseDoubt(lines[1], reading.Time) : null };
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
        NewFile.Write(
            beside,
            Encoding.ASCII.GetBytes(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{reading.Time.ToUnixTimeMilliseconds()} {Milliseconds(reading.SinceBoot)} {reading.BootId}\n{Line(reading.Doubt)}"
                )
            )
        );
        File.Move(beside, FilePath, overwrite: true);
        folder.Flush();
    }

    private static string Line(ClockDoubt? doubt) =>
        doubt is null
            ? ""
            : string.Create(
                CultureInfo.InvariantCulture,
                $"{doubt.State} {Milliseconds(doubt.HeldFor)} {Milliseconds(doubt.Ahead)} {Milliseconds(doubt.ToTakeUp)}\n"
            );

    private static long Milliseconds(TimeSpan span) => (long)span.TotalMilliseconds;

    private static ClockReading? Parse(string line)
    {
        var parts = line.Length <= LongestLine ? line.Split(' ') : [];
        return
            parts.Length == 3
            && TryRead(parts[0], LatestTime) is { } time
            && TryRead(parts[1], (long)TimeSpan.MaxValue.TotalMilliseconds) is { } sinceBoot
            ? new ClockReading(
                DateTimeOffset.FromUnixTimeMilliseconds(time),
                TimeSpan.FromMilliseconds(sinceBoot),
                parts[2].Length > 0 ? parts[2] : null
            )
            : null;
    }

    private static ClockDoubt? ParseDoubt(string line, DateTimeOffset time)
    {
        var parts = line.Length <= LongestLine ? line.Split(' ') : [];
        return
            parts.Length == 4
            && StateOf(parts[0]) is { } state
            && TryRead(parts[1], LongestSpan) is { } heldFor
            && TryReadSigned(parts[2]) is { } ahead
            && TryReadSigned(parts[3]) is { } toTakeUp
            && IsTime(time.ToUnixTimeMilliseconds() + ahead)
            ? new ClockDoubt(
                state,
                TimeSpan.FromMilliseconds(heldFor),
                TimeSpan.FromMilliseconds(ahead),
                TimeSpan.FromMilliseconds(toTakeUp)
            )
            : null;
    }

    private static ClockState? StateOf(string text) =>
        Enum.GetValues<ClockState>().Select(state => (ClockState?)state).FirstOrDefault(state => state.ToString() == text);

    private static bool IsTime(long milliseconds) => milliseconds >= 0 && milliseconds <= LatestTime;

    private static long? TryReadSigned(string text) => text.StartsWith('-') ? -TryRead(text[1..], LongestSpan) : TryRead(text, LongestSpan);

    private static long? TryRead(string text, long most) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= most ? number : null;
}
