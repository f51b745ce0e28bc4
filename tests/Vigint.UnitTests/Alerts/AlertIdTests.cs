using Vigint.Domain.Alerts;
using Vigint.TestSupport;

namespace Vigint.UnitTests.Alerts;

public sealed class AlertIdTests
{
    [Test]
    public void A_new_id_tells_day_frames_and_risk() =>
        Assert.That(AlertId.New(A.Noon, 250, RiskLevel.High).Text, Does.Match("^VIG-20261004-250-HIGH-[A-Z2-7]{12}$"));

    [Test]
    public void The_day_is_the_one_in_UTC() =>
        Assert.That(
            AlertId.New(new DateTimeOffset(2026, 10, 5, 1, 0, 0, TimeSpan.FromHours(2)), 0, RiskLevel.Low).Text,
            Does.StartWith("VIG-20261004-0-LOW-")
        );

    [Test]
    public void No_two_are_the_same() =>
        Assert.That(Enumerable.Range(0, 1000).Select(_ => AlertId.New(A.Noon, 1, RiskLevel.Medium)).Distinct().Count(), Is.EqualTo(1000));

    [TestCase(null)]
    [TestCase("")]
    [TestCase("VIG-20261004-250-HIGH-")]
    [TestCase("VIG-20261004-250-GRAVE-ABCDEFGHIJKL")]
    [TestCase("VIG-20261004-250-HIGH-ABCDEFGHIJKL\n")]
    [TestCase("VIG-20261004-250-HIGH-../../secret")]
    public void What_no_alert_can_be_called_is_no_id(string? text) => Assert.That(AlertId.Parse(text), Is.Null);

    [Test]
    public void An_id_is_read_as_it_was_made()
    {
        var made = AlertId.New(A.Noon, int.MaxValue, RiskLevel.Medium);

        Assert.That(AlertId.Parse(made.Text), Is.EqualTo(made));
    }
}
