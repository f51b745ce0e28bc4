using System.Globalization;
using System.Text.Json;

namespace Vigint.Api.Http;

/// <summary>Numbers as old clients write them: as numbers or as texts. Anything else counts as absent.</summary>
internal static class LenientNumber
{
    /// <returns>Null when there is none.</returns>
    public static double? Of(JsonElement? sent) =>
        double.TryParse(sent?.ToString(), CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : null;

    /// <returns>Null when it is missing or not a whole number.</returns>
    public static int? Count(JsonElement? sent) => Of(sent) is >= 0 and <= int.MaxValue and var count ? (int)count : null;
}
