using System.Text.Json;

namespace Vigint.Application.Videos.Renditions;

/// <summary>Which second of a clip its still shows, as the client's metadata tell.</summary>
internal static class PosterMoment
{
    // What the analysis calls it, and what clients called it before.
    private static readonly string[] Members = ["incident_start_seconds", "incident_time"];

    private static readonly JsonDocumentOptions Lenient = new() { MaxDepth = 80 };

    /// <param name="metadata">A JSON object.</param>
    /// <param name="duration">Null where the clip does not tell.</param>
    /// <returns>Null when they do not tell, or tell what is not within the clip.</returns>
    public static double? Of(string metadata, TimeSpan? duration)
    {
        using var document = JsonDocument.Parse(metadata, Lenient);
        foreach (var name in Members)
        {
            if (
                document.RootElement.TryGetProperty(name, out var member)
                && member.ValueKind == JsonValueKind.Number
                && member.TryGetDouble(out var seconds)
                && double.IsFinite(seconds)
                && seconds >= 0
                && !(seconds > duration?.TotalSeconds)
            )
                return seconds;
        }

        return null;
    }
}
