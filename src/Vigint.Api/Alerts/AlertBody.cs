using System.Text.Json;
using Vigint.Api.Http;
using Vigint.Api.OpenApi;
using Vigint.Application.Alerts.RaiseAlert;

namespace Vigint.Api.Alerts;

/// <summary>What an alert says (contract §7); the clip is taken out on the way. Numbers may be texts.</summary>
internal sealed record AlertBody(
    string? Analysis,
    [property: OneOfRiskLevels] string? RiskLevel,
    JsonElement? FrameCount,
    string? IncidentType,
    string? DetailedAnalysis,
    string? SourceId,
    string? SourceName,
    JsonElement? IncidentStartSeconds,
    string? VideoId
)
{
    /// <summary>The fields of a form.</summary>
    public static IReadOnlyCollection<string> Names { get; } =
    [
        "analysis",
        "risk_level",
        "frame_count",
        "incident_type",
        "detailed_analysis",
        "source_id",
        "source_name",
        "incident_start_seconds",
        "video_id",
    ];

    public static AlertBody Of(IReadOnlyDictionary<string, string> fields)
    {
        return new AlertBody(
            Text("analysis"),
            Text("risk_level"),
            Number("frame_count"),
            Text("incident_type"),
            Text("detailed_analysis"),
            Text("source_id"),
            Text("source_name"),
            Number("incident_start_seconds"),
            Text("video_id")
        );

        string? Text(string name) => fields.GetValueOrDefault(name);
        JsonElement? Number(string name) => fields.TryGetValue(name, out var text) ? JsonSerializer.SerializeToElement(text) : null;
    }

    public ReportedIncident ToIncident() =>
        new(
            Analysis,
            RiskLevel,
            LenientNumber.Count(FrameCount) ?? 0,
            IncidentType,
            DetailedAnalysis,
            SourceId,
            SourceName,
            LenientNumber.Of(IncidentStartSeconds) is >= 0 and var start ? start : null,
            VideoId
        );
}
