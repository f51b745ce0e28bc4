using Microsoft.Extensions.Logging;
using Vigint.Application.Audit;
using Vigint.Application.Clock;
using Vigint.Application.Common;
using Vigint.Application.Media;
using Vigint.Application.Storage;
using Vigint.Application.Videos.Renditions;
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
public sealed class NewVideos(
    VideoStore store,
    RenditionStore renditions,
    IVideoRecords records,
    IVideoFolder folder,
    IContainerReader containers,
    ClientRoom clientRoom,
    AuditTrail audit,
    VideoMetrics metrics,
    ClockWatch watch,
    TimeProvider clock,
    ILogger<NewVideos> logger
)
{
    // Every open compares them all; a client that retries for ever does not make its link slow.
    private const int MostLinkTexts = 100;

    /// <summary>Whether the caller may store a video under this id.</summary>
    public async Task<bool> MayStoreAsync(VideoId id, Caller caller, CancellationToken cancellationToken) =>
        await store.FindAsync(id, scope: null, cancellationToken) is not { } stored || caller.MayReplace(stored);

    /// <param name="draft">Remains the caller's to dispose.</param>
    /// <exception cref="RefusedException">
    /// <see cref="Refusal.NotAVideo"/>; <see cref="Refusal.Conflict"/> when the id is another's; <see cref="Refusal.NoRoom"/>.
    /// </exception>
    public async Task<NewVideo> StoreAsync(WantedVideo wanted, IVideoDraft draft, CancellationToken cancellationToken)
    {
        var found = containers.Look(draft.Bytes);
        var video = await StoreAsync(wanted, draft, found, cancellationToken);
        return new NewVideo(video, found.IsIndexMissing ? MediaRefusals.IndexMissing().Message : null);
    }

    private async Task<Video> StoreAsync(WantedVideo wanted, IVideoDraft draft, ContainerFinding found, CancellationToken cancellationToken)
    {
        var (caller, id) = (wanted.Caller, wanted.Id);
        if (found.Reason is not null && !await MayBeStoredAsync(wanted, draft, cancellationToken))
            found.RequireVideo();

        // Before the lock: whoever holds one makes others wait.
        await draft.FlushedAsync(cancellationToken);
        using var _ = await store.LockAsync(id, cancellationToken);
        var before = await store.FindForChangeAsync(id, scope: null, cancellationToken);
        if (before is not null && !caller.MayReplace(before))
            throw VideoRefusals.AnotherOwners(id);

        var now = clock.GetUtcNow();
        var sameBytes = before is not null && HasSameBytes(before, draft);
        var media = sameBytes && found.Reason is not null ? before!.Media : found.RequireVideo();
        if (sameBytes && !before!.HasEnded(now) && WasAskedFor(before, wanted.Hours))
            return await RepeatAsync(before, draft, wanted, cancellationToken);

        var expiration = await store.UnusedAsync(id, LinkExpiration.At(watch.NotBehind(now).AddHours(wanted.Hours)), cancellationToken);
        var video = new Video
        {
            Id = id,
            Owner = caller.Owner,
            Revision = Guid.NewGuid().ToString("N"),
            Expiration = expiration,
            LinkTexts = [expiration.Text],
            ExpirationHours = wanted.Hours,
            // What sidecar and record keep of a time.
            UploadedAt = DateTimeOffset.FromUnixTimeMilliseconds(now.ToUnixTimeMilliseconds()),
            SizeBytes = draft.SizeBytes,
            Sha256 = draft.Sha256,
            Media = media,
            FileName = wanted.FileName,
            Metadata = wanted.Metadata,
        };
        video = await WithClientsLinkAsync(video, wanted, sameBytes ? before : null, cancellationToken);
        using (await clientRoom.TakeTurnAsync(caller, video.SizeBytes - (before?.SizeBytes ?? 0), cancellationToken))
            await store.StoreAsync(video, draft, before);

        audit.Note(AuditAction.Uploaded, video.Id, video.Owner, caller);
        metrics.Stored(video.SizeBytes);
        logger.VideoStored(video.Id, caller.ClientName, video.SizeBytes, expiration.Text);
        return video;
    }

    // Old clients retry on their own; a link that is already in a mail stays alive. What they say of the clip may have changed.
    private async Task<Video> RepeatAsync(Video before, IVideoDraft draft, WantedVideo wanted, CancellationToken cancellationToken)
    {
        var again = before with { Metadata = wanted.Metadata, Sha256 = draft.Sha256 };
        again = await WithClientsLinkAsync(again, wanted, before, cancellationToken);
        if (again.Metadata != before.Metadata || again.LinkTexts.Count != before.LinkTexts.Count)
            await store.ChangeAsync(again, before);
        await renditions.TryAgainAsync(again, cancellationToken);

        audit.Note(AuditAction.Uploaded, again.Id, again.Owner, wanted.Caller);
        metrics.Repeated(draft.SizeBytes);
        logger.UploadRepeated(again.Id, wanted.Caller.ClientName);
        return again;
    }

    // A link that the client makes from its own expiration_time opens the video too, unless that very link once opened other bytes.
    private async Task<Video> WithClientsLinkAsync(Video video, WantedVideo wanted, Video? sameBytes, CancellationToken cancellationToken)
    {
        if (wanted.LinkText is not { } text || video.LinkTexts.Contains(text))
            return video;
        var isItsOwn = sameBytes is not null && sameBytes.LinkTexts.Contains(text) && sameBytes.Expiration.Text != text;
        if (video.LinkTexts.Count < MostLinkTexts && (isItsOwn || !await records.WasUsedAsync(video.Id, text, cancellationToken)))
            return video.AlsoOpenedBy(text);

        logger.ClientLinkRefused(video.Id, wanted.Caller.ClientName);
        return video;
    }

    // Earlier versions stored what would be refused today; who sends it again gets its link.
    private async Task<bool> MayBeStoredAsync(WantedVideo wanted, IVideoDraft draft, CancellationToken cancellationToken) =>
        await store.FindAsync(wanted.Id, scope: null, cancellationToken) is { } stored
        && wanted.Caller.MayReplace(stored)
        && stored.SizeBytes == draft.SizeBytes;

    private bool HasSameBytes(Video stored, IVideoDraft draft)
    {
        if (stored.SizeBytes != draft.SizeBytes)
            return false;
        using var bytes = folder.Open(stored.Id);
        if (bytes is null || bytes.SizeBytes != draft.SizeBytes)
            return false;
        return stored.Sha256 is { } hash ? hash == draft.Sha256 : bytes.HasSameContentAs(draft.Bytes);
    }

    // An old server did not record the hours; they show in the times, to within the seconds that its upload took.
    private static bool WasAskedFor(Video stored, double hours) =>
        stored.ExpirationHours is { } asked
            ? asked.Equals(hours)
            : Math.Abs((stored.Expiration.Utc - stored.UploadedAt).TotalHours - hours) < 0.25;
}
