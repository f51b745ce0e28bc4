using Vigint.Domain;

namespace Vigint.Application.Common;

/// <summary>Every sentence with which a page of a list is refused.</summary>
public static class PageRefusals
{
    public static RefusedException UnusableLimit(int most) =>
        new(Refusal.Invalid, "limit_invalid", $"limit must be a whole number from 1 to {most}");

    public static RefusedException UnusableCursor() =>
        new(Refusal.Invalid, "cursor_invalid", "cursor cannot be used", "Pass on next_cursor of the answer before, as it is");

    public static RefusedException UnusableTime(string name) =>
        new(Refusal.Invalid, "time_invalid", $"{name} must be a time such as 2026-10-04 or 2026-10-04T12:00:00, in UTC");

    public static RefusedException NoPeriod() => new(Refusal.Invalid, "period_invalid", "from must be before to");
}
