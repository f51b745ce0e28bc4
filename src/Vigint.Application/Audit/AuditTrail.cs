using System.Collections.Concurrent;
using Vigint.Application.Common;
using Vigint.Domain.Videos;

namespace Vigint.Application.Audit;

/// <summary>Notes what happens to videos; nobody waits for it.</summary>
public sealed class AuditTrail(Journal<AuditEvent> journal, TimeProvider clock)
{
    // A player asks for range after range, and again after a pause. Who comes back later than this has opened it anew.
    private static readonly TimeSpan OneViewing = TimeSpan.FromMinutes(30);

    // Some hundred bytes each. Beyond it the oldest viewings are forgotten, and the next range of such a one counts as a play.
    private const int MostViewings = 10_000;

    private readonly ConcurrentDictionary<(VideoId, CallOrigin), DateTimeOffset> viewings = [];

    public void Note(AuditAction action, VideoId id, string owner, Caller caller) =>
        Note(action, id, owner, caller.ClientId, caller.ClientName, caller.Origin, clock.GetUtcNow());

    /// <summary>The server deleted it because its time was over.</summary>
    public void NoteExpired(VideoId id, string owner) =>
        Note(AuditAction.Expired, id, owner, clientId: null, clientName: null, CallOrigin.Unknown, clock.GetUtcNow());

    /// <summary>Somebody with a link reads the video, or a part of it.</summary>
    public void NoteOpened(VideoId id, string owner, CallOrigin origin)
    {
        var now = clock.GetUtcNow();
        var viewing = (id, origin);
        var isOpen = viewings.TryGetValue(viewing, out var last) && now - last < OneViewing;
        viewings[viewing] = now;
        if (isOpen)
            return;
        if (viewings.Count > MostViewings)
            ForgetViewings(now);
        Note(AuditAction.Opened, id, owner, clientId: null, clientName: null, origin, now);
    }

    private void Note(AuditAction action, VideoId id, string owner, int? clientId, string? clientName, CallOrigin origin, DateTimeOffset now) =>
        journal.Note(new AuditEvent(RecordId.Next(now), now, id, owner, action, clientId, clientName, origin));

    private void ForgetViewings(DateTimeOffset now)
    {
        var oldestFirst = viewings.ToArray().OrderBy(viewing => viewing.Value).ToList();
        foreach (var viewing in oldestFirst.Where((one, index) => index < oldestFirst.Count / 2 || now - one.Value >= OneViewing))
            viewings.TryRemove(viewing);
    }
}
