using Vigint.Application.Common;
using Vigint.Domain.Clients;

namespace Vigint.Application.Clients;

/// <summary>Holds clients to the uploads per minute that were agreed for them.</summary>
public sealed class UploadPace(TimeProvider clock)
{
    private readonly Pace<int> pace = new(clock);

    /// <exception cref="Domain.RefusedException"><see cref="Domain.Refusal.TooMany"/> when they are used up.</exception>
    public void RequireUpload(Caller caller)
    {
        if (caller.Limits.UploadsPerMinute is not { } limit)
            return;
        var wait = pace.Take(caller.ClientId, limit, TimeSpan.FromMinutes(1) / limit, patience: TimeSpan.Zero);
        if (wait > TimeSpan.Zero)
            throw ClientRefusals.TooManyUploads(limit, wait);
    }
}
