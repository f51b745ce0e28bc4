using MediatR;
using Vigint.Application.Common;
using Vigint.Application.Videos.Renditions;
using Vigint.Domain.Videos;

namespace Vigint.Application.Videos.ShowVideo;

/// <summary>One record with its metadata (contract §3).</summary>
public sealed record ShowVideoQuery(Caller Caller, string? VideoId) : IRequest<ShownVideo>;

public sealed record ShownVideo(Video Video, AccessToken Token, Playback Playback);

internal sealed class ShowVideoHandler(VideoFinder finder, IRenditionRecords renditions, RenditionQueue queue, TokenKey key)
    : IRequestHandler<ShowVideoQuery, ShownVideo>
{
    public async Task<ShownVideo> Handle(ShowVideoQuery request, CancellationToken cancellationToken)
    {
        var id = VideoId.OfStored(request.VideoId) ?? throw VideoRefusals.Unknown();
        var video = await finder.FindAsync(id, request.Caller.Scope, cancellationToken) ?? throw VideoRefusals.Unknown();
        var rendition = await renditions.FindAsync(video.Key, cancellationToken);
        return new ShownVideo(video, video.Token(key.Value), Playback.Of(rendition, queue.PercentOf(video.Key), queue.UnavailableReason));
    }
}
