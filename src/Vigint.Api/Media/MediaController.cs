using System.Globalization;
using System.Text.Json;
using MediatR;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using Vigint.Api.Http;
using Vigint.Api.Keys;
using Vigint.Api.Videos;
using Vigint.Application.Media;
using Vigint.Application.Media.CompressVideo;
using Vigint.Application.Media.CreateVideo;
using Vigint.Application.Media.DownloadVideo;
using Vigint.Application.Storage;

namespace Vigint.Api.Media;

/// <summary>Compress, create and download (contract §6), for those who have a key.</summary>
[ApiController]
[Route("api/video")]
[Authorize(Policies.Caller)]
public sealed class MediaController(IMediator mediator, MediaIntake intake, IOptions<JsonOptions> json) : ControllerBase
{
    private JsonSerializerOptions Json => json.Value.JsonSerializerOptions;

    /// <summary>Sizes in megabytes of 1,048,576 bytes; the clip itself follows in <c>video_data</c>.</summary>
    /// <param name="CompressionRatio">
    /// What is left of it: the final size divided by the original; 1 for one that came back as it is.
    /// </param>
    public sealed record CompressAnswer(
        bool Success,
        bool Compressed,
        double OriginalSize,
        double CompressedSize,
        double OriginalSizeMb,
        double FinalSizeMb,
        double CompressionRatio
    );

    [HttpPost("compress")]
    [ProducesResponseType<CompressAnswer>(StatusCodes.Status200OK)]
    public async Task Compress(CancellationToken cancellationToken)
    {
        using var source = await intake.OpenAsync(Request.ContentLength, RoomTaker.Of(HttpContext.Caller()), cancellationToken);
        var isForm = VideoForm.Is(Request);
        var body = await ReceiveAsync(source, isForm, cancellationToken);
        var result = await mediator.Send(
            new CompressVideoCommand(HttpContext.Caller(), source, body.MaxSizeMb, body.QualityReduction),
            cancellationToken
        );

        using var bytes = source.Folder.Open(result.FileName)!;
        var (original, final) = (Units.Megabytes(result.OriginalBytes), Units.Megabytes(result.FinalBytes));
        var ratio = Math.Round((double)result.FinalBytes / result.OriginalBytes, 4);
        if (isForm || AcceptsVideo())
            await SendFileAsync(result, bytes, original, final, ratio, cancellationToken);
        else
            await Base64Answer.SendAsync(
                HttpContext,
                new CompressAnswer(true, result.IsCompressed, original, final, original, final, ratio),
                "video_data",
                bytes,
                Json,
                cancellationToken
            );
    }

    public sealed record CreateBody(IReadOnlyList<string?>? Frames, string? OutputFilename, double? Fps, string? VideoFormat);

    /// <summary>The video itself follows in <c>video_data</c>.</summary>
    /// <param name="Duration">In seconds; the same as <paramref name="DurationSeconds"/>.</param>
    /// <param name="Resolution">Width and height in pixels, with an x between them.</param>
    public sealed record CreateAnswer(
        bool Success,
        string DownloadUrl,
        int FramesProcessed,
        int FailedFrames,
        double Duration,
        double DurationSeconds,
        double Fps,
        string Resolution
    );

    [HttpPost("create")]
    [ProducesResponseType<CreateAnswer>(StatusCodes.Status200OK)]
    public async Task Create(CancellationToken cancellationToken)
    {
        using var received = await intake.OpenAsync(Request.ContentLength, RoomTaker.Of(HttpContext.Caller()), cancellationToken);
        using var frames = new FrameIntake(received);
        var sink = new FrameSink(frames);
        var body = await MediaJson.ReadAsync<CreateBody>(HttpContext, Json, place => place == "frames[]" ? sink : null);
        var caller = HttpContext.Caller();
        var video = await mediator.Send(
            new CreateVideoCommand(caller, frames, body.OutputFilename, body.Fps, body.VideoFormat),
            cancellationToken
        );

        using var download = await mediator.Send(new DownloadVideoQuery(caller, video.DownloadId), cancellationToken);
        var seconds = Math.Round(video.DurationSeconds, 3);
        await Base64Answer.SendAsync(
            HttpContext,
            new CreateAnswer(
                true,
                $"/api/video/download/{video.DownloadId}",
                video.Frames,
                video.Failed,
                seconds,
                seconds,
                video.FrameRate,
                $"{video.Width}x{video.Height}"
            ),
            "video_data",
            download.Bytes,
            Json,
            cancellationToken
        );
    }

    [HttpGet("download/{id}")]
    [HttpHead("download/{id}")]
    public async Task Download(string? id, CancellationToken cancellationToken)
    {
        using var found = await mediator.Send(new DownloadVideoQuery(HttpContext.Caller(), id), cancellationToken);
        var file = SentFile.Of(
            $"\"{found.Download.Id}\"",
            found.Download.MadeAt,
            found.Download.ContentType,
            "attachment",
            found.Download.FileName
        );
        await VideoAnswer.SendAsync(HttpContext, found.Bytes, file, cancellationToken);
    }

    private async Task<CompressBody> ReceiveAsync(ReceivedMedia source, bool isForm, CancellationToken cancellationToken)
    {
        using var video = new VideoSink(source, CompressVideoCommand.SourceName, isForm ? "video" : "video_data");
        return isForm
            ? await CompressForm.ReadAsync(Request, video, cancellationToken)
            : await MediaJson.ReadAsync<CompressBody>(HttpContext, Json, place => place == "video_data" ? video : null);
    }

    private bool AcceptsVideo() =>
        Request.GetTypedHeaders().Accept.Any(accepted => accepted.MediaType.Equals("video/mp4", StringComparison.OrdinalIgnoreCase));

    private Task SendFileAsync(
        CompressedVideo result,
        VideoBytes bytes,
        double original,
        double final,
        double ratio,
        CancellationToken cancellationToken
    )
    {
        var headers = Response.Headers;
        headers["X-Compressed"] = result.IsCompressed ? "true" : "false";
        headers["X-Original-Size-Mb"] = original.ToString(CultureInfo.InvariantCulture);
        headers["X-Final-Size-Mb"] = final.ToString(CultureInfo.InvariantCulture);
        headers["X-Compression-Ratio"] = ratio.ToString(CultureInfo.InvariantCulture);
        return VideoAnswer.SendWholeAsync(HttpContext, bytes, result.ContentType, cancellationToken);
    }
}
