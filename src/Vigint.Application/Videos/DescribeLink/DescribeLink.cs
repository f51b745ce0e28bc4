using MediatR;
using Vigint.Domain.Videos;

namespace Vigint.Application.Videos.DescribeLink;

/// <summary>Tells the holder of a link what it leads to (contract §3, GET /video/{id}/info).</summary>
public sealed record DescribeLinkQuery(string? VideoId, string? Token) : IRequest<DescribedLink>;

/// <param name="IsAvailable">Whether the file is there.</param>
public sealed record DescribedLink(Video Video, bool IsAvailable);

internal sealed class DescribeLinkHandler(VideoFinder finder, IVideoFolder folder, TokenKey key, TimeProvider clock)
    : IRequestHandler<DescribeLinkQuery, DescribedLink>
{
    public async Task<DescribedLink> Handle(DescribeLinkQuery request, CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(request.Token))
            throw VideoRefusals.TokenMissing();
        var id = VideoId.OfStored(request.VideoId) ?? throw VideoRefusals.LinkToNothing();
        var video = await finder.FindAsync(id, scope: null, cancellationToken) ?? throw VideoRefusals.LinkToNothing();
        if (!Playable.Of(video, key, rendition: null).IsOpenedBy(request.Token))
            throw VideoRefusals.InvalidToken();
        if (video.HasEnded(clock.GetUtcNow()))
            throw VideoRefusals.LinkHasExpired();

        using var bytes = folder.Open(id);
        return new DescribedLink(video, bytes is not null);
    }
}
