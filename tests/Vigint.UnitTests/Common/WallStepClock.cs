using Microsoft.Extensions.Time.Testing;
using Vigint.TestSupport;

namespace Vigint.UnitTests.Common;

/// <summary>A clock whose wall time can be stepped, as an operator or a time server does; what it counts goes on as before.</summary>
internal sealed class WallStepClock() : FakeTimeProvider(A.Noon)
{
    private TimeSpan step;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + step;

    // Its base counts by the wall clock.
    public override long GetTimestamp() => base.GetUtcNow().Ticks;

    public void Step(TimeSpan by) => step += by;
}
