using Vigint.Domain.Videos;

namespace Vigint.Application.Videos.PlayVideo;

/// <summary>The caller disposes.</summary>
public sealed record PlayedVideo(Playable Playable, VideoBytes Bytes) : IDisposable
{
    public void Dispose() => Bytes.Dispose();
}

/// <summary>
/// Opens a video by its private link (contract §3, GET /video). A player calls it for every range it reads, so it is no request
/// that a mediator finds a handler for (docs/decisions/0007-the-way-of-a-range.md).
/// </summary>
public sealed class PlayVideo(VideoStore store, LinkCache cache, IVideoFolder folder, TimeProvider clock)
{
    // Each further attempt means that the video changed between two look-ups a microsecond apart.
    private const int MostAttempts = 100;

    /// <exception cref="Domain.RefusedException">The link is incomplete, wrong, or has ended, or its file is missing.</exception>
    public async ValueTask<PlayedVideo> OpenAsync(string? videoId, string? token, CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(token))
            throw VideoRefusals.TokenMissing();
        var id = VideoId.OfStored(videoId) ?? throw VideoRefusals.LinkToNothing();

        for (var attempt = 1; ; attempt++)
        {
            var playable = await store.FindPlayableAsync(id, cancellationToken) ?? throw VideoRefusals.LinkToNothing();
            if (!playable.IsOpenedBy(token))
                throw VideoRefusals.InvalidToken();
            if (playable.Expiration.Utc <= clock.GetUtcNow())
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
