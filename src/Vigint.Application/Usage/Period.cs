using Vigint.Application.Common;

namespace Vigint.Application.Usage;

/// <param name="From">The first instant that belongs to it.</param>
/// <param name="To">The first that no longer does.</param>
public sealed record Period(DateTimeOffset From, DateTimeOffset To)
{
    /// <summary>Days that are looked at when the caller does not say from when.</summary>
    public const int UsualDays = 31;

    // A whole day at the end that `to` names by its date alone.
    private const int DateLength = 10;

    /// <summary>Reads what a caller gives; a date alone means the whole day. Without <paramref name="from"/>, the last <see cref="UsualDays"/> days.</summary>
    /// <exception cref="Domain.RefusedException"><see cref="Domain.Refusal.Invalid"/> when a time is none or the period is empty.</exception>
    public static Period Of(string? from, string? to, DateTimeOffset now)
    {
        var end = string.IsNullOrEmpty(to) ? now.AddMinutes(1) : UtcTime.Read(to) ?? throw PageRefusals.UnusableTime("to");
        if (to?.Length == DateLength)
            end = end.AddDays(1);
        var start = string.IsNullOrEmpty(from) ? end.AddDays(-UsualDays) : UtcTime.Read(from) ?? throw PageRefusals.UnusableTime("from");
        return start < end ? new Period(start, end) : throw PageRefusals.NoPeriod();
    }
}
