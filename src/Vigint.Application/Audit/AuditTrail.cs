using System.Collections.Concurrent;
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

    private readonly ConcurrentDictionary<(VideoKey, CallOrigin), DateTimeOffset> viewings = [];
    private readonly Pace<(VideoKey, string?)> pace = new(clock);
    private long tidiedAtTicks;

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
        journal.Note(new AuditEvent(id, clock.GetUtcNow(), video.Id, owner, action, by?.ClientId, by?.ClientName, by?.Origin ?? CallOrigin.Unknown));
    }

    /// <summary>Somebody with a link reads the video, or a part of it.</summary>
    public void NoteOpened(VideoKey video, string owner, CallOrigin origin)
    {
        var steady = clock.GetSteadyNow();
        if (!IsNewViewing((video, origin), steady))
            return;
        metrics.Opened();
        if (pace.Take((video, origin.Address), MostViewingsAtOnce, AnotherViewingAfter, TimeSpan.Zero) > TimeSpan.Zero)
            return;
        var now = clock.GetUtcNow();
        journal.Note(new AuditEvent(RecordId.Next(now), now, video.Id, owner, AuditAction.Opened, null, null, origin));
        Tidy(steady);
    }

    private bool IsNewViewing((VideoKey, CallOrigin) viewing, DateTimeOffset now)
    {
        // Of requests at the same moment one is first.
        while (true)
        {
            if (!viewings.TryGetValue(viewing, out var last))
            {
                if (viewings.TryAdd(viewing, now))
                    return true;
            }
            else if (viewings.TryUpdate(viewing, now, last))
            {
                return now - last >= OneViewing;
            }
        }
    }

    private void Tidy(DateTimeOffset now)
    {
        var tidied = Interlocked.Read(ref tidiedAtTicks);
        if (now.UtcTicks - tidied < OneViewing.Ticks || Interlocked.CompareExchange(ref tidiedAtTicks, now.UtcTicks, tidied) != tidied)
            return;
        foreach (var viewing in viewings)
        {
            if (now - viewing.Value >= OneViewing)
                viewings.TryRemove(viewing);
        }
    }
}
