using System.Globalization;
using Vigint.Domain.Videos;

namespace Vigint.UnitTests.Videos;

public sealed class LinkExpirationTests
{
    [TestCase(
        "2026-10-04T12:00:00Z",
        ExpectedResult = "2026-10-04T12:00:00",
        TestName = "A_whole_second_is_written_without_zone_and_fraction"
    )]
    [TestCase(
        "2026-10-04T12:00:00.001Z",
        ExpectedResult = "2026-10-04T12:00:01",
        TestName = "A_fraction_is_rounded_up_so_that_no_link_is_shorter_than_asked"
    )]
    [TestCase("2026-10-04T14:00:00+02:00", ExpectedResult = "2026-10-04T12:00:00", TestName = "Another_zone_is_written_as_UTC")]
    public string At(string instant) => LinkExpiration.At(DateTimeOffset.Parse(instant, CultureInfo.InvariantCulture)).Text;

    [TestCase("2025-10-04T12:00:00", ExpectedResult = "2025-10-04T12:00:00.0000000Z", TestName = "A_text_without_zone_is_UTC")]
    [TestCase("2025-10-04T12:00:00.123456", ExpectedResult = "2025-10-04T12:00:00.1234560Z", TestName = "Pythons_microseconds_are_read")]
    [TestCase("2025-10-04T12:00:00+02:00", ExpectedResult = "2025-10-04T10:00:00.0000000Z", TestName = "A_zone_is_respected")]
    [TestCase("2025-10-04T12:00:00Z", ExpectedResult = "2025-10-04T12:00:00.0000000Z", TestName = "Z_is_UTC")]
    [TestCase("2025-10-04 12:00:00", ExpectedResult = "2025-10-04T12:00:00.0000000Z", TestName = "A_space_may_stand_for_T")]
    [TestCase("tomorrow", ExpectedResult = null, TestName = "A_word_is_no_time")]
    [TestCase("", ExpectedResult = null, TestName = "An_empty_text_is_no_time")]
    [TestCase(null, ExpectedResult = null, TestName = "Nothing_is_no_time")]
    public string? Read(string? text) => LinkExpiration.Read(text)?.Utc.UtcDateTime.ToString("O", CultureInfo.InvariantCulture);

    [TestCase("2025-10-04T12:00:00.123456")]
    [TestCase("2025-10-04 12:00:00")]
    public void What_was_read_keeps_its_text(string text) => Assert.That(LinkExpiration.Read(text)!.Text, Is.EqualTo(text));

    [Test]
    public void The_next_one_is_a_second_later() =>
        Assert.That(LinkExpiration.Read("2025-12-31T23:59:59")!.ASecondLater().Text, Is.EqualTo("2026-01-01T00:00:00"));
}
