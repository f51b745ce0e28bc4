using System.Text.Json.Serialization;
using MediatR;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Vigint.Api.Http;
using Vigint.Api.Keys;
using Vigint.Api.OpenApi;
using Vigint.Application.Audit;
using Vigint.Application.Videos.ShowAudit;

namespace Vigint.Api.Audit;

/// <summary>Who did what with a video and when, for those whose video it is.</summary>
[ApiController]
[Route("api/v1/videos/{video_id}/audit")]
[Authorize(Policies.Caller)]
public sealed class AuditController(IMediator mediator) : ControllerBase
{
    /// <param name="ClientId">Null for somebody with a link, and for the server itself.</param>
    public sealed record EventAnswer(
        string Timestamp,
        [property: OneOf<AuditAction>] string Action,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] int? ClientId,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? ClientName,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Address,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? UserAgent
    );

    /// <param name="NextCursor">Null on the last page.</param>
    public sealed record AuditAnswer(
        string VideoId,
        IReadOnlyList<EventAnswer> Events,
        int Count,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? NextCursor
    );

    [HttpGet]
    public async Task<AuditAnswer> Show(
        [FromRoute(Name = "video_id")] string videoId,
        [FromQuery] string? cursor,
        [FromQuery] string? limit,
        CancellationToken cancellationToken
    )
    {
        var page = await mediator.Send(new ShowAuditQuery(HttpContext.Caller(), videoId, cursor, limit), cancellationToken);
        var events = page
            .Events.Select(one => new EventAnswer(
                WireTime.Of(one.At),
                one.Action.ToString().ToLowerInvariant(),
                one.ClientId,
                one.ClientName,
                one.Origin.Address,
                one.Origin.UserAgent
            ))
            .ToList();
        return new AuditAnswer(page.VideoId.Text, events, events.Count, page.NextCursor);
    }
}
