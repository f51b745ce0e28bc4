using Vigint.Application.Common;
using Vigint.UnitTests.Common;

namespace Vigint.UnitTests.Clients;

public sealed class PaceTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly WallStepClock clock = new();
    private Pace<string> pace = null!;

    [SetUp]
    public void NewPace() => pace = new Pace<string>(clock);

    [Test]
    public void The_burst_passes_at_once_and_the_next_one_waits()
    {
        var waits = Enumerable.Range(0, 4).Select(_ => Take(TimeSpan.MaxValue).TotalSeconds);

        Assert.That(waits, Is.EqualTo(new[] { 0, 0, 0, 1 }));
    }

    [Test]
    public void Who_is_not_patient_takes_no_turn()
    {
        Take(3);

        var refused = new[] { Take(TimeSpan.Zero), Take(TimeSpan.Zero) };

        Assert.That(refused, Is.All.EqualTo(Second));
    }

    [Test]
    public void A_look_takes_no_turn()
    {
        Take(3);

        Assert.That(new[] { pace.Look("one", 3, Second), pace.Look("one", 3, Second) }, Is.All.EqualTo(Second));
    }

    [Test]
    public void A_turn_comes_back_per_interval()
    {
        Take(3);
        clock.Advance(Second);

        Assert.That((Take(TimeSpan.Zero), Take(TimeSpan.Zero)), Is.EqualTo((TimeSpan.Zero, Second)));
    }

    [Test]
    public void Idleness_saves_up_no_more_than_a_burst()
    {
        Take(3);
        clock.Advance(TimeSpan.FromHours(1));

        Assert.That(Enumerable.Range(0, 4).Select(_ => Take(TimeSpan.Zero).TotalSeconds), Is.EqualTo(new[] { 0, 0, 0, 1 }));
    }

    [Test]
    public void Each_one_is_counted_alone()
    {
        Take(3);

        Assert.That(pace.Take("other", 3, Second, TimeSpan.Zero), Is.EqualTo(TimeSpan.Zero));
    }

    [Test]
    public void Of_many_at_once_no_more_pass_than_the_burst()
    {
        var passed = 0;
        Parallel.For(
            0,
            1000,
            _ =>
            {
                if (pace.Take("one", 100, Second, TimeSpan.Zero) == TimeSpan.Zero)
                    Interlocked.Increment(ref passed);
            }
        );

        Assert.That(passed, Is.EqualTo(100));
    }

    [Test]
    public void However_many_come_no_more_than_the_bound_are_remembered()
    {
        for (var i = 0; i < 12_000; i++)
            pace.Take($"other {i}", 3, TimeSpan.FromHours(1), TimeSpan.Zero);

        Assert.That(pace.Count, Is.EqualTo(10_000));
    }

    [Test]
    public void A_flood_from_many_frees_nobody_who_has_to_wait()
    {
        Take(3);
        for (var i = 0; i < 12_000; i++)
            pace.Take($"other {i}", 3, Second, TimeSpan.Zero);

        Assert.That(pace.Look("one", 3, Second), Is.EqualTo(Second));
    }

    [Test]
    public void Beyond_the_bound_all_newcomers_share_one_pace_until_others_have_been_idle()
    {
        for (var i = 0; i < 10_000; i++)
            pace.Take($"other {i}", 3, Second, TimeSpan.Zero);

        var waits = Enumerable.Range(0, 4).Select(i => pace.Take($"newcomer {i}", 3, Second, TimeSpan.Zero).TotalSeconds).ToList();
        clock.Advance(Second);
        var later = Enumerable.Range(4, 4).Select(i => pace.Take($"newcomer {i}", 3, Second, TimeSpan.Zero).TotalSeconds);

        Assert.That(waits, Is.EqualTo(new[] { 0, 0, 0, 1 }));
        Assert.That(later, Is.All.Zero);
    }

    [Test]
    public void A_step_of_the_wall_clock_frees_nobody_and_holds_nobody()
    {
        Take(3);
        clock.Step(TimeSpan.FromHours(3));
        var forward = Take(TimeSpan.Zero);
        clock.Step(TimeSpan.FromHours(-6));

        Assert.That((forward, Take(TimeSpan.Zero)), Is.EqualTo((Second, Second)));
    }

    private TimeSpan Take(TimeSpan patience) => pace.Take("one", 3, Second, patience);

    private void Take(int turns)
    {
        for (var i = 0; i < turns; i++)
            Take(TimeSpan.Zero);
    }
}
