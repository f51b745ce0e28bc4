using Microsoft.Extensions.Logging;
using Vigint.Application.Clock;
using Vigint.TestSupport;

namespace Vigint.UnitTests.Clock;

/// <summary>When a step of the clock is noticed, and for how long nothing is deleted then.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class ClockWatchTests : IDisposable
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly SteppedClock clock = new();
    private readonly PlayedKernelClock kernel = new() { IsSynchronized = false };
    private readonly PlayedClockRecord record = new();
    private readonly LogLines log = new();
    private readonly LoggerFactory loggers;
    private readonly ClockWatch watch;

    public ClockWatchTests()
    {
        loggers = new LoggerFactory([log]);
        watch = NewWatch();
    }

    private bool MayDelete => watch.MayDelete(out _);

    public void Dispose()
    {
        loggers.Dispose();
        log.Dispose();
    }

    // While it runs

    [TestCase(-3600)]
    [TestCase(-61)]
    [TestCase(61)]
    [TestCase(3600)]
    public void A_step_of_more_than_a_minute_holds_deletions(int seconds)
    {
        clock.Step(seconds * Second);

        Assert.That((MayDelete, watch.Health.State, watch.Steps), Is.EqualTo((false, ClockState.Stepped, 1)));
    }

    [TestCase(-60)]
    [TestCase(59)]
    public void A_correction_of_up_to_a_minute_holds_nothing(int seconds)
    {
        clock.Step(seconds * Second);

        Assert.That((MayDelete, watch.Health.State, watch.Steps), Is.EqualTo((true, ClockState.Good, 0)));
    }

    [Test]
    public void Many_small_corrections_are_a_step_in_the_end()
    {
        for (var i = 0; i < 4; i++)
        {
            clock.Step(20 * Second);
            watch.Look();
        }

        Assert.That(MayDelete, Is.False);
    }

    [Test]
    public void Time_that_passes_is_no_step()
    {
        clock.Advance(TimeSpan.FromDays(40));

        Assert.That(MayDelete, Is.True);
    }

    [Test]
    public void Whoever_asks_gets_the_time_of_the_moment_at_which_the_clock_was_looked_at()
    {
        clock.Advance(Hour);

        watch.MayDelete(out var now);

        Assert.That(now, Is.EqualTo(A.Noon + Hour));
    }

    // How long

    [Test]
    public void When_the_system_says_that_its_clock_is_synchronized_deletions_go_on()
    {
        Step(3 * Hour);
        var before = MayDelete;

        kernel.IsSynchronized = true;

        Assert.That((before, MayDelete, watch.Health.State), Is.EqualTo((false, true, ClockState.Good)));
    }

    [Test]
    public void When_the_operator_confirms_the_clock_deletions_go_on()
    {
        Step(3 * Hour);

        Assert.That((watch.Confirm(), MayDelete, watch.Confirm()), Is.EqualTo((true, true, false)));
    }

    [Test]
    public void After_a_day_deletions_go_on()
    {
        Step(-3 * Hour);
        clock.Advance(ClockWatch.LongestHold - Second);
        var before = MayDelete;

        clock.Advance(Second);

        Assert.That((before, MayDelete), Is.EqualTo((false, true)));
    }

    [Test]
    public void Another_step_does_not_begin_another_day()
    {
        Step(3 * Hour);
        clock.Advance(ClockWatch.LongestHold - Hour);
        Step(-3 * Hour);

        clock.Advance(Hour);

        Assert.That(MayDelete, Is.True);
    }

    [Test]
    public void A_step_after_a_confirmation_holds_deletions_again()
    {
        Step(3 * Hour);
        watch.Confirm();

        clock.Step(3 * Hour);

        Assert.That(MayDelete, Is.False);
    }

    [Test]
    public void Nothing_is_deleted_before_what_is_recorded_was_adapted_to_the_step()
    {
        kernel.IsSynchronized = true;
        clock.Step(3 * Hour);
        var (before, step) = (MayDelete, watch.StepToTakeUp);

        watch.StepIsTakenUp(step);

        Assert.That((before, step, MayDelete), Is.EqualTo((false, 3 * Hour, true)));
    }

    [Test]
    public void Two_steps_are_taken_up_as_one()
    {
        clock.Step(3 * Hour);
        watch.Look();
        clock.Step(-Hour);

        Assert.That(watch.StepToTakeUp, Is.EqualTo(2 * Hour));
    }

    [Test]
    public void It_is_in_the_log_when_it_begins_and_when_it_ends()
    {
        clock.Step(3 * Hour);
        for (var i = 0; i < 5; i++)
            watch.Look();
        watch.Confirm();

        Assert.That(log.All, Has.Count.EqualTo(2));
        Assert.That(
            log.All[0],
            Does.StartWith("Warning: The clock was set ahead by 03:00:00. Nothing is deleted because of its age until")
        );
        Assert.That(log.All[1], Does.StartWith("Information: The clock is believed: the operator has confirmed"));
    }

    // Lives

    [Test]
    public void While_the_clock_is_behind_new_lives_are_counted_from_what_it_said_before()
    {
        clock.Step(-3 * Hour);
        clock.Advance(Minute);

        Assert.That(watch.NotBehind(clock.GetUtcNow()), Is.EqualTo(A.Noon + Minute));
    }

    [Test]
    public void While_the_clock_is_ahead_and_after_it_was_confirmed_they_are_counted_from_its_time()
    {
        clock.Step(3 * Hour);
        var ahead = watch.NotBehind(clock.GetUtcNow());
        clock.Step(-7 * Hour);
        watch.Confirm();

        Assert.That((ahead, watch.NotBehind(clock.GetUtcNow())), Is.EqualTo((A.Noon + 3 * Hour, A.Noon - 4 * Hour)));
    }

    // At the start

    [Test]
    public void A_start_before_the_time_of_the_last_run_is_a_step_back()
    {
        record.Last = new ClockReading(A.Noon + 3 * Hour, Hour, "another boot");

        watch.Begin();

        Assert.That((MayDelete, watch.Health.State, watch.StepToTakeUp), Is.EqualTo((false, ClockState.Stepped, -3 * Hour)));
        Assert.That(watch.NotBehind(clock.GetUtcNow()), Is.EqualTo(A.Noon + 3 * Hour));
    }

    [TestCase(true)]
    [TestCase(false)]
    public void A_start_of_the_machine_long_after_the_last_run_holds_deletions_only_while_its_clock_is_not_synchronized(bool isSynchronized)
    {
        kernel.IsSynchronized = isSynchronized;
        record.Last = new ClockReading(A.Noon.AddDays(-30), Hour, "another boot");

        watch.Begin();

        Assert.That(
            (MayDelete, watch.Health.State, watch.StepToTakeUp),
            Is.EqualTo((isSynchronized, isSynchronized ? ClockState.Good : ClockState.Unsure, TimeSpan.Zero))
        );
    }

    [Test]
    public void A_start_on_the_same_boot_knows_how_long_the_server_was_away()
    {
        watch.Record();
        clock.Advance(TimeSpan.FromDays(30));

        var next = NewWatch();
        next.Begin();

        Assert.That(next.MayDelete(out _), Is.True);
    }

    [TestCase(-3)]
    [TestCase(3)]
    public void A_step_while_the_server_was_away_is_noticed_on_the_same_boot(int hours)
    {
        watch.Record();
        clock.Advance(TimeSpan.FromDays(30));
        clock.Step(hours * Hour);

        var next = NewWatch();
        next.Begin();

        Assert.That((next.MayDelete(out _), next.StepToTakeUp), Is.EqualTo((false, hours * Hour)));
    }

    [Test]
    public void A_first_start_holds_nothing()
    {
        watch.Begin();

        Assert.That(MayDelete, Is.True);
    }

    [Test]
    public void A_start_that_continues_the_last_run_holds_nothing()
    {
        record.Last = new ClockReading(A.Noon - Minute, Hour, "another boot");

        watch.Begin();

        Assert.That(MayDelete, Is.True);
    }

    // A restart while the clock is in doubt

    [TestCase("one boot")]
    [TestCase("another boot")]
    public void Restarts_do_not_begin_another_day(string boot)
    {
        watch.Record();
        clock.Step(3 * Hour);
        watch.Record();
        clock.Advance(ClockWatch.LongestHold - Hour);
        watch.Record();
        kernel.BootId = boot;

        var next = NewWatch();
        next.Begin();
        var health = next.Health;
        var before = next.MayDelete(out _);
        next.StepIsTakenUp(next.StepToTakeUp);
        clock.Advance(Hour);

        Assert.That((before, health.State, health.HeldFor), Is.EqualTo((false, ClockState.Stepped, ClockWatch.LongestHold - Hour)));
        Assert.That(next.MayDelete(out _), Is.True);
    }

    // A machine without a time service that is switched off every night.
    [Test]
    public void Who_starts_daily_deletes_on_the_second_day()
    {
        record.Last = new ClockReading(A.Noon.AddDays(-30), Hour, "an old boot");
        var held = new List<bool>();
        for (var day = 0; day < 3; day++)
        {
            kernel.BootId = $"boot {day}";
            var next = NewWatch();
            next.Begin();
            for (var hour = 0; hour < 14; hour++)
            {
                next.Record();
                clock.Advance(Hour);
            }

            held.Add(!next.MayDelete(out _));
            next.Record(isLast: true);
            clock.Advance(10 * Second);
        }

        Assert.That(held, Is.EqualTo(new[] { true, false, false }));
    }

    [TestCase("one boot")]
    [TestCase("another boot")]
    public void A_step_that_was_taken_up_is_not_taken_up_again(string boot)
    {
        watch.Record();
        clock.Step(-3 * Hour);
        watch.Record();
        watch.StepIsTakenUp(watch.StepToTakeUp);
        kernel.BootId = boot;

        var next = NewWatch();
        next.Begin();

        Assert.That((next.StepToTakeUp, next.MayDelete(out _), next.Health.State), Is.EqualTo((TimeSpan.Zero, false, ClockState.Stepped)));
    }

    [TestCase(true)]
    [TestCase(false)]
    public void A_step_that_was_not_taken_up_is_taken_up_after_the_restart(bool isSynchronized)
    {
        watch.Record();
        kernel.IsSynchronized = isSynchronized;
        clock.Step(3 * Hour);
        watch.Record(isLast: true);
        clock.Advance(5 * Minute);

        var next = NewWatch();
        next.Begin();

        Assert.That((next.StepToTakeUp, next.MayDelete(out _)), Is.EqualTo((3 * Hour, false)));
    }

    [Test]
    public void Another_step_while_it_was_away_is_taken_up_beside_the_one_before()
    {
        watch.Record();
        clock.Step(3 * Hour);
        watch.Record(isLast: true);
        clock.Step(-Hour);

        var next = NewWatch();
        next.Begin();

        Assert.That((next.StepToTakeUp, next.Health.State), Is.EqualTo((2 * Hour, ClockState.Stepped)));
    }

    [TestCase("one boot")]
    [TestCase("another boot")]
    public void While_the_clock_is_behind_new_lives_are_counted_as_before_the_restart(string boot)
    {
        watch.Record();
        clock.Step(-3 * Hour);
        watch.Record(isLast: true);
        clock.Advance(10 * Minute);
        kernel.BootId = boot;

        var next = NewWatch();
        next.Begin();

        Assert.That(next.NotBehind(clock.GetUtcNow()), Is.EqualTo(A.Noon + 10 * Minute));
    }

    [Test]
    public void What_the_system_says_ends_a_hold_of_the_run_before()
    {
        watch.Record();
        clock.Step(3 * Hour);
        watch.Record(isLast: true);
        kernel.IsSynchronized = true;

        var next = NewWatch();
        next.Begin();
        next.StepIsTakenUp(next.StepToTakeUp);

        Assert.That(next.MayDelete(out _), Is.True);
    }

    [Test]
    public void After_a_confirmation_a_restart_holds_nothing()
    {
        watch.Record();
        Step(3 * Hour);
        watch.Confirm();
        watch.Record(isLast: true);

        var next = NewWatch();
        next.Begin();

        Assert.That((next.MayDelete(out _), next.StepToTakeUp), Is.EqualTo((true, TimeSpan.Zero)));
    }

    // What is kept for the next start

    [Test]
    public void The_time_is_kept_once_a_minute_and_at_the_end()
    {
        for (var i = 0; i < 25; i++)
        {
            watch.Record();
            clock.Advance(5 * Second);
        }

        var writes = record.Writes;
        watch.Record(isLast: true);

        Assert.That((writes, record.Writes, record.Last!.Time), Is.EqualTo((3, 4, clock.GetUtcNow())));
    }

    [Test]
    public void While_the_clock_is_in_doubt_the_time_without_the_step_is_kept()
    {
        watch.Record();
        clock.Step(3 * Hour);
        clock.Advance(5 * Minute);
        watch.Record(isLast: true);
        var inDoubt = record.Last!.Time;

        watch.Confirm();
        watch.Record();

        Assert.That((inDoubt, record.Last.Time), Is.EqualTo((A.Noon + 5 * Minute, A.Noon + 3 * Hour + 5 * Minute)));
    }

    [Test]
    public void A_disk_that_keeps_nothing_is_in_the_log_once()
    {
        var failing = A.Watch(clock, kernel, new FailingRecord(), loggers.CreateLogger<ClockWatch>());

        for (var i = 0; i < 3; i++)
            failing.Record(isLast: true);

        Assert.That(log.All, Has.Count.EqualTo(1).And.One.StartsWith("Warning: The time cannot be kept for the next start"));
    }

    private ClockWatch NewWatch() => A.Watch(clock, kernel, record, loggers.CreateLogger<ClockWatch>());

    private void Step(TimeSpan by)
    {
        clock.Step(by);
        watch.Look();
        watch.StepIsTakenUp(watch.StepToTakeUp);
    }

    private sealed class FailingRecord : IClockRecord
    {
        public ClockReading? Read() => null;

        public void Write(ClockReading reading) => throw new IOException("No space left on device");
    }
}
