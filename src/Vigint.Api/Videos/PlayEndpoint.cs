using Vigint.Api.Errors;
using Vigint.Api.Keys;
using Vigint.Api.OpenApi;
using Vigint.Application.Videos.PlayVideo;

namespace Vigint.Api.Videos;

/// <summary>
/// <c>GET</c> and <c>HEAD /video/{video_id}?token=</c>, and the still beside it (contract §3), for anybody who has a private link.
/// Endpoints without a controller, because a player calls for every range that it reads (docs/decisions/0007-the-way-of-a-range.md).
/// </summary>
internal static class PlayEndpoint
{
    private static readonly string[] Methods = [HttpMethods.Get, HttpMethods.Head];

    public static void MapPlay(this IEndpointRouteBuilder endpoints)
    {
        var play = endpoints.ServiceProvider.GetRequiredService<PlayVideo>();
        var viewings = endpoints.ServiceProvider.GetRequiredService<Viewings>();
        endpoints
            .MapMethods("video/{video_id}", Methods, (RequestDelegate)PlayAsync)
            .InTheDocument()
            .WithMetadata(new OpenedByPeopleAttribute())
            .AllowAnonymous();
        endpoints
            .MapMethods("video/{video_id}/poster.jpg", Methods, (RequestDelegate)ShowPosterAsync)
            .InTheDocument()
            .WithMetadata(new OpenedByPeopleAttribute())
            .AllowAnonymous();

        async Task PlayAsync(HttpContext context)
        {
            var wanted = context.Request.Query["original"].FirstOrDefault() == "1" ? WantedForm.Original : WantedForm.Playable;
            using var played = await OpenAsync(context, wanted);
            if (!HttpMethods.IsHead(context.Request.Method))
                viewings.Note(played.Playable.Key, played.Playable.Owner, context.Origin());
            await VideoAnswer.SendAsync(context, played, context.RequestAborted);
        }

        // A mail program fetches it without anybody having opened the video.
        async Task ShowPosterAsync(HttpContext context)
        {
            using var poster = await OpenAsync(context, WantedForm.Poster);
            await VideoAnswer.SendAsync(context, poster, context.RequestAborted);
        }

        ValueTask<PlayedVideo> OpenAsync(HttpContext context, WantedForm wanted) =>
            play.OpenAsync(
                (string?)context.Request.RouteValues["video_id"],
                context.Request.Query["token"].FirstOrDefault(),
                wanted,
                context.RequestAborted
            );
    }
}
