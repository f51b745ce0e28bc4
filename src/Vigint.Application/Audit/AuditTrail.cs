using Vigint.Application.Common;
using Vigint.Domain.Videos;

namespace Vigint.Application.Audit;

/// <summary>Notes what happens to videos; nobody waits for it.</summary>
public sealed class AuditTrail(Journal<AuditEvent> journal, TimeProvider clock)
{
    /// <summary>A caller did something with a video.</summary>
    public void Note(AuditAction action, VideoId id, string owner, Caller caller) =>
        Note(action, id, owner, caller.ClientId, caller.ClientName, caller.Origin);

    /// <summary>Somebody with a link began to watch the video.</summary>
    public void NoteOpened(VideoId id, string owner, CallOrigin origin) =>
        Note(AuditAction.Opened, id, owner, clientId: null, clientName: null, origin);

    /// <summary>The files of a video are gone.</summary>
    /// <param name="by">Null for the server itself.</param>
    public void NoteGone(AuditAction action, VideoKey video, string owner, Caller? by)
    {
        // One name however it went: the server that completes an interrupted deletion adds no second event.
        var id = $"gone-{video.Revision}";
        journal.Note(
            new AuditEvent(id, clock.GetUtcNow(), video.Id, owner, action, by?.ClientId, by?.ClientName, by?.Origin ?? CallOrigin.Unknown)
        );
    }

    private void Note(AuditAction action, VideoId id, string owner, int? clientId, string? clientName, CallOrigin origin)
    {
        var now = clock.GetUtcNow();
        journal.Note(new AuditEvent(RecordId.Next(now), now, id, owner, action, clientId, clientName, origin));
    }
}
