using Vigint.Application.Common;
using Vigint.Domain;
using Vigint.Domain.Videos;

namespace Vigint.Application.Videos;

/// <summary>Lengthens the life of a video and of all its links.</summary>
public sealed class LinkExtension(VideoFinder finder, VideoWriter writer, LinkTexts links, IVideoFolder folder)
{
    /// <param name="extend">The video with another expiration, or as it is when that is late enough.</param>
    /// <exception cref="RefusedException">
    /// <see cref="Refusal.NotFound"/>: the caller has no such video, or its file is missing; and what <paramref name="extend"/> throws.
    /// </exception>
    public async Task<Video> ExtendAsync(Caller caller, VideoId id, Func<Video, Video> extend, CancellationToken cancellationToken)
    {
        using var leased = await finder.LeaseForChangeAsync(id, caller.Scope, cancellationToken);
        var before = leased.Video ?? throw VideoRefusals.Unknown();
        using (var bytes = folder.Open(id))
        {
            if (bytes is null)
                throw VideoRefusals.FileMissing();
        }

        var video = extend(before);
        if (video == before)
            return before;
        video = before.WithExpiration(await links.UnusedAsync(id, video.Expiration, cancellationToken));
        await writer.ExtendAsync(leased.Lease, video, before, caller);
        return video;
    }
}
