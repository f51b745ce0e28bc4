using MediatR;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using Vigint.Api.Http;
using Vigint.Api.Keys;
using Vigint.Api.Media;
using Vigint.Api.OpenApi;
using Vigint.Application.Analysis.KeepClip;
using Vigint.Application.Media;
using Vigint.Application.Storage;

namespace Vigint.Api.Analysis;

/// <summary>The caller's current clip (contract §5, upload), for those who have a key.</summary>
[ApiController]
[Route("api/video")]
[Authorize(Policies.Caller)]
public sealed class ClipController(IMediator mediator, MediaIntake intake, IOptions<JsonOptions> json) : ControllerBase
{
    public sealed record UploadBody(string? VideoData, string? VideoFilename);

    /// <param name="VideoSizeMb">In megabytes of 1,048,576 bytes.</param>
    /// <param name="Duration">In seconds.</param>
    public sealed record UploadAnswer(
        [property: OneOf("uploaded")] string Status,
        double VideoSizeMb,
        int FrameCount,
        double Duration,
        bool ReadyForAnalysis
    );

    [HttpPost("upload")]
    public async Task<UploadAnswer> Upload(CancellationToken cancellationToken)
    {
        var clip = await intake.OpenAsync(Request.ContentLength, RoomTaker.Of(HttpContext.Caller()), cancellationToken);
        try
        {
            var hash = await ReceiveAsync(clip, cancellationToken);
            var kept = await mediator.Send(new KeepClipCommand(HttpContext.Caller(), clip, hash), cancellationToken);
            return new UploadAnswer(
                "uploaded",
                Units.Megabytes(kept.SizeBytes),
                kept.Frames,
                Math.Round(kept.Duration.TotalSeconds, 3),
                true
            );
        }
        catch
        {
            clip.Dispose();
            throw;
        }
    }

    private async Task<string?> ReceiveAsync(ReceivedMedia clip, CancellationToken cancellationToken)
    {
        var isForm = VideoForm.Is(Request);
        using var video = new VideoSink(clip, KeepClipCommand.ClipName, isForm ? "video" : "video_data", isHashed: true);
        if (isForm)
            await VideoForm.ReadAsync(Request, video, wanted: [], FieldLimit.Small, cancellationToken);
        else
            await MediaJson.ReadAsync<UploadBody>(
                HttpContext,
                json.Value.JsonSerializerOptions,
                place => place == "video_data" ? video : null
            );
        return video.Hash();
    }
}
