using System.Text.Json;
using System.Text.Json.Serialization;
using MediatR;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Vigint.Api.Errors;
using Vigint.Api.Http;
using Vigint.Application.Videos.DescribeLink;

namespace Vigint.Api.Videos;

/// <summary>What a private link leads to (contract §3), for anybody who has one.</summary>
[ApiController]
[Route("video/{video_id}/info")]
[AllowAnonymous]
[OpenedByPeople]
public sealed class LinkInfoController(IMediator mediator) : ControllerBase
{
    public sealed record InfoAnswer(
        string VideoId,
        string Filename,
        double SizeMb,
        string UploadTime,
        string ExpirationTime,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] JsonElement? IncidentType,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] JsonElement? RiskLevel,
        bool Available
    );

    [HttpGet]
    public async Task<InfoAnswer> Info(
        [FromRoute(Name = "video_id")] string videoId,
        [FromQuery] string? token,
        CancellationToken cancellationToken
    )
    {
        var (video, isAvailable) = await mediator.Send(new DescribeLinkQuery(videoId, token), cancellationToken);
        using var metadata = JsonDocument.Parse(video.Metadata, new JsonDocumentOptions { MaxDepth = 80 });
        return new InfoAnswer(
            video.Id.Text,
            video.FileName ?? VideoAnswer.FileNameOf(video.Id, video.Media.ContentType),
            Units.Megabytes(video.SizeBytes),
            WireTime.Of(video.UploadedAt),
            video.Expiration.Text,
            MemberOf(metadata, "incident_type"),
            MemberOf(metadata, "risk_level"),
            isAvailable
        );
    }

    private static JsonElement? MemberOf(JsonDocument metadata, string name) =>
        metadata.RootElement.TryGetProperty(name, out var value) ? value.Clone() : null;
}
