using System.Text.Json;
using System.Text.Json.Nodes;
using MediatR;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using Vigint.Api.Http;
using Vigint.Api.Keys;
using Vigint.Api.Media;
using Vigint.Api.Usage;
using Vigint.Application.Analysis;
using Vigint.Application.Analysis.AnalyzeSources;
using Vigint.Application.Analysis.AnalyzeVideo;
using Vigint.Application.Analysis.SetInstructions;
using Vigint.Application.Media;
using Vigint.Application.Storage;
using Vigint.Application.Usage;

namespace Vigint.Api.Analysis;

/// <summary>Clips judged by a model in two stages (contract §5).</summary>
[ApiController]
public sealed class AnalysisController(IMediator mediator, MediaIntake intake, MotionWords words, IOptions<JsonOptions> json)
    : ControllerBase
{
    private const string FrameCountField = "frame_count";

    private AnalysisAnswer Answer => new(words);

    /// <summary>The media, and pictures in <c>frame_data</c> and <c>frame</c>, are taken out on the way.</summary>
    /// <param name="FrameCount">The client's own count.</param>
    public sealed record AnalyzeBody(string? VideoData, string? VideoId, JsonElement? FrameCount)
    {
        /// <summary>Of the clip; null when none came.</summary>
        internal string? ClipHash { get; init; }

        /// <summary>The member whose picture is no base64; null when none is.</summary>
        internal string? BrokenPicture { get; init; }

        internal int? Frames => LenientNumber.Count(FrameCount);
    }

    [HttpPost("api/video/analyze")]
    [Authorize(Policies.Caller)]
    public async Task<JsonObject> Analyze(CancellationToken cancellationToken)
    {
        var received = await intake.OpenAsync(Request.ContentLength, RoomTaker.Of(HttpContext.Caller()), cancellationToken);

        // Removing a large file takes a while: after the answer, so that nobody waits for it.
        Response.RegisterForDispose(received);
        var body = await ReceiveAsync(received, cancellationToken);
        var caller = HttpContext.Caller();
        var analysed = await mediator.Send(
            new AnalyzeVideoCommand(caller, received, body.ClipHash, body.VideoId, body.Frames, body.BrokenPicture),
            cancellationToken
        );
        if (!analysed.Clip.WasKnown)
            HttpContext.Charge(CallPrice.Analysis);
        return Answer.Of(analysed.Clip, caller, analysed.Frames, analysed.At);
    }

    public sealed record SourcesBody(IReadOnlyList<string>? SourceIds);

    [HttpPost("api/video/multi-source/analyze")]
    [Authorize(Policies.Caller)]
    public async Task<JsonObject> AnalyzeSources(SourcesBody body, CancellationToken cancellationToken)
    {
        var caller = HttpContext.Caller();
        var (sources, at) = await mediator.Send(new AnalyzeSourcesCommand(caller, body.SourceIds), cancellationToken);
        if (sources.Count(source => source.Analysis is { WasKnown: false }) is > 0 and var charged)
            HttpContext.Charge(CallPrice.AnalysisOf(charged));
        var looks = sources.Select(source => source.Analysis?.Judgement?.SecondLook).ToList();
        return new JsonObject
        {
            ["client_name"] = caller.ClientName,
            ["client_email"] = caller.Email ?? "",
            ["timestamp"] = WireTime.Of(at),
            ["sources_analyzed"] = sources.Count(source => source.Analysis is not null),
            ["sources"] = new JsonObject(
                sources.Select(source => KeyValuePair.Create<string, JsonNode?>(source.Source.Id, Answer.OfSource(source, caller, at)))
            ),
            ["summary"] = new JsonObject
            {
                ["total_incidents_detected_by_flash_lite"] = looks.Count(look => look is not (null or SecondLook.NotNeeded)),
                ["total_incidents_confirmed_by_flash"] = looks.Count(look => look == SecondLook.Confirmed),
                ["total_incidents_vetoed"] = looks.Count(look => look == SecondLook.Vetoed),
                ["has_any_confirmed_incident"] = HasAnyConfirmed(sources),
                ["total_incidents_unconfirmed"] = looks.Count(look => look == SecondLook.Failed),
            },
        };
    }

    // Null as long as one of them may have been one.
    private static bool? HasAnyConfirmed(IReadOnlyList<AnalyzedSource> sources)
    {
        if (sources.Any(source => source.Analysis?.Judgement?.SecondLook == SecondLook.Confirmed))
            return true;
        return sources.All(source => source.Analysis is { HasIncident: false }) ? false : null;
    }

    public sealed record InstructionsBody(string? WatchFor, string? Normal);

    public sealed record InstructionsAnswer(bool Success, int ClientId, string? WatchFor, string? Normal);

    [HttpPut("admin/clients/{client_id:int}/analysis")]
    [Authorize(Policies.Administrator)]
    public async Task<InstructionsAnswer> SetInstructions(
        [FromRoute(Name = "client_id")] int clientId,
        InstructionsBody body,
        CancellationToken cancellationToken
    )
    {
        var instructions = await mediator.Send(new SetInstructionsCommand(clientId, body.WatchFor, body.Normal), cancellationToken);
        return new InstructionsAnswer(true, clientId, instructions.WatchFor, instructions.Normal);
    }

    private async Task<AnalyzeBody> ReceiveAsync(ReceivedMedia received, CancellationToken cancellationToken)
    {
        var isForm = VideoForm.Is(Request);
        using var clip = new VideoSink(received, AnalyzeVideoCommand.ClipName, isForm ? "video" : "video_data", isHashed: true);
        if (isForm)
        {
            var fields = await VideoForm.ReadAsync(Request, clip, [FrameCountField, "video_id"], FieldLimit.Small, cancellationToken);
            return new AnalyzeBody(
                null,
                fields.GetValueOrDefault("video_id"),
                fields.TryGetValue(FrameCountField, out var count) ? JsonSerializer.SerializeToElement(count) : null
            )
            {
                ClipHash = clip.Hash(),
            };
        }

        using var picture = new VideoSink(received, AnalyzeVideoCommand.PictureName, "frame_data", isNeeded: false);
        using var other = new VideoSink(received, AnalyzeVideoCommand.OtherPictureName, "frame", isNeeded: false);
        var body = await MediaJson.ReadAsync<AnalyzeBody>(
            HttpContext,
            json.Value.JsonSerializerOptions,
            place =>
                place switch
                {
                    "video_data" => clip,
                    "frame_data" => picture,
                    "frame" => other,
                    _ => null,
                }
        );
        return body with
        {
            ClipHash = clip.Hash(),
            BrokenPicture =
                picture.IsBroken ? "frame_data"
                : other.IsBroken ? "frame"
                : null,
        };
    }
}
