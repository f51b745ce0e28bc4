using Vigint.Application.Common;

namespace Vigint.UnitTests.Common;

public sealed class BoundedMapTests
{
    private const int Most = 100;

    private readonly WallStepClock clock = new();

    [Test]
    public void However_many_are_set_it_holds_no_more_than_its_bound()
    {
        var map = new BoundedMap<int, int>(Most);

        for (var i = 0; i < 10 * Most; i++)
            map.TrySet(i, i);

        Assert.That((map.Count, map.Entries.Count()), Is.EqualTo((Most, Most)));
    }

    [Test]
    public void The_one_that_was_set_longest_ago_goes_first()
    {
        var map = Filled();

        map.TrySet(Most, 0);

        Assert.That((map.Contains(0), map.Contains(1), map.Contains(Most)), Is.EqualTo((false, true, true)));
    }

    [Test]
    public void One_that_was_read_stays_for_another_round()
    {
        var map = Filled();

        map.TryGet(0, out _);
        map.TrySet(Most, 0);

        Assert.That((map.Contains(0), map.Contains(1)), Is.EqualTo((true, false)));
    }

    [Test]
    public void When_all_were_read_one_goes_all_the_same()
    {
        var map = Filled();
        for (var i = 0; i < Most; i++)
            map.TryGet(i, out _);

        Assert.That((map.TrySet(Most, 0), map.Count), Is.EqualTo((true, Most)));
    }

    [Test]
    public void Setting_it_anew_makes_it_the_youngest_and_takes_no_room()
    {
        var map = Filled();

        map.TrySet(0, 7);
        map.TrySet(Most, 0);

        Assert.That((map.Find(0), map.Contains(1), map.Count), Is.EqualTo((7, false, Most)));
    }

    [Test]
    public void What_must_stay_is_not_driven_out()
    {
        var map = new BoundedMap<int, bool>(Most, mustStay: stays => stays);
        map.TrySet(0, true);

        for (var i = 1; i < 10 * Most; i++)
            map.TrySet(i, false);

        Assert.That((map.Contains(0), map.Count), Is.EqualTo((true, Most)));
    }

    [Test]
    public void Full_of_what_must_stay_it_takes_nothing_more_unless_it_is_forced_to()
    {
        var map = new BoundedMap<int, bool>(Most, mustStay: stays => stays);
        for (var i = 0; i < Most; i++)
            map.TrySet(i, true);

        var (isSet, isAdded, isChanged) = (map.TrySet(Most, true), map.TryAdd(Most, true), map.TrySet(0, true));
        map.Force(Most, true);

        Assert.That((isSet, isAdded, isChanged, map.Contains(Most), map.Count), Is.EqualTo((false, false, true, true, Most + 1)));
    }

    [Test]
    public void What_was_forced_in_is_made_up_for_later()
    {
        var map = new BoundedMap<int, bool>(Most, mustStay: stays => stays);
        for (var i = 0; i < Most + 5; i++)
            map.Force(i, true);
        for (var i = 0; i < Most + 5; i++)
            map.TrySet(i, false);

        map.TrySet(-1, false);

        Assert.That(map.Count, Is.EqualTo(Most));
    }

    [Test]
    public void An_entry_ends_with_its_life_whatever_the_wall_clock_says()
    {
        var map = new BoundedMap<int, int>(Most, clock, TimeSpan.FromHours(1));
        map.TrySet(0, 0);
        clock.Step(TimeSpan.FromHours(5));
        var before = map.Contains(0);
        clock.Advance(TimeSpan.FromHours(1));

        Assert.That(
            (before, map.Contains(0), map.TryGet(0, out _), map.Entries.Count(), map.TryAdd(0, 1)),
            Is.EqualTo((true, false, false, 0, true))
        );
    }

    [Test]
    public void What_was_added_by_somebody_else_is_not_added_again()
    {
        var map = new BoundedMap<int, int>(Most);
        var added = 0;

        Parallel.For(
            0,
            1000,
            i =>
            {
                if (map.TryAdd(0, i))
                    Interlocked.Increment(ref added);
            }
        );

        Assert.That(added, Is.EqualTo(1));
    }

    [Test]
    public void What_is_meant_is_removed_and_told()
    {
        var map = Filled();

        var removed = map.RemoveWhere((key, _) => key % 2 == 0);

        Assert.That((removed.Count, map.Count, map.Remove(1), map.Remove(1)), Is.EqualTo((Most / 2, Most / 2, true, false)));
    }

    [Test]
    public void Many_at_once_leave_it_whole()
    {
        var map = new BoundedMap<int, int>(Most);

        Parallel.For(
            0,
            100_000,
            i =>
            {
                map.TrySet(i % 300, i);
                map.TryGet((i + 7) % 300, out _);
                if (i % 5 == 0)
                    map.Remove((i + 3) % 300);
            }
        );
        for (var i = 0; i < Most; i++)
            map.TrySet(1000 + i, i);

        Assert.That(map.Count, Is.EqualTo(Most));
    }

    private static BoundedMap<int, int> Filled()
    {
        var map = new BoundedMap<int, int>(Most);
        for (var i = 0; i < Most; i++)
            map.TrySet(i, i);
        return map;
    }
}
