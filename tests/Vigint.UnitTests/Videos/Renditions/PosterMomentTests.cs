using Vigint.Application.Videos.Renditions;

namespace Vigint.UnitTests.Videos.Renditions;

public sealed class PosterMomentTests
{
    [TestCase("""{"incident_start_seconds":3.5}""", ExpectedResult = 3.5, TestName = "The_second_of_the_incident")]
    [TestCase("""{"incident_time":2}""", ExpectedResult = 2, TestName = "The_second_by_its_old_name")]
    [TestCase("""{"incident_time":2,"incident_start_seconds":4}""", ExpectedResult = 4, TestName = "The_new_name_goes_before_the_old")]
    [TestCase("""{"incident_start_seconds":0}""", ExpectedResult = 0, TestName = "The_beginning")]
    [TestCase("""{"incident_start_seconds":5}""", ExpectedResult = 5, TestName = "The_end")]
    [TestCase("""{"incident_start_seconds":5.1,"incident_time":1}""", ExpectedResult = 1, TestName = "A_second_behind_the_end_is_none")]
    [TestCase("""{"incident_start_seconds":-1}""", ExpectedResult = null, TestName = "A_second_before_the_beginning_is_none")]
    [TestCase("""{"incident_time":"14:03:22"}""", ExpectedResult = null, TestName = "A_time_of_day_is_none")]
    [TestCase("""{"incident_start_seconds":null}""", ExpectedResult = null, TestName = "Null_is_none")]
    [TestCase("""{"incident_start_seconds":1e999}""", ExpectedResult = null, TestName = "Infinity_is_none")]
    [TestCase("{}", ExpectedResult = null, TestName = "Metadata_that_do_not_tell")]
    public double? Of(string metadata) => PosterMoment.Of(metadata, TimeSpan.FromSeconds(5));
}
