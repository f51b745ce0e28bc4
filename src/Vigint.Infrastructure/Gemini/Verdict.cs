using System.Text.Json;
using System.Text.Json.Serialization;
using Vigint.Application.Analysis;
using Vigint.Application.Media;

namespace Vigint.Infrastructure.Gemini;

/// <summary>The form in which a model is asked to answer (contract §5), and what is made of it.</summary>
internal sealed record Verdict(
    bool IncidentDetected, string IncidentType, string Description, string Analysis, double? IncidentStartSeconds = null,
    double? IncidentEndSeconds = null, double? Confidence = null)
{
    private const string None = "none";
    private const int LongestType = 100;
    private const int LongestDescription = 1_000;
    private const int LongestAnalysis = 10_000;

    /// <summary>
    /// Looks before it judges: a model writes in this order, and what stands before <c>incident_detected</c> is what it judges by.
    /// </summary>
    public static JsonElement Schema { get; } = JsonElement.Parse("""
        {
          "type": "OBJECT",
          "properties": {
            "analysis": { "type": "STRING", "description": "What happens in the whole clip, in order, as far as it can be seen" },
            "description": { "type": "STRING", "description": "The same in one sentence" },
            "incident_detected": { "type": "BOOLEAN", "description": "Whether there is an incident of the kind asked about" },
            "incident_type": { "type": "STRING", "description": "Its kind in one or two English words, such as shoplifting; none without an incident" },
            "incident_start_seconds": { "type": "NUMBER", "nullable": true, "description": "When in the clip it begins" },
            "incident_end_seconds": { "type": "NUMBER", "nullable": true, "description": "When in the clip it ends" },
            "confidence": { "type": "NUMBER", "nullable": true, "description": "How sure this is, from 0 to 1" }
          },
          "required": ["analysis", "description", "incident_detected", "incident_type"],
          "propertyOrdering": ["analysis", "description", "incident_detected", "incident_type", "incident_start_seconds", "incident_end_seconds", "confidence"]
        }
        """);

    /// <param name="duration">Of the clip; null where unknown.</param>
    /// <returns>Null when it does not fit: a member is missing, blank or of the wrong type. Optional figures that cannot be are left out.</returns>
    public static Observation? Read(string text, TimeSpan? duration)
    {
        var verdict = Parse(text);
        if (verdict is null || AnyBlank(verdict.IncidentType, verdict.Description, verdict.Analysis))
            return null;
        var (start, end) = verdict.IncidentDetected ? PeriodOf(verdict.IncidentStartSeconds, verdict.IncidentEndSeconds, duration ?? MediaBounds.Longest) : (null, null);
        return new Observation(
            verdict.IncidentDetected,
            verdict.IncidentDetected ? Bounded(verdict.IncidentType, LongestType) : None,
            Bounded(verdict.Description, LongestDescription),
            Bounded(verdict.Analysis, LongestAnalysis),
            start,
            end,
            verdict.Confidence is >= 0 and <= 1 ? verdict.Confidence : null);
    }

    private static Verdict? Parse(string text)
    {
        try
        {
            return JsonSerializer.Deserialize(text, VerdictJson.Default.Verdict);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static bool AnyBlank(params ReadOnlySpan<string> texts)
    {
        foreach (var text in texts)
        {
            if (string.IsNullOrWhiteSpace(text))
                return true;
        }

        return false;
    }

    private static (double? Start, double? End) PeriodOf(double? start, double? end, TimeSpan duration)
    {
        // Models count in whole seconds: the tenth may be the end of a clip of 9.6.
        var last = Math.Ceiling(duration.TotalSeconds);
        if (!(start >= 0 && start <= last))
            start = null;
        if (!(end >= 0 && end <= last))
            end = null;
        return end < start ? (null, null) : (start, end);
    }

    private static string Bounded(string text, int longest)
    {
        text = text.Trim();
        if (text.Length <= longest)
            return text;
        return text[..(char.IsHighSurrogate(text[longest - 1]) ? longest - 1 : longest)];
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(Verdict))]
internal sealed partial class VerdictJson : JsonSerializerContext;
