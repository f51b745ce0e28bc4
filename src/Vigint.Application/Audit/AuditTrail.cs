using Vigint.Application.Clients;
using Vigint.Application.Common;
using Vigint.Application.Videos;
using Vigint.Domain.Videos;

namespace Vigint.Application.Audit;

/// <summary>Notes what happens to videos; nobody waits for it.</summary>
public sealed class AuditTrail(Journal<AuditEvent> journal, VideoMetrics metrics, TimeProvider clock)
{
    // A player asks for range after range, and again after a pause. Who comes back later than this has opened it anew.
    private static readonly TimeSpan OneViewing = TimeSpan.FromMinutes(30);

    // Who calls itself something else with every request would fill the database with a single link.
    private const int MostViewingsAtOnce = 30;
    private static readonly TimeSpan AnotherViewingAfter = TimeSpan.FromMinutes(1);

    // One that had to make room is noted anew when its player goes on, at the pace of its address.
    private const int MostViewings = 10_000;

    // A player that reads on is written down again only so often, so that a range takes no lock.
    private static readonly TimeSpan RenewedAfter = TimeSpan.FromMinutes(1);

    private readonly Lock gate = new();
    private readonly BoundedMap<ShortKey, long> viewings = new(MostViewings, clock, OneViewing);
    private readonly Pace<ShortKey> pace = new(clock);

    public void Note(AuditAction action, VideoId id, string owner, Caller caller)
    {
        var now = clock.GetUtcNow();
        journal.Note(new AuditEvent(RecordId.Next(now), now, id, owner, action, caller.ClientId, caller.ClientName, caller.Origin));
    }

    /// <summary>The files of a video are gone.</summary>
    /// <param name="by">Null for the server itself.</param>
    public void NoteGone(AuditAction action, VideoKey video, string owner, Caller? by)
    {
        // One name for whatever way it went: whoever takes up an interrupted deletion notes nothing new.
        var id = $"gone-{video.Revision}";
        journal.Note(
            new AuditEvent(id, clock.GetUtcNow(), video.Id, owner, action, by?.ClientId, by?.ClientName, by?.Origin ?? CallOrigin.Unknown)
        );
    }

    /// <summary>Somebody with a link reads the video, or a part of it.</summary>
    public void NoteOpened(VideoKey video, string owner, CallOrigin origin)
    {
        // What callers say of themselves is as long as they like.
        var viewing = ShortKey.Of(video.Id.Text, video.Revision, origin.Address, origin.UserAgent);
        if (GoesOn(viewing) || !Begins(viewing, ShortKey.Of(video.Id.Text, video.Revision, origin.Address)))
            return;
        metrics.Opened();
        var now = clock.GetUtcNow();
        journal.Note(new AuditEvent(RecordId.Next(now), now, video.Id, owner, AuditAction.Opened, null, null, origin));
    }

    private bool GoesOn(ShortKey viewing)
    {
        if (!viewings.TryGet(viewing, out var at))
            return false;
        if (clock.GetElapsedTime(at) >= RenewedAfter)
            viewings.TrySet(viewing, clock.GetTimestamp());
        return true;
    }

    // Of requests at the same moment one is first. The pace is asked before anything is kept: who calls itself something else with
    // every request grows no table.
    private bool Begins(ShortKey viewing, ShortKey viewer)
    {
        lock (gate)
        {
            return !viewings.Contains(viewing)
                && pace.Take(viewer, MostViewingsAtOnce, AnotherViewingAfter, TimeSpan.Zero) == TimeSpan.Zero
                && viewings.TrySet(viewing, clock.GetTimestamp());
        }
    }
}
