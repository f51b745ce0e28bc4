using System.Text.Json.Nodes;
using Vigint.Api.Http;
using Vigint.Application.Analysis;
using Vigint.Application.Analysis.AnalyzeSources;
using Vigint.Application.Common;

namespace Vigint.Api.Analysis;

/// <summary>
/// An analysis on the wire (contract §5). Which members are there, null or absent depends on what was judged, so it is built by hand.
/// </summary>
internal sealed class AnalysisAnswer(MotionWords words)
{
    private const string NoIncident = "none";

    public JsonObject Of(AnalyzedClip clip, Caller caller, int frames, DateTimeOffset at)
    {
        var answer = clip.Judgement is { } judgement ? OfJudgement(judgement) : OfMotion(clip);
        answer["timestamp"] = WireTime.Of(at);
        answer["frame_count"] = frames;
        answer["client_email"] = caller.Email ?? "";
        AddSecondLook(answer, clip.Judgement);
        AddDetails(answer, clip);
        return answer;
    }

    /// <summary>The same with what the calls for several sources have besides.</summary>
    public JsonObject OfSource(AnalyzedSource analysed, Caller caller, DateTimeOffset at)
    {
        if (analysed.Analysis is not { } clip)
            return new JsonObject { ["error"] = analysed.Trouble!.Detail, ["has_security_incident"] = false };
        var frames = clip.Frames!;
        var answer = Of(clip, caller, frames.Shown, at);
        answer["source_name"] = analysed.Source.Name;
        answer["buffer_size"] = frames.Buffered;
        answer["incident_frames_count"] = IncidentFramesOf(clip, frames);
        if (answer.ContainsKey("detailed_analysis"))
        {
            var final = clip.Judgement!.Final;
            answer["detailed_analysis"] = new JsonArray(
                new JsonObject
                {
                    ["frame_position"] = (int)((final.StartSeconds ?? 0) * frames.Rate),
                    ["frame_count"] = frames.Shown,
                    ["analysis"] = final.Analysis,
                    ["incident_type"] = final.IncidentType,
                    ["incident_detected"] = final.IncidentDetected,
                }
            );
        }

        return answer;
    }

    private static JsonObject OfJudgement(Judgement judgement)
    {
        var final = judgement.Final;
        return Head(final.Analysis, final.Description, judgement.HasIncident, judgement.HasIncident ? final.IncidentType : NoIncident);
    }

    // Without a model nothing is said about incidents, not that there was none either.
    private JsonObject OfMotion(AnalyzedClip clip)
    {
        if (clip.IsStill)
            return Head(words.Still, words.Still, hasIncident: false, NoIncident);
        var text = words.NotJudged(clip.Motion!);
        var answer = Head(text, text, hasIncident: null, incidentType: null);
        answer["movement"] = new JsonArray([
            .. clip.Motion!.Select(one => new JsonObject
            {
                ["start_seconds"] = one.StartSeconds,
                ["end_seconds"] = one.EndSeconds,
                ["strength"] = Math.Round(one.Strength, 3),
            }),
        ]);
        return answer;
    }

    private static JsonObject Head(string analysis, string description, bool? hasIncident, string? incidentType) =>
        new()
        {
            ["analysis"] = analysis,
            ["description"] = description,
            ["has_security_incident"] = hasIncident,
            ["incident_detected"] = hasIncident,
            ["incident_type"] = incidentType,
            ["risk_level"] = hasIncident switch
            {
                true => "HIGH",
                false => "LOW",
                null => null,
            },
        };

    private static void AddSecondLook(JsonObject answer, Judgement? judgement)
    {
        switch (judgement?.SecondLook)
        {
            case SecondLook.Confirmed:
                answer["flash_confirmation"] = true;
                answer["detailed_analysis"] = judgement.Final.Analysis;
                break;
            case SecondLook.Vetoed:
                answer["flash_confirmation"] = false;
                answer["flash_veto"] = true;
                answer["veto_reason"] = judgement.Final.Description;
                break;
            case SecondLook.Failed:
                answer["flash_confirmation"] = null;
                break;
            default:
                break;
        }
    }

    private static void AddDetails(JsonObject answer, AnalyzedClip clip)
    {
        var incident = clip.HasIncident == true ? clip.Judgement!.Final : null;
        if (incident?.StartSeconds is { } start)
            answer["incident_start_seconds"] = start;
        if (incident?.EndSeconds is { } end)
            answer["incident_end_seconds"] = end;
        if (clip.Judgement?.Final.Confidence is { } confidence)
            answer["confidence"] = confidence;
        answer["analyzer"] =
            clip.IsStill ? "motion-gate"
            : clip.Analyzer == AnalyzerKind.Motion ? "motion"
            : "model";
        if (clip.Uses.Count > 0)
        {
            answer["models"] = new JsonArray([.. clip.Uses.Select(use => use.Model).Distinct().Select(model => JsonValue.Create(model))]);
            answer["token_usage"] = new JsonObject
            {
                ["input_tokens"] = clip.Uses.Sum(use => use.InputTokens),
                ["output_tokens"] = clip.Uses.Sum(use => use.OutputTokens),
            };
        }

        if (clip.Frames is { } frames)
            answer["failed_frames"] = frames.Failed;
        answer["cost_eur"] = decimal.Round(clip.Cost, 6);
        answer["duration_ms"] = Math.Round(clip.Took.TotalMilliseconds);
        answer["cached"] = clip.WasKnown;
    }

    private static int IncidentFramesOf(AnalyzedClip clip, ClipFrames frames)
    {
        if (clip.HasIncident != true)
            return 0;
        var final = clip.Judgement!.Final;
        if (final.StartSeconds is not { } start || final.EndSeconds is not { } end)
            return frames.Shown;
        return Math.Clamp((int)Math.Ceiling((end - start) * frames.Rate), 1, Math.Max(1, frames.Shown));
    }
}
