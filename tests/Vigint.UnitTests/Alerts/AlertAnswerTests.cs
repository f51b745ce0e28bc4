using Vigint.Application.Alerts;
using Vigint.Domain.Alerts;
using Vigint.TestSupport;

namespace Vigint.UnitTests.Alerts;

public sealed class AlertAnswerTests
{
    // What a call is answered whose first answer was lost: how its alert stands.
    [TestCase(AlertState.Delivered, ExpectedResult = "delivered True")]
    [TestCase(AlertState.Outbox, ExpectedResult = "outbox True")]
    [TestCase(AlertState.Queued, ExpectedResult = "queued False")]
    [TestCase(AlertState.Failed, ExpectedResult = "failed False")]
    [TestCase(AlertState.Ignored, ExpectedResult = "ignored True")]
    public string The_status_is_the_alerts_state(AlertState state)
    {
        var answer = AlertAnswer.OfPresent(A.Alert() with { State = state });

        return $"{answer.Status} {answer.Success}";
    }
}
