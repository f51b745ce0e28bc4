using System.Globalization;

namespace Vigint.Api.Http;

/// <summary>Times on the wire: UTC, ISO 8601 without a zone and without a fraction (contract, introduction).</summary>
internal static class WireTime
{
    public static string DayOf(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    public static string Of(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture);
}
