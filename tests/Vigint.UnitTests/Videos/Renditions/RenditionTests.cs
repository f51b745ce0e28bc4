using Vigint.Domain.Videos;
using Vigint.TestSupport;

namespace Vigint.UnitTests.Videos.Renditions;

public sealed class RenditionTests
{
    private static readonly VideoKey Key = A.Video().Key;

    [TestCase(0, ExpectedResult = 1, TestName = "The_second_try_comes_after_a_minute")]
    [TestCase(1, ExpectedResult = 5, TestName = "The_third_try_comes_after_five_minutes")]
    [TestCase(3, ExpectedResult = 120, TestName = "The_fifth_try_comes_after_two_hours")]
    public double Begin(int attempts) => (Rendition.Begin(Key, Before(attempts), A.Noon).DueAt - A.Noon).TotalMinutes;

    [Test]
    public void The_first_try_counts_as_one()
    {
        var begun = Rendition.Begin(Key, before: null, A.Noon);

        Assert.That((begun.State, begun.Attempts, begun.Of), Is.EqualTo((RenditionState.Preparing, 1, Key)));
    }

    [Test]
    public void After_five_tries_of_which_none_came_to_an_end_it_is_given_up_and_says_so()
    {
        var begun = Rendition.Begin(Key, Before(Rendition.MostAttempts), A.Noon);

        Assert.That(
            (begun.State, begun.Reason),
            Is.EqualTo((RenditionState.Failed, "It was begun several times and never came to an end"))
        );
    }

    [TestCase(1, ExpectedResult = RenditionState.Preparing, TestName = "What_is_put_off_is_tried_again")]
    [TestCase(5, ExpectedResult = RenditionState.Failed, TestName = "What_is_put_off_for_the_fifth_time_has_failed")]
    public RenditionState PutOff(int attempts) => Before(attempts).PutOff("Disk full").State;

    [Test]
    public void A_full_disk_never_makes_it_fail()
    {
        var rendition = Before(0);
        for (var tries = 0; tries < 3 * Rendition.MostAttempts; tries++)
            rendition = Rendition.Begin(Key, rendition, A.Noon).WaitForRoom("Disk full");

        Assert.That((rendition.State, rendition.DueAt), Is.EqualTo((RenditionState.Preparing, A.Noon.AddHours(2))));
    }

    [Test]
    public void A_server_that_is_told_to_end_does_not_use_up_a_try()
    {
        var interrupted = Rendition.Begin(Key, Before(2), A.Noon).Interrupted(A.Noon);

        Assert.That((interrupted.Attempts, interrupted.DueAt), Is.EqualTo((2, A.Noon)));
    }

    private static Rendition Before(int attempts) =>
        new()
        {
            Of = Key,
            State = RenditionState.Preparing,
            Attempts = attempts,
        };
}
