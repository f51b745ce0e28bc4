using System.Collections.Concurrent;
using Vigint.Application.Common;
using Vigint.Domain.Clients;

namespace Vigint.Application.Clients;

/// <summary>Holds clients to the uploads per minute that were agreed for them. What is counted is forgotten when the server stops.</summary>
public sealed class UploadPace(TimeProvider clock)
{
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    // When the uploads of the last minute began, the oldest first; by client.
    private readonly ConcurrentDictionary<int, Queue<DateTimeOffset>> begun = [];

    /// <exception cref="Domain.RefusedException"><see cref="Domain.Refusal.TooMany"/> when they are used up.</exception>
    public void RequireUpload(Caller caller)
    {
        if (caller.Limits.UploadsPerMinute is not { } limit)
            return;
        var now = clock.GetSteadyNow();
        var uploads = begun.GetOrAdd(caller.ClientId, _ => new Queue<DateTimeOffset>());
        lock (uploads)
        {
            while (uploads.TryPeek(out var oldest) && now - oldest >= Window)
                uploads.Dequeue();
            if (uploads.Count >= limit)
                throw ClientRefusals.TooManyUploads(limit, uploads.ElementAt(uploads.Count - limit) + Window - now);
            uploads.Enqueue(now);
        }
    }
}
