using Vigint.Application.Media;
using Vigint.Application.Media.CompressVideo;

namespace Vigint.UnitTests.Media;

public sealed class CompressionPlanTests
{
    private const int Megabyte = 1024 * 1024;

    [Test]
    public void A_size_that_is_enough_leaves_the_picture_as_it_is() =>
        Assert.That(
            For(5 * Megabyte, seconds: 30),
            Has.Property("Width").EqualTo(1920).And.Property("Height").EqualTo(1080).And.Property("FrameRate").Null
        );

    [Test]
    public void Picture_and_sound_together_take_a_little_less_than_the_size()
    {
        var form = For(5 * Megabyte, seconds: 30)!;

        Assert.That((form.VideoBitsPerSecond + form.AudioBitsPerSecond!.Value) / 8.0 * 30, Is.InRange(5 * Megabyte * 0.95, 5 * Megabyte));
    }

    [Test]
    public void Too_few_bits_make_the_picture_smaller_by_the_factor_that_was_asked_for() =>
        Assert.That(For(5 * Megabyte, seconds: 120, factor: 0.5), Has.Property("Width").EqualTo(960).And.Property("Height").EqualTo(540));

    [Test]
    public void A_factor_next_to_one_comes_to_an_end_as_well() =>
        Assert.That(For(5 * Megabyte, seconds: 900, factor: 0.999999999999), Has.Property("Height").LessThan(1080));

    [Test]
    public void With_a_factor_of_one_it_is_never_made_smaller() => Assert.That(For(5 * Megabyte, seconds: 120, factor: 1), Is.Null);

    [Test]
    public void Only_a_picture_that_is_small_already_becomes_slower() =>
        Assert.That(For(5 * Megabyte, seconds: 900), Has.Property("FrameRate").EqualTo(15).And.Property("Height").LessThan(360));

    [Test]
    public void Sound_takes_at_most_its_part() =>
        Assert.That(For(5 * Megabyte, seconds: 300)!.AudioBitsPerSecond, Is.InRange(16_000, 24_000));

    [Test]
    public void What_had_no_sound_gets_none() => Assert.That(For(5 * Megabyte, seconds: 30, hasSound: false)!.AudioBitsPerSecond, Is.Null);

    [Test]
    public void A_portrait_stays_one() =>
        Assert.That(
            CompressionPlan.For(Report(true) with { Video = Video with { Rotation = 90 } }, TimeSpan.FromSeconds(30), 5 * Megabyte, 0.85),
            Has.Property("Width").EqualTo(1080).And.Property("Height").EqualTo(1920)
        );

    [Test]
    public void Odd_sides_become_even() =>
        Assert.That(
            CompressionPlan.For(
                Report(true) with
                {
                    Video = Video with { Width = 641, Height = 481 },
                },
                TimeSpan.FromSeconds(5),
                5 * Megabyte,
                0.85
            ),
            Has.Property("Width").EqualTo(640).And.Property("Height").EqualTo(480)
        );

    [Test]
    public void What_fits_in_no_form_has_none_and_the_smallest_size_that_is_told_has_one([Values(0.5, 0.85, 1)] double factor)
    {
        var duration = TimeSpan.FromHours(1);

        var smallest = CompressionPlan.SmallestBytes(Report(true), duration, factor);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(CompressionPlan.For(Report(true), duration, Megabyte, factor), Is.Null);
            Assert.That(CompressionPlan.For(Report(true), duration, smallest + 1024, factor), Is.Not.Null);
            Assert.That(CompressionPlan.For(Report(true), duration, smallest / 2, factor), Is.Null);
        }
    }

    private static VideoTrack Video { get; } = new("h264", "High", 40, "yuv420p", 1920, 1080, 0, 25);

    private static CompressedForm? For(long mostBytes, double seconds, double factor = 0.85, bool hasSound = true) =>
        CompressionPlan.For(Report(hasSound), TimeSpan.FromSeconds(seconds), mostBytes, factor);

    private static MediaReport Report(bool hasSound) =>
        new(
            MediaContainer.Mp4,
            30 * Megabyte,
            TimeSpan.FromSeconds(30),
            Video,
            hasSound ? new AudioTrack("aac", 2, 128_000) : null,
            2,
            true
        );
}
