using Vigint.Application.Common;
using Vigint.Domain.Alerts;

namespace Vigint.Application.Alerts.ResendAlert;

/// <summary>
/// Keeps a client from having its alerts sent again and again, which would hold up everybody's mails. The operator's key does not wait:
/// after a mail server's bad day many are sent again.
/// </summary>
public sealed class ResendPace(TimeProvider clock)
{
    /// <summary>That are sent at once; after them one per <see cref="Interval"/>.</summary>
    public const int AtOnce = 60;

    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private readonly Pace<string> pace = new(clock);

    /// <exception cref="Domain.RefusedException"><see cref="Domain.Refusal.TooMany"/> when it comes too soon.</exception>
    public void Require(Caller caller)
    {
        if (!caller.IsOperator && pace.Take(caller.Owner, AtOnce, Interval, TimeSpan.Zero) is var wait && wait > TimeSpan.Zero)
            throw AlertRefusals.TooManyResends(wait);
    }
}
