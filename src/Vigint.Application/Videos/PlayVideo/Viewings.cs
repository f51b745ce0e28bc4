using Vigint.Application.Audit;
using Vigint.Application.Common;
using Vigint.Domain.Videos;

namespace Vigint.Application.Videos.PlayVideo;

/// <summary>Tells viewings apart from the range requests that they consist of; each viewing is counted and audited once.</summary>
public sealed class Viewings(AuditTrail audit, VideoMetrics metrics, TimeProvider clock)
{
    // A player asks for range after range, and again after a pause. A later request is a new viewing.
    private static readonly TimeSpan OneViewing = TimeSpan.FromMinutes(30);

    // A viewer that changes its user agent with every request must not fill the database through a single link.
    private const int MostViewingsAtOnce = 30;
    private static readonly TimeSpan AnotherViewingAfter = TimeSpan.FromMinutes(1);

    // A viewing that had to make room is noted again when its player goes on, at the pace of its address.
    private const int MostViewings = 10_000;

    // A player that reads on is written down only this often, so that a range takes no lock.
    private static readonly TimeSpan RenewedAfter = TimeSpan.FromMinutes(1);

    private readonly Lock gate = new();
    private readonly BoundedMap<ShortKey, long> viewings = new(MostViewings, clock, OneViewing);
    private readonly Pace<ShortKey> pace = new(clock);

    /// <summary>Somebody with a link reads the video, or a part of it.</summary>
    public void Note(VideoKey video, string owner, CallOrigin origin)
    {
        // Hashed, because a user agent may have any length.
        var viewing = ShortKey.Of(video.Id.Text, video.Revision, origin.Address, origin.UserAgent);
        if (GoesOn(viewing) || !Begins(viewing, ShortKey.Of(video.Id.Text, video.Revision, origin.Address)))
            return;
        metrics.Opened();
        audit.NoteOpened(video.Id, owner, origin);
    }

    private bool GoesOn(ShortKey viewing)
    {
        if (!viewings.TryGet(viewing, out var at))
            return false;
        if (clock.GetElapsedTime(at) >= RenewedAfter)
            viewings.TrySet(viewing, clock.GetTimestamp());
        return true;
    }

    // Of requests at the same moment one is the first. The pace is asked before anything is stored, so that a viewer with many user agents
    // cannot make the table grow.
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
