using Vigint.Api.Errors;
using Vigint.Api.Keys;
using Vigint.Application.Audit;
using Vigint.Application.Videos.PlayVideo;

namespace Vigint.Api.Videos;

/// <summary>
/// <c>GET</c> and <c>HEAD /video/{video_id}?token=</c> (contract §3), for whoever has a private link. An endpoint without a
/// controller, because a player calls it for every range that it reads (docs/decisions/0007-the-way-of-a-range.md).
/// </summary>
internal static class PlayEndpoint
{
    private static readonly string[] Methods = [HttpMethods.Get, HttpMethods.Head];

    public static void MapPlay(this IEndpointRouteBuilder endpoints)
    {
        var play = endpoints.ServiceProvider.GetRequiredService<PlayVideo>();
        var audit = endpoints.ServiceProvider.GetRequiredService<AuditTrail>();
        endpoints.MapMethods("video/{video_id}", Methods, (RequestDelegate)PlayAsync)
            .WithMetadata(new NeedsAttribute(KeyKind.None), new OpenedByPeopleAttribute());

        async Task PlayAsync(HttpContext context)
        {
            var videoId = (string?)context.Request.RouteValues["video_id"];
            using var played = await play.OpenAsync(videoId, context.Request.Query["token"].FirstOrDefault(), context.RequestAborted);
            if (!HttpMethods.IsHead(context.Request.Method))
                audit.NoteOpened(played.Playable.Id, played.Playable.Owner, context.Origin());
            await VideoAnswer.SendAsync(context, played, context.RequestAborted);
        }
    }
}
