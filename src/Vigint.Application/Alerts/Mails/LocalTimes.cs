using System.Globalization;
using Vigint.Application.Analysis;

namespace Vigint.Application.Alerts.Mails;

/// <summary>Times as the recipients' clocks tell them, with the zone beside.</summary>
internal sealed class LocalTimes(Language language, TimeZoneInfo zone)
{
    // The program has no names but the English ones: it runs without the tables of all languages.
    private static readonly DateTimeFormatInfo French = new()
    {
        DayNames = ["dimanche", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi"],
        MonthGenitiveNames =
        [
            "janvier",
            "février",
            "mars",
            "avril",
            "mai",
            "juin",
            "juillet",
            "août",
            "septembre",
            "octobre",
            "novembre",
            "décembre",
            "",
        ],
    };

    private readonly DateTimeFormatInfo names = language == Language.French ? French : DateTimeFormatInfo.InvariantInfo;

    public DateOnly DayOf(DateTimeOffset time) => DateOnly.FromDateTime(Local(time).DateTime);

    public string ClockOf(DateTimeOffset time) => Local(time).ToString("HH:mm", CultureInfo.InvariantCulture);

    /// <summary>To the second.</summary>
    public string Exactly(DateTimeOffset time) => $"{Local(time).ToString("dddd d MMMM yyyy, HH:mm:ss", names)} ({ZoneAt(time)})";

    /// <summary>To the minute.</summary>
    public string Roughly(DateTimeOffset time) => $"{Local(time).ToString("dddd d MMMM yyyy, HH:mm", names)} ({ZoneAt(time)})";

    private DateTimeOffset Local(DateTimeOffset time) => TimeZoneInfo.ConvertTime(time, zone);

    // Its distance too, for on the night when clocks are put back an hour comes twice.
    private string ZoneAt(DateTimeOffset time)
    {
        var offset = Local(time).Offset;
        if (offset == TimeSpan.Zero && zone.HasSameRules(TimeZoneInfo.Utc))
            return "UTC";
        var hours = offset.ToString(offset.Minutes == 0 ? @"%h" : @"h\:mm", CultureInfo.InvariantCulture);
        return $"{zone.Id}, UTC{(offset < TimeSpan.Zero ? '-' : '+')}{hours}";
    }
}
