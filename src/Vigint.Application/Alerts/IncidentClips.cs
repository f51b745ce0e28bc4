using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Vigint.Application.Analysis;
using Vigint.Application.Audit;
using Vigint.Application.Clock;
using Vigint.Application.Common;
using Vigint.Application.Media;
using Vigint.Application.Storage;
using Vigint.Application.Videos;
using Vigint.Domain;
using Vigint.Domain.Alerts;
using Vigint.Domain.Videos;

namespace Vigint.Application.Alerts;

/// <summary>The clips of alerts: where they come from, and how they are stored (contract §7).</summary>
public sealed class IncidentClips(
    ClipSources sources,
    VideoFinder finder,
    VideoRemover remover,
    VideoIntake intake,
    IExpectedClips expected,
    LinkExtension links,
    IVideoFolder folder,
    StorageRoom room,
    RetentionOptions retention,
    ClockWatch watch,
    TimeProvider clock,
    ILogger<IncidentClips> logger
)
{
    private const double UsualHours = 48;

    private const int AtATime = 200;

    // Between clip and record some seconds pass, of a database in trouble some minutes.
    private static readonly TimeSpan ExpectedWithin = TimeSpan.FromMinutes(5);

    // Those of which this process knows that they were not recorded, or not whether they were. One that had to make room goes after the
    // five minutes, like those of another process.
    private readonly BoundedMap<AlertId, bool> notRecorded = new(most: 10_000);

    private double Hours => Math.Min(UsualHours, retention.LongestHours);

    /// <summary>
    /// The clip that came with the call, else the stored video that it names, else the caller's current clip, else buffered frames.
    /// </summary>
    /// <param name="received">Null when none came.</param>
    /// <param name="videoId">Null when the call names none.</param>
    /// <param name="sourceId">Null when the call names none.</param>
    /// <returns>Null when there is none. The caller disposes.</returns>
    /// <exception cref="RefusedException">There should be one, and it cannot be used.</exception>
    public async Task<IncidentClip?> FindAsync(
        Caller caller,
        MediaFile? received,
        string? videoId,
        string? sourceId,
        CancellationToken cancellationToken
    )
    {
        if (received is not null)
            return new IncidentClip(await folder.TakeOverAsync(received, cancellationToken), null);
        if (!string.IsNullOrEmpty(videoId))
        {
            var id = VideoId.OfStored(videoId) ?? throw VideoRefusals.Unknown();
            return new IncidentClip(null, await finder.FindAsync(id, caller.Scope, cancellationToken) ?? throw VideoRefusals.Unknown());
        }

        using var taken = await sources.TakeQuicklyAsync(caller, sourceId, cancellationToken);
        return taken is null
            ? null
            : new IncidentClip(await folder.TakeOverAsync(taken.File.Media, cancellationToken), null) { IsFromServer = true };
    }

    /// <summary>Stores it like an upload; the link of one that is stored already lives as long at least.</summary>
    /// <exception cref="RefusedException">It is no video, there is no room, or it is gone.</exception>
    public async Task<Video> StoreAsync(Caller caller, IncidentClip clip, Alert alert, CancellationToken cancellationToken)
    {
        if (clip.Draft is not { } draft)
            return await KeptAsync(caller, clip.Stored!, cancellationToken);

        // The receiver has counted its bytes already, and they are the same ones on the disk: there must be room left, no more.
        using var _ = await room.ReserveAsync(expectedBytes: 0, RoomTaker.OfAlert(caller), cancellationToken);
        var id = VideoId.Parse($"alert_{alert.Id.Text}");
        await expected.ExpectAsync(new ExpectedClip(alert.Id, id, alert.At), cancellationToken);
        return (await intake.TakeAsync(new WantedVideo(caller, id, Hours, MetadataOf(alert, id)), draft, cancellationToken)).Video;
    }

    /// <summary>Removes one that was stored for an alert which turned out not to be needed.</summary>
    public async Task RemoveAsync(Caller caller, Video stored)
    {
        try
        {
            using var lease = await finder.LeaseAsync(stored.Id, CancellationToken.None);
            await remover.RemoveAsync(lease, stored, AuditAction.Deleted, caller);
        }
        catch (Exception exception)
        {
            logger.ClipStays(exception, stored.Id);
        }
    }

    /// <summary>To be told when an alert, for which a clip was stored, could not be recorded; the clip goes with the next sweep.</summary>
    public void NotRecorded(AlertId alert) => notRecorded.TrySet(alert, true);

    /// <summary>Removes the clips of alerts that were never recorded: nobody was told of them, and nobody has their links.</summary>
    public async Task RemoveUnrecordedAsync(CancellationToken cancellationToken)
    {
        // Asked here: a sweep before this may take long, and the clock may have been set meanwhile.
        if (!watch.MayDelete(out var now))
            return;
        var before = now - ExpectedWithin;
        var known = notRecorded.Entries.Select(one => one.Key).ToList();
        var waiting = await expected.ListAsync(AtATime, cancellationToken);
        foreach (var clip in waiting.Where(one => one.At < before || notRecorded.Contains(one.AlertId)))
            await RemoveAsync(clip, cancellationToken);
        if (waiting.Count == AtATime)
            return;
        foreach (var alert in known)
            notRecorded.Remove(alert);
    }

    // The note goes last: whatever breaks off is tried again.
    private async Task RemoveAsync(ExpectedClip clip, CancellationToken cancellationToken)
    {
        if (!await expected.GiveUpAsync(clip.AlertId, cancellationToken))
            return;
        if (!await TryRemoveAsync(clip.VideoId, cancellationToken))
            return;
        await expected.ForgetAsync(clip.AlertId, cancellationToken);
    }

    // One that nobody can make sense of at the moment keeps none of the others.
    private async Task<bool> TryRemoveAsync(VideoId id, CancellationToken cancellationToken)
    {
        try
        {
            using var leased = await finder.LeaseForChangeAsync(id, scope: null, cancellationToken);
            if (leased.Video is { } stored)
            {
                await remover.RemoveAsync(leased.Lease, stored, AuditAction.Deleted, by: null);
                logger.ClipOfNoAlert(id);
            }

            return true;
        }
        catch (RefusedException refusal)
        {
            logger.ClipStays(refusal, id);
            return false;
        }
    }

    // A reader who opens the mail the next day must find the clip. A link that works for less time is better than none.
    private async Task<Video> KeptAsync(Caller caller, Video stored, CancellationToken cancellationToken)
    {
        try
        {
            var now = watch.NotBehind(clock.GetUtcNow());
            return await links.ExtendAsync(caller, stored.Id, video => video.KeepLinkFor(Hours, now), cancellationToken);
        }
        catch (Exception exception)
            when (exception is not RefusedException { Refusal: Refusal.NotFound } && !stored.HasEnded(clock.GetUtcNow()))
        {
            logger.LinkNotKept(exception, stored.Id);
            return stored;
        }
    }

    private static string MetadataOf(Alert alert, VideoId id) =>
        new JsonObject
        {
            ["video_id"] = id.Text,
            ["source"] = "alert",
            ["alert_id"] = alert.Id.Text,
            ["incident_type"] = alert.IncidentType,
            ["risk_level"] = alert.Risk.WireName(),
            ["frame_count"] = alert.FrameCount,
            ["source_id"] = alert.SourceId,
            ["incident_start_seconds"] = alert.StartSeconds,
        }.ToJsonString();
}

/// <summary>A clip that is to go with an alert.</summary>
/// <param name="Draft">Not stored yet; null for one that is.</param>
/// <param name="Stored">Null for one that is not.</param>
public sealed record IncidentClip(IVideoDraft? Draft, Video? Stored) : IDisposable
{
    /// <summary>It neither came with the call nor was named in it.</summary>
    public bool IsFromServer { get; init; }

    /// <summary>The same marks with the clip's.</summary>
    public IncidentMarks AddTo(IncidentMarks marks) =>
        marks with
        {
            ClipSha256 = Draft?.Sha256 ?? Stored?.Sha256,
            VideoId = Stored?.Id.Text,
        };

    public void Dispose() => Draft?.Dispose();
}
