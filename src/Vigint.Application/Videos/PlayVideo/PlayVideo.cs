using MediatR;
using Vigint.Domain.Videos;

namespace Vigint.Application.Videos.PlayVideo;

/// <summary>Opens a video by its private link (contract §3, GET /video).</summary>
public sealed record PlayVideoQuery(string? VideoId, string? Token) : IRequest<PlayedVideo>;

/// <summary>The caller disposes.</summary>
public sealed record PlayedVideo(Playable Playable, VideoBytes Bytes) : IDisposable
{
    public void Dispose() => Bytes.Dispose();
}

internal sealed class PlayVideoHandler(VideoStore store, LinkCache cache, IVideoFolder folder, TimeProvider clock)
    : IRequestHandler<PlayVideoQuery, PlayedVideo>
{
    // Each further attempt means that the video changed between two look-ups a microsecond apart.
    private const int MostAttempts = 100;

    public async Task<PlayedVideo> Handle(PlayVideoQuery request, CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(request.Token))
            throw VideoRefusals.TokenMissing();
        var id = VideoId.OfStored(request.VideoId) ?? throw VideoRefusals.LinkToNothing();

        for (var attempt = 1; ; attempt++)
        {
            var playable = await store.FindPlayableAsync(id, cancellationToken) ?? throw VideoRefusals.LinkToNothing();
            if (!playable.IsOpenedBy(request.Token))
                throw VideoRefusals.InvalidToken();
            if (playable.EndsAt <= clock.GetUtcNow())
                throw VideoRefusals.LinkHasExpired();

            // The file is opened by name, and an upload may just have given that name to other bytes. If the entry is still the
            // one that let the token in, that had not happened when the file was opened.
            var bytes = playable.HeldBack is { } heldBack ? folder.OpenHeldBack(heldBack) : folder.Open(id);
            if (cache.IsCurrent(playable))
                return new PlayedVideo(playable, bytes ?? throw VideoRefusals.FileMissing());
            bytes?.Dispose();
            if (attempt == MostAttempts)
                throw VideoRefusals.ChangingTooFast();
        }
    }
}
