using Vigint.Application.Common;
using Vigint.Domain;
using Vigint.Domain.Videos;

namespace Vigint.Application.Videos;

/// <summary>
/// Stores and changes videos: bytes, sidecar, record and link, always in this order, so that the folder can put right whatever a crash
/// leaves.
/// </summary>
public sealed class VideoWriter(
    IVideoRecords records,
    IVideoFolder folder,
    VideoLinks links,
    UnsettledVideos unsettled,
    IEnumerable<IVideoObserver> observers
)
{
    /// <summary>
    /// Makes the draft the video of its id, in place of <paramref name="before"/>. Until the record is written the link before gives the
    /// bytes before; from then on the new link gives the new ones. No link ever gives others than its own.
    /// </summary>
    /// <param name="before">What the lease found; null when there was none.</param>
    /// <exception cref="RefusedException">
    /// <see cref="Refusal.Conflict"/> when a file has the name that no record knows; <see cref="Refusal.NoRoom"/>;
    /// <see cref="Refusal.Unavailable"/> when the database is away: the video before is back then.
    /// </exception>
    public async Task StoreAsync(VideoLease lease, Video video, IVideoDraft draft, Video? before, Caller by)
    {
        lease.Require(video.Id);
        if (before is null && folder.Holds(video.Id))
            throw VideoRefusals.TakenByUnusable(video.Id);
        if (before is not null)
            folder.RepairSidecar(before);
        await ReplaceAsync(video, draft, before is null ? null : await links.OfAsync(before, CancellationToken.None));
        foreach (var observer in observers)
            observer.Stored(video, before, by);
    }

    /// <summary>Changes what is known of a video; the bytes stay.</summary>
    /// <exception cref="RefusedException"><see cref="Refusal.NoRoom"/> or <see cref="Refusal.Unavailable"/>: nothing changed.</exception>
    public async Task ChangeAsync(VideoLease lease, Video changed, Video before)
    {
        lease.Require(before.Id);
        var video = changed with { Version = before.Version + 1 };
        var playable = await links.OfAsync(video, CancellationToken.None);
        try
        {
            folder.WriteSidecar(video);
            await SaveAsync(video);
        }
        catch
        {
            folder.WriteSidecar(before);
            throw;
        }

        links.Put(playable);
    }

    /// <summary>Notes that the same bytes came again; the links stay.</summary>
    public async Task RepeatAsync(VideoLease lease, Video video, Caller by, CancellationToken cancellationToken)
    {
        lease.Require(video.Id);
        foreach (var observer in observers)
            await observer.RepeatedAsync(video, by, cancellationToken);
    }

    /// <summary>Lets the links of a video work longer.</summary>
    public async Task ExtendAsync(VideoLease lease, Video extended, Video before, Caller by)
    {
        await ChangeAsync(lease, extended, before);
        foreach (var observer in observers)
            observer.Extended(extended, by);
    }

    /// <summary>Writes the record of a video that was in doubt.</summary>
    /// <param name="stored">As the folder has it; null when it has none.</param>
    /// <exception cref="RefusedException"><see cref="Refusal.Unavailable"/> when the database is away; it stays in doubt.</exception>
    public async Task SettleAsync(VideoLease lease, VideoId id, Video? stored, CancellationToken cancellationToken)
    {
        lease.Require(id);
        if (stored is not null)
            await records.SaveAsync([stored], cancellationToken);
        else if (await records.FindAsync(id, scope: null, cancellationToken) is { } record)
            await records.RemoveAsync([record.Key], cancellationToken);
        unsettled.MarkSettled(id);
        links.Drop(id);
        foreach (var observer in observers)
            observer.Settled(id, stored);
    }

    // Short, and decided by now: a caller who goes away in the middle must not tear it. Should the process die, start-up forgets or
    // completes it, see IInstallation.
    private async Task ReplaceAsync(Video video, IVideoDraft draft, Playable? before)
    {
        using var installation = folder.Prepare(draft, video);
        if (before is not null)
            links.Put(before with { HeldBack = installation.HeldBack });
        var committed = false;
        try
        {
            installation.Commit();
            committed = true;
            await SaveAsync(video);
        }
        catch
        {
            if (committed)
                installation.Undo();

            // Torn, the link before goes on giving what is held back.
            if (before is null)
                links.Drop(video.Id);
            else if (!installation.IsTorn)
                links.Put(before);
            throw;
        }
        finally
        {
            if (installation.IsTorn)
                unsettled.MarkTorn(video.Id);
        }

        // Before the installation is over, and with it what is held back: the link before would give the new bytes.
        links.PutWithoutRendition(video);
    }

    private async Task SaveAsync(Video video)
    {
        unsettled.MarkDoubtful(video.Id);
        await records.SaveAsync([video], CancellationToken.None);
        unsettled.MarkSettled(video.Id);
    }
}
