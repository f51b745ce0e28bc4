using MediatR;
using Vigint.Application.Audit;
using Vigint.Application.Common;
using Vigint.Domain.Videos;

namespace Vigint.Application.Videos.ShowAudit;

/// <summary>What happened to a video, newest first, also after it was deleted.</summary>
/// <param name="Cursor">What the page before gave as the next; null for the first page.</param>
/// <param name="Limit">1 to 200; null for 50.</param>
public sealed record ShowAuditQuery(Caller Caller, string? VideoId, string? Cursor, string? Limit) : IRequest<AuditPage>;

/// <param name="NextCursor">Null on the last page.</param>
public sealed record AuditPage(VideoId VideoId, IReadOnlyList<AuditEvent> Events, string? NextCursor);

internal sealed class ShowAuditHandler(IAuditRecords audit, VideoFinder finder, Journal<AuditEvent> journal)
    : IRequestHandler<ShowAuditQuery, AuditPage>
{
    private static readonly PageLimit Limit = new(Usual: 50, Most: 200);

    public async Task<AuditPage> Handle(ShowAuditQuery request, CancellationToken cancellationToken)
    {
        var limit = Limit.Of(request.Limit);
        var after = PagePosition.Of(request.Cursor);
        var id = VideoId.OfStored(request.VideoId) ?? throw VideoRefusals.Unknown();
        await journal.SettleAsync(cancellationToken);
        var scope = request.Caller.Scope;
        var found = await audit.PageAsync(id, scope, after, limit + 1, cancellationToken);
        if (found.Count == 0 && !await IsKnownAsync(id, scope, cancellationToken))
            throw VideoRefusals.Unknown();
        return found.Count > limit
            ? new AuditPage(id, [.. found.Take(limit)], found[limit - 1].Position.ToCursor())
            : new AuditPage(id, found, null);
    }

    private async Task<bool> IsKnownAsync(VideoId id, string? scope, CancellationToken cancellationToken) =>
        (await audit.PageAsync(id, scope, after: null, limit: 1, cancellationToken)).Count > 0
        || await finder.FindAsync(id, scope, cancellationToken) is not null;
}
