using Microsoft.Extensions.Logging;
using Vigint.Application.Clock;
using Vigint.Application.Common;
using Vigint.Domain.Videos;

namespace Vigint.Application.Videos;

/// <summary>Chooses the texts that links are made of, so that no link ever opens other bytes than its own.</summary>
public sealed class LinkTexts(IVideoRecords records, ClockWatch watch, TimeProvider clock, ILogger<LinkTexts> logger)
{
    // Every open compares them all; a client that retries for ever does not make its link slow.
    private const int MostOfOneVideo = 100;

    /// <summary>When a link that is made now ends.</summary>
    public Task<LinkExpiration> NewExpirationAsync(VideoId id, double hours, CancellationToken cancellationToken) =>
        UnusedAsync(id, LinkExpiration.At(watch.NotBehind(clock.GetUtcNow()).AddHours(hours)), cancellationToken);

    /// <summary>The first expiration from this one on that no link of the id ever had.</summary>
    public async Task<LinkExpiration> UnusedAsync(VideoId id, LinkExpiration wanted, CancellationToken cancellationToken)
    {
        while (await records.WasUsedAsync(id, wanted.Text, cancellationToken))
            wanted = wanted.ASecondLater();
        return wanted;
    }

    /// <summary>
    /// Lets the video also be opened by the link that the client makes from its own expiration time, unless that link once opened other
    /// bytes.
    /// </summary>
    /// <param name="text">What the client's link is made of; null when it makes none.</param>
    /// <param name="sameBytes">The video before, if it has the same bytes; else null.</param>
    public async Task<Video> WithClientsLinkAsync(
        Video video,
        string? text,
        Video? sameBytes,
        Caller caller,
        CancellationToken cancellationToken
    )
    {
        if (text is null || video.LinkTexts.Contains(text))
            return video;
        var isItsOwn = sameBytes is not null && sameBytes.LinkTexts.Contains(text) && sameBytes.Expiration.Text != text;
        if (video.LinkTexts.Count < MostOfOneVideo && (isItsOwn || !await records.WasUsedAsync(video.Id, text, cancellationToken)))
            return video.AlsoOpenedBy(text);

        logger.ClientLinkRefused(video.Id, caller.ClientName);
        return video;
    }
}
