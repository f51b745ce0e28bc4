using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using MediatR;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Vigint.Api.Errors;
using Vigint.Api.Http;
using Vigint.Api.Keys;
using Vigint.Api.OpenApi;
using Vigint.Application.Idempotency;
using Vigint.Application.Videos.DeleteVideo;
using Vigint.Application.Videos.ExtendLink;
using Vigint.Application.Videos.ListVideos;
using Vigint.Application.Videos.ShowVideo;
using Vigint.Application.Videos.UploadVideo;
using Vigint.Application.Videos.VerifyLink;
using Vigint.Domain.Videos;

namespace Vigint.Api.Videos;

/// <summary>The video store (contract §3), for those who have a key.</summary>
[ApiController]
[Route("api/v1/videos")]
public sealed class VideosController(IMediator mediator) : ControllerBase
{
    private Links Links => HttpContext.RequestServices.GetRequiredService<Links>();

    /// <summary>Members that are not known are absent.</summary>
    public sealed record UploadAnswer(
        bool Success,
        string VideoId,
        string PrivateLink,
        string ExpirationTime,
        string Message,
        long SizeBytes,
        string? Sha256,
        string ContentType,
        double? DurationSeconds,
        int? Width,
        int? Height,
        string? Codec,
        string? Warning
    );

    [HttpPost("upload")]
    [Authorize(Policies.Uploader)]
    public async Task<UploadAnswer> Upload(CancellationToken cancellationToken)
    {
        using var form = MultipartForm.Of(Request);
        var key = IdempotencyKey.Of(Request.Headers[IdempotencyHeader.Name].FirstOrDefault());
        var (stored, token) = await mediator.Send(new UploadVideoCommand(HttpContext.Caller(), form, key), cancellationToken);
        var media = stored.Media;
        return new UploadAnswer(
            true,
            stored.VideoId,
            Links.To(Request, VideoId.Parse(stored.VideoId), token),
            stored.ExpirationText,
            "Video uploaded successfully",
            stored.SizeBytes,
            stored.Sha256,
            media.ContentType,
            media.DurationSeconds,
            media.Width,
            media.Height,
            media.Codec,
            stored.Warning
        );
    }

    /// <summary>The address of uploads with another method, which would otherwise be taken for a video of that name.</summary>
    [HttpGet("upload")]
    [AllowAnonymous]
    [ApiExplorerSettings(IgnoreApi = true)]
    public EmptyResult UploadIsPosted()
    {
        Response.OnStarting(() => Task.FromResult(Response.Headers.Allow = HttpMethods.Post));
        throw RequestRefusals.MethodNotAllowed(HttpMethods.Post);
    }

    [HttpDelete("upload/{video_id}")]
    [ProducesResponseType(StatusCodes.Status204NoContent)]
    [Authorize(Policies.Caller)]
    public async Task<NoContentResult> Delete([FromRoute(Name = "video_id")] string videoId, CancellationToken cancellationToken)
    {
        await mediator.Send(new DeleteVideoCommand(HttpContext.Caller(), videoId), cancellationToken);
        return NoContent();
    }

    /// <param name="RemainingHours">From now; 0 for a link that has ended; absent, like the time, unless the token is right.</param>
    public sealed record VerifyAnswer(bool Valid, string? ExpirationTime, double? RemainingHours);

    [HttpGet("link/verify")]
    [AllowAnonymous]
    public async Task<VerifyAnswer> Verify(
        [FromQuery(Name = "video_id")] string? videoId,
        [FromQuery] string? token,
        CancellationToken cancellationToken
    )
    {
        var link = await mediator.Send(new VerifyLinkQuery(videoId ?? Given("video_id"), token ?? Given("token")), cancellationToken);
        return new VerifyAnswer(link.Valid, link.Expiration?.Text, link.Left is { } left ? Units.Hours(left) : null);
    }

    public sealed record ExtendBody(string? VideoId, double? AdditionalHours);

    /// <param name="TotalHours">From now until the links end.</param>
    public sealed record ExtendAnswer(bool Success, string NewExpiration, double TotalHours, string PrivateLink);

    [HttpPost("link/extend")]
    [Authorize(Policies.Caller)]
    public async Task<ExtendAnswer> Extend(ExtendBody body, CancellationToken cancellationToken)
    {
        var link = await mediator.Send(new ExtendLinkCommand(HttpContext.Caller(), body.VideoId, body.AdditionalHours), cancellationToken);
        return new ExtendAnswer(true, link.Video.Expiration.Text, Units.Hours(link.Left), Links.To(Request, link.Video.Id, link.Token));
    }

    /// <summary>A record without its metadata; members that are not known are absent.</summary>
    public sealed record ListedAnswer(
        string VideoId,
        string PrivateLink,
        string ExpirationTime,
        string UploadTime,
        long SizeBytes,
        string? Sha256,
        string ContentType,
        double? DurationSeconds,
        int? Width,
        int? Height,
        string? Codec,
        string? Filename,
        [property: OneOf("preparing", "ready", "original only", "failed")] string Playback,
        int? Percent,
        string? PlaybackReason
    );

    /// <param name="NextCursor">Null on the last page.</param>
    public sealed record ListAnswer(
        IReadOnlyList<ListedAnswer> Videos,
        int Count,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? NextCursor
    );

    [HttpGet]
    [Authorize(Policies.Caller)]
    public async Task<ListAnswer> List([FromQuery] string? cursor, [FromQuery] string? limit, CancellationToken cancellationToken)
    {
        var page = await mediator.Send(new ListVideosQuery(HttpContext.Caller(), cursor, limit), cancellationToken);
        var videos = page
            .Videos.Select(one => new ListedAnswer(
                one.Summary.Key.Id.Text,
                Links.To(Request, one.Summary.Key.Id, one.Token),
                one.Summary.Expiration.Text,
                WireTime.Of(one.Summary.UploadedAt),
                one.Summary.SizeBytes,
                one.Summary.Sha256,
                one.Summary.Media.ContentType,
                one.Summary.Media.DurationSeconds,
                one.Summary.Media.Width,
                one.Summary.Media.Height,
                one.Summary.Media.Codec,
                one.Summary.FileName,
                one.Playback.State,
                one.Playback.Percent,
                one.Playback.Reason
            ))
            .ToList();
        return new ListAnswer(videos, videos.Count, page.NextCursor);
    }

    /// <param name="LinkTexts">
    /// What the tokens of its links are made of: the recorded expiration first, then earlier ones and those that clients wrote themselves.
    /// </param>
    /// <param name="Metadata">As the client sent it.</param>
    public sealed record VideoAnswer(
        string VideoId,
        string PrivateLink,
        string ExpirationTime,
        double? ExpirationHours,
        string UploadTime,
        long SizeBytes,
        string? Sha256,
        string ContentType,
        double? DurationSeconds,
        int? Width,
        int? Height,
        string? Codec,
        string? Filename,
        [property: OneOf("preparing", "ready", "original only", "failed")] string Playback,
        int? Percent,
        string? PlaybackReason,
        IReadOnlyList<string> LinkTexts,
        JsonNode? Metadata
    );

    [HttpGet("{video_id}")]
    [Authorize(Policies.Caller)]
    public async Task<VideoAnswer> Show([FromRoute(Name = "video_id")] string videoId, CancellationToken cancellationToken)
    {
        var (video, token, playback) = await mediator.Send(new ShowVideoQuery(HttpContext.Caller(), videoId), cancellationToken);
        return new VideoAnswer(
            video.Id.Text,
            Links.To(Request, video.Id, token),
            video.Expiration.Text,
            video.ExpirationHours,
            WireTime.Of(video.UploadedAt),
            video.SizeBytes,
            video.Sha256,
            video.Media.ContentType,
            video.Media.DurationSeconds,
            video.Media.Width,
            video.Media.Height,
            video.Media.Codec,
            video.FileName,
            playback.State,
            playback.Percent,
            playback.Reason,
            video.LinkTexts,
            JsonNode.Parse(video.Metadata, documentOptions: new JsonDocumentOptions { MaxDepth = 80 })
        );
    }

    // Binding makes null of an empty parameter; here an empty one is a wrong one, and only a missing one is missing.
    private string? Given(string name) => Request.Query.TryGetValue(name, out var value) ? value.ToString() : null;
}
