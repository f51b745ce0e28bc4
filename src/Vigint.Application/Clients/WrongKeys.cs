using System.Net;
using Vigint.Application.Common;
using Vigint.Domain.Clients;

namespace Vigint.Application.Clients;

/// <summary>Slows down callers that send wrong keys repeatedly. Right keys never wait, because many shops may share an address.</summary>
public sealed class WrongKeys(TimeProvider clock)
{
    /// <summary>Wrong keys that are answered at once; after them one per second.</summary>
    public const int AtOnce = 60;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);

    private readonly Pace<IPAddress> pace = new(clock);

    /// <summary>To be asked before an unfamiliar key is looked up: who floods is not worth the look, unless the key may be right.</summary>
    /// <returns>How long a wrong key would have to wait, where that is too long; else null.</returns>
    public TimeSpan? FloodFrom(IPAddress? from) =>
        from is not null && pace.Look(CallerNetwork.Of(from), AtOnce, Interval) is var wait && wait > LongestWait ? wait : null;

    /// <summary>Waits until the wrong key may be answered.</summary>
    /// <exception cref="Domain.RefusedException"><see cref="Domain.Refusal.TooMany"/> when too many already wait.</exception>
    public async Task WaitAsync(IPAddress? from, CancellationToken cancellationToken)
    {
        if (from is null)
            return;
        var wait = pace.Take(CallerNetwork.Of(from), AtOnce, Interval, LongestWait);
        if (wait > LongestWait)
            throw ClientRefusals.TooManyWrongKeys(wait);
        if (wait > TimeSpan.Zero)
            await Task.Delay(wait, clock, cancellationToken);
    }
}
