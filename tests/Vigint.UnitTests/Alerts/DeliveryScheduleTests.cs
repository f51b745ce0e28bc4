using Vigint.Domain.Alerts;
using Vigint.TestSupport;

namespace Vigint.UnitTests.Alerts;

/// <summary>Contract §7: after 5 s, 15 s, 30 s, 1 min, 2 min, then every 5 minutes, for a day.</summary>
public sealed class DeliveryScheduleTests
{
    [TestCase(1, ExpectedResult = 5)]
    [TestCase(2, ExpectedResult = 15)]
    [TestCase(3, ExpectedResult = 30)]
    [TestCase(4, ExpectedResult = 60)]
    [TestCase(5, ExpectedResult = 120)]
    [TestCase(6, ExpectedResult = 300)]
    [TestCase(7, ExpectedResult = 300)]
    [TestCase(280, ExpectedResult = 300)]
    public double The_pauses_grow_to_five_minutes(int attempts) => WaitAfter(attempts, chance: 0);

    [TestCase(1, ExpectedResult = 5.5)]
    [TestCase(9, ExpectedResult = 330)]
    public double Chance_adds_a_tenth_at_most(int attempts) => WaitAfter(attempts, chance: 1);

    [Test]
    public void What_would_come_after_a_day_does_not_come()
    {
        var end = A.Noon + DeliverySchedule.Life;

        Assert.That(DeliverySchedule.Next(A.Noon, 280, end.AddMinutes(-5).AddTicks(-1), 0), Is.EqualTo(end.AddTicks(-1)));
        Assert.That(DeliverySchedule.Next(A.Noon, 280, end.AddMinutes(-5), 0), Is.Null);
    }

    private static double WaitAfter(int attempts, double chance)
    {
        var now = A.Noon.AddHours(1);
        return (DeliverySchedule.Next(A.Noon, attempts, now, chance)!.Value - now).TotalSeconds;
    }
}
