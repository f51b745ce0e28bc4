using MediatR;
using Vigint.Application.Common;
using Vigint.Application.Videos.Renditions;
using Vigint.Domain.Videos;

namespace Vigint.Application.Videos.ListVideos;

/// <summary>The caller's videos, newest first, a page at a time (contract §3).</summary>
/// <param name="Cursor">What the page before gave as the next; null for the first page.</param>
/// <param name="Limit">1 to 200; null for 50.</param>
public sealed record ListVideosQuery(Caller Caller, string? Cursor, string? Limit) : IRequest<VideoPage>;

/// <param name="NextCursor">Null on the last page.</param>
public sealed record VideoPage(IReadOnlyList<ListedVideo> Videos, string? NextCursor);

public sealed record ListedVideo(VideoSummary Summary, AccessToken Token, Playback Playback);

internal sealed class ListVideosHandler(IVideoRecords records, IRenditionRecords renditions, RenditionQueue queue, TokenKey key)
    : IRequestHandler<ListVideosQuery, VideoPage>
{
    private static readonly PageLimit Limit = new(Usual: 50, Most: 200);

    public async Task<VideoPage> Handle(ListVideosQuery request, CancellationToken cancellationToken)
    {
        var limit = Limit.Of(request.Limit);
        var found = await records.PageAsync(request.Caller.Scope, PagePosition.Of(request.Cursor), limit + 1, cancellationToken);
        var shown = found.Take(limit).ToList();
        var made = (await renditions.FindAsync([.. shown.Select(summary => summary.Key.Id)], cancellationToken)).ToDictionary(one =>
            one.Of
        );
        var page = shown
            .Select(summary => new ListedVideo(
                summary,
                AccessToken.For(summary.Key.Id, summary.Expiration.Text, key.Value),
                Playback.Of(made.GetValueOrDefault(summary.Key), queue.PercentOf(summary.Key), queue.UnavailableReason)
            ))
            .ToList();
        return new VideoPage(page, found.Count > limit ? page[^1].Summary.Position.ToCursor() : null);
    }
}
