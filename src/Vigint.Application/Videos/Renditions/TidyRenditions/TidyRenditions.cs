using MediatR;
using Microsoft.Extensions.Logging;
using Vigint.Application.Storage;
using Vigint.Domain.Videos;

namespace Vigint.Application.Videos.Renditions.TidyRenditions;

/// <summary>
/// Makes the playable files and stills agree with the index after a start: what has no video any more goes, what is recorded and
/// gone is made anew (contract §3, on disk). The folder has been taken in by then.
/// </summary>
public sealed record TidyRenditionsCommand : IRequest;

internal sealed class TidyRenditionsHandler(
    RenditionStore renditions,
    IRenditionRecords records,
    IRenditionFiles files,
    StorageRoom room,
    ILogger<TidyRenditionsHandler> logger
) : AsyncRequestHandler<TidyRenditionsCommand>
{
    private const int PageSize = 250;

    protected override async Task Handle(TidyRenditionsCommand request, CancellationToken cancellationToken)
    {
        var removed = 0;
        foreach (var id in files.List(cancellationToken))
            removed += await RemoveOrphansAsync(id, cancellationToken) > 0 ? 1 : 0;

        var missing = 0;
        string? after = null;
        while (await records.WithFilesAsync(after, PageSize, cancellationToken) is { Count: > 0 } page)
        {
            foreach (var rendition in page)
                missing += await renditions.ForgetIfGoneAsync(rendition, cancellationToken) ? 1 : 0;
            after = page[^1].Of.Id.Text;
        }

        if (removed + missing == 0)
            return;
        room.ReadAgain();
        logger.Tidied(removed, missing);
    }

    // What stays takes room and does no harm; the others are tidied up nevertheless.
    private async Task<long> RemoveOrphansAsync(VideoId id, CancellationToken cancellationToken)
    {
        try
        {
            return await renditions.RemoveOrphansAsync(id, cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            logger.RenditionStays(exception, id);
            return 0;
        }
    }
}
