using Vigint.Application.Common;
using Vigint.Domain.Clients;

namespace Vigint.Application.Clients;

/// <summary>
/// Holds clients to the uploads per minute that were agreed for them. What is counted is forgotten when the server stops.
/// </summary>
public sealed class UploadPace
{
    private const int MostRemembered = 1000;

    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly TimeProvider clock;
    private readonly long origin;
    private readonly Lock gate = new();

    // When the uploads of the last minute began, since the origin, the oldest first; by client. Those of a client who uploaded within the
    // minute stay in any case: administrators make clients, callers do not.
    private readonly BoundedMap<int, Queue<TimeSpan>> begun;

    public UploadPace(TimeProvider clock)
    {
        this.clock = clock;
        origin = clock.GetTimestamp();
        begun = new BoundedMap<int, Queue<TimeSpan>>(MostRemembered, mustStay: uploads => uploads.LastOrDefault(-Window) > Now - Window);
    }

    /// <summary>How many clients are remembered.</summary>
    internal int Count => begun.Count;

    private TimeSpan Now => clock.GetElapsedTime(origin);

    /// <exception cref="Domain.RefusedException"><see cref="Domain.Refusal.TooMany"/> when they are used up.</exception>
    public void RequireUpload(Caller caller)
    {
        if (caller.Limits.UploadsPerMinute is not { } limit)
            return;
        lock (gate)
        {
            var now = Now;
            if (!begun.TryGet(caller.ClientId, out var uploads))
                begun.Force(caller.ClientId, uploads = new Queue<TimeSpan>());
            while (uploads.TryPeek(out var oldest) && now - oldest >= Window)
                uploads.Dequeue();
            if (uploads.Count >= limit)
                throw ClientRefusals.TooManyUploads(limit, uploads.ElementAt(uploads.Count - limit) + Window - now);
            uploads.Enqueue(now);
        }
    }
}
