using Vigint.Application.Common;
using Vigint.Application.Media;
using Vigint.Application.Storage;
using Vigint.Domain;
using Vigint.Domain.Media;
using Vigint.Domain.Videos;

namespace Vigint.Application.Videos;

/// <summary>What a draft is to become.</summary>
/// <param name="Hours">How long its links are to work.</param>
/// <param name="Metadata">A JSON object.</param>
/// <param name="LinkText">From which the client may make a link itself, as it was written; null when there is none.</param>
/// <param name="FileName">Null when the client gave none.</param>
public sealed record WantedVideo(
    Caller Caller,
    VideoId Id,
    double Hours,
    string Metadata,
    string? LinkText = null,
    string? FileName = null
);

/// <param name="Warning">What its owner should know about it; null when there is nothing.</param>
public sealed record NewVideo(Video Video, string? Warning);

/// <summary>
/// Makes videos of drafts that have arrived whole, whoever sent them: new ones, in place of others, or the same again (contract §3,
/// upload).
/// </summary>
public sealed class VideoIntake(
    VideoFinder finder,
    VideoWriter writer,
    LinkTexts links,
    IContainerReader containers,
    ClientRoom room,
    TimeProvider clock
)
{
    /// <param name="draft">Remains the caller's to dispose.</param>
    /// <exception cref="RefusedException">
    /// <see cref="Refusal.NotAVideo"/>; <see cref="Refusal.Conflict"/> when the id is another's; <see cref="Refusal.NoRoom"/>.
    /// </exception>
    public async Task<NewVideo> TakeAsync(WantedVideo wanted, IVideoDraft draft, CancellationToken cancellationToken)
    {
        var found = containers.Look(draft.Bytes);
        var warning = found.IsIndexMissing ? MediaRefusals.IndexMissing().Message : null;

        // Before the lease, because others wait while it is held.
        await draft.FlushedAsync(cancellationToken);
        using var leased = await finder.LeaseForChangeAsync(wanted.Id, scope: null, cancellationToken);
        if (leased.Video is not { } before)
            return new NewVideo(await StoreAsync(leased, found.RequireVideo(), draft, wanted, cancellationToken), warning);
        if (!wanted.Caller.MayReplace(before))
        {
            // Earlier versions stored what would be refused today; who sends it again gets its link.
            found.RequireVideo();
            throw VideoRefusals.AnotherOwners(wanted.Id);
        }

        var sameBytes = finder.HasSameBytes(before, draft);
        var media = sameBytes && found.Reason is not null ? before.Media : found.RequireVideo();
        var video =
            sameBytes && !before.HasEnded(clock.GetUtcNow()) && WasAskedFor(before, wanted.Hours)
                ? await RepeatAsync(leased.Lease, before, draft, wanted, cancellationToken)
                : await StoreAsync(leased, media, draft, wanted, cancellationToken, sameBytes ? before : null);
        return new NewVideo(video, warning);
    }

    private async Task<Video> StoreAsync(
        LeasedVideo leased,
        MediaFacts media,
        IVideoDraft draft,
        WantedVideo wanted,
        CancellationToken cancellationToken,
        Video? sameBytes = null
    )
    {
        var before = leased.Video;
        var expiration = await links.NewExpirationAsync(wanted.Id, wanted.Hours, cancellationToken);
        var video = NewOf(wanted, draft, media, expiration);
        video = await links.WithClientsLinkAsync(video, wanted.LinkText, sameBytes, wanted.Caller, cancellationToken);
        using (await room.TakeTurnAsync(wanted.Caller, video.SizeBytes - (before?.SizeBytes ?? 0), cancellationToken))
            await writer.StoreAsync(leased.Lease, video, draft, before, wanted.Caller);
        return video;
    }

    private Video NewOf(WantedVideo wanted, IVideoDraft draft, MediaFacts media, LinkExpiration expiration) =>
        new()
        {
            Id = wanted.Id,
            Owner = wanted.Caller.Owner,
            Revision = Guid.NewGuid().ToString("N"),
            Expiration = expiration,
            LinkTexts = [expiration.Text],
            ExpirationHours = wanted.Hours,
            // What sidecar and record keep of a time.
            UploadedAt = DateTimeOffset.FromUnixTimeMilliseconds(clock.GetUtcNow().ToUnixTimeMilliseconds()),
            SizeBytes = draft.SizeBytes,
            Sha256 = draft.Sha256,
            Media = media,
            FileName = wanted.FileName,
            Metadata = wanted.Metadata,
        };

    // Old clients retry on their own; a link that is already in a mail stays alive. What they say of the clip may have changed.
    private async Task<Video> RepeatAsync(
        VideoLease lease,
        Video before,
        IVideoDraft draft,
        WantedVideo wanted,
        CancellationToken cancellationToken
    )
    {
        var again = before with { Metadata = wanted.Metadata, Sha256 = draft.Sha256 };
        again = await links.WithClientsLinkAsync(again, wanted.LinkText, before, wanted.Caller, cancellationToken);
        if (again.Metadata != before.Metadata || again.LinkTexts.Count != before.LinkTexts.Count)
            await writer.ChangeAsync(lease, again, before);
        await writer.RepeatAsync(lease, again, wanted.Caller, cancellationToken);
        return again;
    }

    // An old server did not record the hours; they show in the times, to within the seconds that its upload took.
    private static bool WasAskedFor(Video stored, double hours) =>
        stored.ExpirationHours is { } asked
            ? asked.Equals(hours)
            : Math.Abs((stored.Expiration.Utc - stored.UploadedAt).TotalHours - hours) < 0.25;
}
