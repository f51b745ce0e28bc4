using System.Buffers.Text;
using System.Globalization;
using System.Text;
using MediatR;
using Vigint.Application.Common;
using Vigint.Domain.Videos;

namespace Vigint.Application.Videos.ListVideos;

/// <summary>The caller's videos, newest first, a page at a time (contract §3).</summary>
/// <param name="Cursor">What the page before gave as the next; null for the first page.</param>
/// <param name="Limit">1 to <see cref="MostPerPage"/>; null for <see cref="UsualPerPage"/>.</param>
public sealed record ListVideosQuery(Caller Caller, string? Cursor, string? Limit) : IRequest<VideoPage>
{
    public const int MostPerPage = 200;
    public const int UsualPerPage = 50;
}

/// <param name="NextCursor">Null on the last page.</param>
public sealed record VideoPage(IReadOnlyList<ListedVideo> Videos, string? NextCursor);

public sealed record ListedVideo(VideoSummary Summary, AccessToken Token);

internal sealed class ListVideosHandler(IVideoRecords records, TokenKey key) : IRequestHandler<ListVideosQuery, VideoPage>
{
    public async Task<VideoPage> Handle(ListVideosQuery request, CancellationToken cancellationToken)
    {
        var limit = LimitOf(request.Limit);
        var found = await records.PageAsync(request.Caller.Scope, PositionOf(request.Cursor), limit + 1, cancellationToken);
        var page = found.Take(limit)
            .Select(summary => new ListedVideo(summary, AccessToken.For(summary.Id, summary.Expiration.Text, key.Value)))
            .ToList();
        return new VideoPage(page, found.Count > limit ? CursorOf(page[^1].Summary.Position) : null);
    }

    private static int LimitOf(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return ListVideosQuery.UsualPerPage;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit is > 0 and <= ListVideosQuery.MostPerPage
            ? limit
            : throw VideoRefusals.UnusableLimit(ListVideosQuery.MostPerPage);
    }

    private static string CursorOf(VideoPosition position) =>
        Base64Url.EncodeToString(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{position.AtMs}:{position.Id}")));

    private static VideoPosition? PositionOf(string? cursor)
    {
        if (string.IsNullOrEmpty(cursor))
            return null;
        if (!Base64Url.IsValid(cursor))
            throw VideoRefusals.UnusableCursor();
        var text = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(cursor));
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon > 0 && long.TryParse(text.AsSpan(0, colon), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var at)
            ? new VideoPosition(at, text[(colon + 1)..])
            : throw VideoRefusals.UnusableCursor();
    }
}
