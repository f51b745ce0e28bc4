using Vigint.Application.Media;
using Vigint.Application.Videos.Renditions;
using Vigint.Domain.Videos;

namespace Vigint.Application.Videos.PlayVideo;

/// <summary>What a link gives of its video.</summary>
public enum WantedForm
{
    /// <summary>What browsers play: the rendition once it is there, else the original.</summary>
    Playable,

    /// <summary>The bytes as uploaded.</summary>
    Original,

    /// <summary>The still.</summary>
    Poster,
}

/// <summary>The caller disposes.</summary>
/// <param name="Form">Which of the video's files <paramref name="Bytes"/> are.</param>
public sealed record PlayedVideo(Playable Playable, PlayableForm Form, VideoBytes Bytes) : IDisposable
{
    public void Dispose() => Bytes.Dispose();
}

/// <summary>
/// Opens a video by its private link (contract §3, GET /video). A player calls it for every range it reads, so it is no request
/// that a mediator finds a handler for (docs/decisions/0007-the-way-of-a-range.md).
/// </summary>
public sealed class PlayVideo(VideoLinks links, IVideoFolder folder, IRenditionFiles renditions, RenditionQueue queue, TimeProvider clock)
{
    // Each further attempt means that the video changed between two look-ups a microsecond apart.
    private const int MostAttempts = 100;

    /// <exception cref="Domain.RefusedException">The link is incomplete, wrong, or has ended, or its file is missing.</exception>
    public async ValueTask<PlayedVideo> OpenAsync(string? videoId, string? token, WantedForm wanted, CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(token))
            throw VideoRefusals.TokenMissing();
        var id = VideoId.OfStored(videoId) ?? throw VideoRefusals.LinkToNothing();

        for (var attempt = 1; ; attempt++)
        {
            var playable = await links.FindAsync(id, cancellationToken) ?? throw VideoRefusals.LinkToNothing();
            if (!playable.IsOpenedBy(token))
                throw VideoRefusals.InvalidToken();
            if (playable.Expiration.Utc <= clock.GetUtcNow())
                throw VideoRefusals.LinkHasExpired();

            // The file is opened by name, and an upload may just have given that name to other bytes. If the entry is still the
            // one that let the token in, that had not happened when the file was opened.
            var (form, bytes) = Open(playable, wanted);
            if (links.IsCurrent(playable))
                return new PlayedVideo(
                    playable,
                    form,
                    bytes ?? throw (wanted == WantedForm.Poster ? WhyNoPoster(playable) : VideoRefusals.FileMissing())
                );
            bytes?.Dispose();
            if (attempt == MostAttempts)
                throw VideoRefusals.ChangingTooFast();
        }
    }

    private (PlayableForm Form, VideoBytes? Bytes) Open(Playable playable, WantedForm wanted)
    {
        if (wanted == WantedForm.Poster)
            return (playable.Poster ?? playable.Original, playable.Poster is null ? null : renditions.OpenPoster(playable.Key));

        // Somebody may have removed the rendition by hand; the next start makes it anew.
        if (wanted == WantedForm.Playable && playable.Rendition is { } rendition && renditions.OpenPlayable(playable.Key) is { } bytes)
            return (rendition, bytes);

        // What is no longer held back has its own name again, for the replacement was undone; or another entry is current by now.
        var heldBack = playable.HeldBack is { } name ? folder.OpenHeldBack(name) : null;
        return (playable.Original, heldBack ?? folder.Open(playable.Id));
    }

    private Domain.RefusedException WhyNoPoster(Playable playable) =>
        playable.IsSettled || queue.UnavailableReason is not null ? VideoRefusals.NoPoster() : VideoRefusals.PosterNotYet();
}
