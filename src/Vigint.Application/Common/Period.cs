namespace Vigint.Application.Common;

/// <param name="From">The first instant that belongs to it.</param>
/// <param name="To">The first that no longer does.</param>
public sealed record Period(DateTimeOffset From, DateTimeOffset To)
{
    /// <summary>Days that are looked at when the caller does not say from when; the last one is that of the end.</summary>
    public const int UsualDays = 31;

    // What names a day rather than a time.
    private const int DateLength = 10;

    // Wide enough for everybody, and far enough from the ends of the calendar to be reckoned with.
    private static readonly DateTimeOffset Earliest = DateTimeOffset.UnixEpoch;
    private static readonly DateTimeOffset Latest = new(9000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>The days that it touches, from midnight to midnight.</summary>
    public Period WholeDays => new(DayOf(From), DayOf(To.AddTicks(-1)).AddDays(1));

    /// <summary>
    /// Reads what a caller gives; a date alone means the whole day. Without <paramref name="from"/>, the last <see cref="UsualDays"/> days.
    /// </summary>
    /// <exception cref="Domain.RefusedException">
    /// <see cref="Domain.Refusal.Invalid"/> when a time is none or the period is empty.
    /// </exception>
    public static Period Of(string? from, string? to, DateTimeOffset now)
    {
        var end = TimeOf(to, "to") ?? now.AddMilliseconds(1);
        if (to?.Length == DateLength)
            end = end.AddDays(1);
        var start = TimeOf(from, "from") ?? DayOf(end.AddTicks(-1)).AddDays(1 - UsualDays);
        return start < end ? new Period(start, end) : throw PageRefusals.NoPeriod();
    }

    private static DateTimeOffset? TimeOf(string? text, string name)
    {
        if (string.IsNullOrEmpty(text))
            return null;
        var time = UtcTime.Read(text) ?? throw PageRefusals.UnusableTime(name);
        return time < Earliest ? Earliest
            : time > Latest ? Latest
            : time;
    }

    private static DateTimeOffset DayOf(DateTimeOffset time) => new(time.UtcDateTime.Date, TimeSpan.Zero);
}
