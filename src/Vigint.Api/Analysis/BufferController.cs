using System.Text.Json;
using MediatR;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using Vigint.Api.Http;
using Vigint.Api.Keys;
using Vigint.Api.Media;
using Vigint.Api.OpenApi;
using Vigint.Application.Analysis;
using Vigint.Application.Analysis.BufferFrames;
using Vigint.Application.Media;
using Vigint.Application.Storage;
using Vigint.Domain.Analysis;

namespace Vigint.Api.Analysis;

/// <summary>Frames that wait to be analysed (contract §5, buffers), for those who have a key.</summary>
[ApiController]
[Route("api/video")]
[Authorize(Policies.Caller)]
public sealed class BufferController(IMediator mediator, MediaIntake intake, IOptions<JsonOptions> json) : ControllerBase
{
    private const string FrameData = "frame_data";

    /// <summary>What clients count and call the time by is theirs: numbers or texts, given back as they came.</summary>
    public sealed record FrameBody(string? FrameData, JsonElement? FrameCount, JsonElement? Timestamp);

    public sealed record BufferAnswer([property: OneOf("buffered")] string Status, object FrameCount, int BufferSize, object Timestamp);

    [HttpPost("buffer")]
    public async Task<BufferAnswer> Buffer(CancellationToken cancellationToken)
    {
        using var received = await intake.OpenAsync(Request.ContentLength, RoomTaker.Of(HttpContext.Caller()), cancellationToken);
        using var frames = new FrameIntake(received);
        var body = await ReadOneAsync<FrameBody>(frames);
        var frameCount = Echo(body.FrameCount, "frame_count", whenAbsent: 0);
        var timestamp = Echo(body.Timestamp, "timestamp", whenAbsent: null);
        var buffered = await mediator.Send(new BufferFramesCommand(HttpContext.Caller(), Source: null, frames), cancellationToken);
        return new BufferAnswer("buffered", frameCount!, buffered.BufferSize, timestamp ?? WireTime.Of(buffered.At));
    }

    public sealed record BatchFrame(string? FrameData);

    public sealed record BatchBody(IReadOnlyList<BatchFrame?>? Frames);

    public sealed record BatchAnswer([property: OneOf("buffered")] string Status, int FramesAdded, int BufferSize);

    [HttpPost("buffer/batch")]
    public async Task<BatchAnswer> Batch(CancellationToken cancellationToken)
    {
        using var received = await intake.OpenAsync(Request.ContentLength, RoomTaker.Of(HttpContext.Caller()), cancellationToken);
        using var frames = new FrameIntake(received);
        var sink = new RequiredFrameSink(frames, MemberOf);
        var body = await MediaJson.ReadAsync<BatchBody>(
            HttpContext,
            json.Value.JsonSerializerOptions,
            place => place == $"frames[].{FrameData}" ? sink : null
        );
        RequireOneEach(body.Frames ?? throw BufferRefusals.MissingFrames(), frames.Pictures.Count);
        var buffered = await mediator.Send(new BufferFramesCommand(HttpContext.Caller(), Source: null, frames), cancellationToken);
        return new BatchAnswer("buffered", frames.Pictures.Count, buffered.BufferSize);
    }

    public sealed record SourceBody(string? SourceId, string? SourceName, string? FrameData, JsonElement? FrameCount);

    public sealed record SourceAnswer(bool Success, string SourceId, int BufferSize, object FrameCount);

    [HttpPost("multi-source/buffer")]
    public async Task<SourceAnswer> BufferOfSource(CancellationToken cancellationToken)
    {
        using var received = await intake.OpenAsync(Request.ContentLength, RoomTaker.Of(HttpContext.Caller()), cancellationToken);
        using var frames = new FrameIntake(received);
        var body = await ReadOneAsync<SourceBody>(frames);
        var frameCount = Echo(body.FrameCount, "frame_count", whenAbsent: 0);
        var source = new NamedSource(body.SourceId ?? "", body.SourceName);
        var buffered = await mediator.Send(new BufferFramesCommand(HttpContext.Caller(), source, frames), cancellationToken);
        return new SourceAnswer(true, source.Id, buffered.BufferSize, frameCount!);
    }

    private async Task<T> ReadOneAsync<T>(FrameIntake frames)
    {
        var sink = new RequiredFrameSink(frames, _ => FrameData);
        var body = await MediaJson.ReadAsync<T>(HttpContext, json.Value.JsonSerializerOptions, place => place == FrameData ? sink : null);
        return frames.Pictures.Count switch
        {
            0 => throw BufferRefusals.MissingFrame(FrameData),
            1 => body,
            _ => throw JsonBody.HasWrongType(FrameData),
        };
    }

    private static void RequireOneEach(IReadOnlyList<BatchFrame?> asked, int received)
    {
        for (var number = 0; number < asked.Count; number++)
        {
            if (asked[number]?.FrameData is null)
                throw BufferRefusals.MissingFrame(MemberOf(number));
        }

        // One that has the member twice: nobody can say which of the two is meant.
        if (received != asked.Count)
            throw JsonBody.HasWrongType("frames");
    }

    private static string MemberOf(int number) => $"frames[{number}].{FrameData}";

    private static object? Echo(JsonElement? came, string member, object? whenAbsent) =>
        came?.ValueKind switch
        {
            null or JsonValueKind.Null => whenAbsent,
            JsonValueKind.Number or JsonValueKind.String => came.Value,
            _ => throw JsonBody.HasWrongType(member),
        };
}
