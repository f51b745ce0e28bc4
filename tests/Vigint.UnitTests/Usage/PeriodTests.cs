using Vigint.Application.Common;
using Vigint.Domain;
using Vigint.TestSupport;

namespace Vigint.UnitTests.Usage;

public sealed class PeriodTests
{
    [TestCase(
        "2026-10-01",
        "2026-10-02",
        ExpectedResult = "2026-10-01 00:00 2026-10-03 00:00",
        TestName = "A_day_at_the_end_belongs_to_the_period"
    )]
    [TestCase("2026-10-01T10:00", "2026-10-01T12:30:00Z", ExpectedResult = "2026-10-01 10:00 2026-10-01 12:30", TestName = "Times_are_utc")]
    [TestCase(
        "2026-10-01T10:00:00+02:00",
        "2026-10-02",
        ExpectedResult = "2026-10-01 08:00 2026-10-03 00:00",
        TestName = "A_zone_is_respected"
    )]
    [TestCase(null, "2026-10-31", ExpectedResult = "2026-10-01 00:00 2026-11-01 00:00", TestName = "Without_a_beginning_it_is_31_days")]
    [TestCase(null, null, ExpectedResult = "2026-09-04 00:00 2026-10-04 12:00", TestName = "Without_anything_it_is_31_days_and_ends_now")]
    [TestCase(
        "0001-01-01",
        "9999-12-31",
        ExpectedResult = "1970-01-01 00:00 9000-01-02 00:00",
        TestName = "The_ends_of_the_calendar_mean_for_ever"
    )]
    [TestCase(null, "0001-01-15", ExpectedResult = "1969-12-02 00:00 1970-01-02 00:00", TestName = "Before_all_times_there_is_nothing")]
    public string A_period_is_read(string? from, string? to)
    {
        var period = Period.Of(from, to, A.Noon);
        return $"{period.From:yyyy-MM-dd HH:mm} {period.To:yyyy-MM-dd HH:mm}";
    }

    [Test]
    public void Whole_days_are_those_that_it_touches()
    {
        var days = new Period(A.Noon, A.Noon.AddDays(1)).WholeDays;

        Assert.That(days, Is.EqualTo(new Period(A.Noon.AddHours(-12), A.Noon.AddHours(36))));
    }

    [TestCase("x", null, "from must be a time")]
    [TestCase(null, "04.10.2026", "to must be a time")]
    [TestCase("2026-10-04T12:00:00", "2026-10-04T12:00:00", "from must be before to")]
    public void What_is_none_is_refused(string? from, string? to, string error) =>
        Assert.That(() => Period.Of(from, to, A.Noon), Throws.TypeOf<RefusedException>().With.Message.StartsWith(error));
}
