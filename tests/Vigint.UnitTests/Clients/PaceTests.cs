using Microsoft.Extensions.Time.Testing;
using Vigint.Application.Clients;
using Vigint.TestSupport;

namespace Vigint.UnitTests.Clients;

public sealed class PaceTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly FakeTimeProvider clock = new(A.Noon);
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
        Parallel.For(0, 1000, _ =>
        {
            if (pace.Take("one", 100, Second, TimeSpan.Zero) == TimeSpan.Zero)
                Interlocked.Increment(ref passed);
        });

        Assert.That(passed, Is.EqualTo(100));
    }

    private TimeSpan Take(TimeSpan patience) => pace.Take("one", 3, Second, patience);

    private void Take(int turns)
    {
        for (var i = 0; i < turns; i++)
            Take(TimeSpan.Zero);
    }
}
