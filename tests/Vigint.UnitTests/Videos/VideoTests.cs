using Vigint.Domain;
using Vigint.Domain.Videos;
using Vigint.TestSupport;

namespace Vigint.UnitTests.Videos;

public sealed class VideoTests
{
    [TestCase(10, 5, ExpectedResult = "2026-10-05T03:00:00", TestName = "Hours_are_added_to_what_is_left")]
    [TestCase(-3, 5, ExpectedResult = "2026-10-04T17:00:00", TestName = "An_ended_link_starts_again_from_now")]
    [TestCase(0, 8760, ExpectedResult = "2027-10-04T12:00:00", TestName = "The_longest_life_may_be_asked_for")]
    public string ExtendLink(double hoursLeft, double hours) =>
        A.Video(hoursLeft: hoursLeft).ExtendLink(hours, 8760, A.Noon).Expiration.Text;

    [TestCase(1, 8760, TestName = "What_is_left_counts_towards_the_longest_life")]
    [TestCase(-1, 8760.1, TestName = "More_than_the_longest_life_is_refused")]
    [TestCase(1, double.PositiveInfinity, TestName = "For_ever_is_refused")]
    [TestCase(1, double.NaN, TestName = "No_number_is_refused")]
    public void ExtendLink_refuses(double hoursLeft, double hours) =>
        Assert.That(() => A.Video(hoursLeft: hoursLeft).ExtendLink(hours, 8760, A.Noon), Throws.TypeOf<RefusedException>());

    // Earlier versions kept whole paths, in the database and beside the video.
    [TestCase("C:\\clips\\a.mp4", "a.mp4", TestName = "Of_a_path_the_file_name_is_left")]
    [TestCase(null, null, TestName = "No_file_name_stays_none")]
    public void FileName(string? kept, string? shown) => Assert.That((A.Video() with { FileName = kept }).FileName, Is.EqualTo(shown));

    [Test]
    public void Links_given_out_before_stay_valid_when_extended()
    {
        var before = A.Video(hoursLeft: 1).AlsoOpenedBy("2025-01-01T00:00:00.5");

        var after = before.ExtendLink(1, 8760, A.Noon);

        Assert.That(after.LinkTexts, Is.EqualTo(new[] { "2026-10-04T14:00:00", "2026-10-04T13:00:00", "2025-01-01T00:00:00.5" }));
    }

    [Test]
    public void With_very_many_links_it_is_not_extended_again()
    {
        var video = WithLinks(Video.MostLinkTexts);

        Assert.That(
            () => video.ExtendLink(1, 8760, A.Noon),
            Throws.TypeOf<RefusedException>().With.Property(nameof(RefusedException.Refusal)).EqualTo(Refusal.Conflict)
        );
    }

    [Test]
    public void The_last_extension_that_is_allowed_keeps_every_link()
    {
        var before = WithLinks(Video.MostLinkTexts - 1);

        var after = before.ExtendLink(1, 8760, A.Noon);

        Assert.That(after.LinkTexts, Is.EqualTo(before.LinkTexts.Prepend(after.Expiration.Text)));
    }

    [TestCase(0, ExpectedResult = true, TestName = "A_link_ends_at_its_very_second")]
    [TestCase(0.001, ExpectedResult = false, TestName = "Before_that_it_has_not_ended")]
    public bool HasEnded(double hoursLeft) => A.Video(hoursLeft: hoursLeft).HasEnded(A.Noon);

    [Test]
    public void The_stamp_changes_with_the_version() =>
        Assert.That((A.Video() with { Version = 1 }).Stamp, Is.Not.EqualTo(A.Video().Stamp));

    private static Video WithLinks(int count) =>
        A.Video() with
        {
            LinkTexts = [.. Enumerable.Range(0, count).Select(n => A.Noon.AddSeconds(-n).ToString("s"))],
        };
}
