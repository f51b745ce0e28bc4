using System.Text;
using System.Text.Json;
using Vigint.Application.Analysis;
using Vigint.Application.Common;
using Vigint.Application.Media;

namespace Vigint.Infrastructure.Gemini;

/// <summary>The form in which a model is asked to answer (contract §5), and what is made of it.</summary>
internal static class Verdict
{
    private const string None = "none";
    private const string Other = "other";
    private const int LongestType = 100;
    private const int LongestDescription = 1_000;
    private const int LongestAnalysis = 10_000;

    /// <summary>
    /// Looks before it judges: a model writes in this order, and what stands before <c>incident_detected</c> is what it judges by.
    /// </summary>
    public static JsonElement Schema { get; } =
        JsonElement.Parse(
            """
            {
              "type": "OBJECT",
              "properties": {
                "analysis": { "type": "STRING", "description": "What happens in the whole clip, in order, as far as it can be seen" },
                "description": { "type": "STRING", "description": "The same in one sentence" },
                "incident_detected": { "type": "BOOLEAN", "description": "Whether there is an incident of the kind asked about" },
                "incident_type": {
                  "type": "STRING",
                  "description": "Its kind in one or two English words, such as shoplifting; none without an incident"
                },
                "incident_start_seconds": { "type": "NUMBER", "nullable": true, "description": "When in the clip it begins" },
                "incident_end_seconds": { "type": "NUMBER", "nullable": true, "description": "When in the clip it ends" },
                "confidence": { "type": "NUMBER", "nullable": true, "description": "How sure this is, from 0 to 1" }
              },
              "required": ["analysis", "description", "incident_detected", "incident_type"],
              "propertyOrdering": ["analysis", "description", "incident_detected", "incident_type", "incident_start_seconds",
                "incident_end_seconds", "confidence"]
            }
            """
        );

    /// <summary>
    /// Reads a verdict. Only <c>incident_detected</c> decides whether it can be used; a missing kind follows from it, of the two texts one
    /// stands in for the other, and figures that cannot be are left out.
    /// </summary>
    /// <param name="duration">Of the clip; null where unknown.</param>
    /// <returns>Null without a clear yes or no. Both texts are empty where the model wrote neither.</returns>
    public static Observation? Read(string text, TimeSpan? duration)
    {
        using var document = Parse(text);
        if (document?.RootElement is not { ValueKind: JsonValueKind.Object } verdict || IncidentOf(verdict) is not { } hasIncident)
            return null;
        var (description, analysis) = (TextOf(verdict, "description"), TextOf(verdict, "analysis"));
        var (start, end) = hasIncident
            ? PeriodOf(
                NumberOf(verdict, "incident_start_seconds"),
                NumberOf(verdict, "incident_end_seconds"),
                duration ?? MediaBounds.Longest
            )
            : (null, null);
        return new Observation(
            hasIncident,
            hasIncident ? KindOf(verdict) : None,
            Bounded(description.Length > 0 ? description : analysis, LongestDescription),
            Bounded(analysis.Length > 0 ? analysis : description, LongestAnalysis),
            start,
            end,
            NumberOf(verdict, "confidence") is >= 0 and <= 1 and var confidence ? confidence : null
        );
    }

    private static JsonDocument? Parse(string text)
    {
        try
        {
            return JsonDocument.Parse(LenientJson.Mend(Encoding.UTF8.GetBytes(text)));
        }
        catch (JsonException)
        {
            return null;
        }
    }

    // A verdict that says both is none: the last one must not win.
    private static bool? IncidentOf(JsonElement verdict)
    {
        bool? said = null;
        foreach (var member in verdict.EnumerateObject().Where(one => one.NameEquals("incident_detected"u8)))
        {
            if (member.Value.ValueKind is not (JsonValueKind.True or JsonValueKind.False) || said == !member.Value.GetBoolean())
                return null;
            said = member.Value.GetBoolean();
        }

        return said;
    }

    private static string KindOf(JsonElement verdict) =>
        Bounded(TextOf(verdict, "incident_type"), LongestType) is { Length: > 0 } kind
        && !kind.Equals(None, StringComparison.OrdinalIgnoreCase)
            ? kind
            : Other;

    /// <returns>Empty for what is no text.</returns>
    private static string TextOf(JsonElement verdict, string name) =>
        verdict.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()!.Trim() : "";

    /// <returns>Null for what is no number.</returns>
    private static double? NumberOf(JsonElement verdict, string name) =>
        verdict.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number)
            ? number
            : null;

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
        if (text.Length <= longest)
            return text;
        return text[..(char.IsHighSurrogate(text[longest - 1]) ? longest - 1 : longest)];
    }
}
