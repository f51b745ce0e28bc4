using Microsoft.Extensions.Logging;
using Vigint.Application.Common;

namespace Vigint.Application.Clock;

/// <summary>How far the clock can be relied on.</summary>
public enum ClockState
{
    Good,

    /// <summary>It was set by more than <see cref="ClockWatch.Tolerance"/> while the server ran, or between two runs.</summary>
    Stepped,

    /// <summary>The server was away, and nobody can tell whether as long as the clock says.</summary>
    Unsure,
}

/// <param name="HeldFor">How long deletions have been held; null when they are not.</param>
public sealed record ClockHealth(ClockState State, TimeSpan? HeldFor);

/// <summary>
/// Compares the time of day with the monotonic clock, and with the time of the run before. After a step nothing is deleted because of its
/// age until the operating system says that its clock is synchronized, or the operator says that it is right; <see cref="LongestHold"/>
/// at most (contract §4).
/// </summary>
public sealed class ClockWatch(TimeProvider clock, IKernelClock kernel, IClockRecord record, ILogger<ClockWatch> logger)
{
    /// <summary>Less is no step: time services correct so much, and no deletion is promised to the minute.</summary>
    public static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(1);

    /// <summary>How long deletions are held at most; by the monotonic clock, from the first step on.</summary>
    public static readonly TimeSpan LongestHold = TimeSpan.FromHours(24);

    private static readonly TimeSpan RecordedEvery = TimeSpan.FromMinutes(1);

    private readonly Lock gate = new();

    // What the time of day is ahead of the monotonic clock, as far as is known.
    private TimeSpan offset = clock.GetUtcNow() - clock.GetSteadyNow();
    private Hold? hold;
    private TimeSpan stepToTakeUp;
    private long steps;
    private DateTimeOffset? recordedAt;
    private bool isRecordFailing;

    /// <summary>How many steps were noticed.</summary>
    public long Steps
    {
        get
        {
            Look();
            lock (gate)
                return steps;
        }
    }

    public ClockHealth Health
    {
        get
        {
            Look();
            lock (gate)
                return hold is { } held
                    ? new ClockHealth(held.State, clock.GetSteadyNow() - held.Since)
                    : new ClockHealth(ClockState.Good, HeldFor: null);
        }
    }

    /// <summary>
    /// What has to be adapted to the steps so far; <see cref="TimeSpan.Zero"/> for nothing. See <see cref="StepIsTakenUp"/>.
    /// </summary>
    public TimeSpan StepToTakeUp
    {
        get
        {
            Look();
            lock (gate)
                return stepToTakeUp;
        }
    }

    /// <summary>Compares with the run before; once, before anything is deleted.</summary>
    public void Begin()
    {
        if (record.Read() is not { } last)
            return;
        lock (gate)
        {
            var now = clock.GetUtcNow();
            var sinceBoot = clock.GetElapsedTime(0);
            var isSameBoot = last.BootId is not null && last.BootId == kernel.BootId && sinceBoot >= last.SinceBoot;

            // Over a start of the machine nobody knows how long it was off, only that time does not run backwards.
            var away = isSameBoot ? sinceBoot - last.SinceBoot : TimeSpan.Zero;
            var ahead = now - last.Time - away - (last.Doubt?.Ahead ?? TimeSpan.Zero);
            var isStep = ahead.Duration() > Tolerance && (isSameBoot || ahead < TimeSpan.Zero);
            if (last.Doubt is { } doubt)
                GoOn(doubt, away, isStep ? ahead : TimeSpan.Zero);
            if (isStep)
            {
                NoteStep(ahead, believed: offset - ahead);
            }
            else if (ahead > Tolerance && hold is null && !kernel.IsSynchronized)
            {
                hold = new Hold(ClockState.Unsure, clock.GetSteadyNow(), Believed: offset - ahead);
                logger.AwayOrSet(ahead);
            }

            LiftIfKnown();
        }
    }

    /// <summary>Whether something may be deleted because of its age at this moment.</summary>
    /// <param name="now">The time of day by which its age is to be told.</param>
    public bool MayDelete(out DateTimeOffset now)
    {
        lock (gate)
        {
            now = clock.GetUtcNow();
            Look();
            return hold is null && stepToTakeUp == TimeSpan.Zero;
        }
    }

    /// <summary>Looks whether the clock was set, and whether it can be relied on again.</summary>
    public void Look()
    {
        lock (gate)
        {
            var ahead = clock.GetUtcNow() - clock.GetSteadyNow() - offset;
            if (ahead.Duration() > Tolerance)
                NoteStep(ahead, believed: offset);
            LiftIfKnown();
        }
    }

    /// <summary>
    /// The time from which a new life is counted: while the clock is in doubt the later of what it says and what it would say without the
    /// step. A clip that is stored while a machine believes in 1970 must not have ended when its clock is put right.
    /// </summary>
    public DateTimeOffset NotBehind(DateTimeOffset now)
    {
        Look();
        lock (gate)
            return hold is { } held && clock.GetSteadyNow() + held.Believed is var believed && believed > now ? believed : now;
    }

    /// <summary>The operator says that the clock is right.</summary>
    /// <returns>False when it was not in doubt.</returns>
    public bool Confirm()
    {
        lock (gate)
        {
            Look();
            if (hold is null)
                return false;
            Lift("the operator has confirmed the clock");
            return true;
        }
    }

    /// <summary>What was recorded has been adapted to a step.</summary>
    /// <param name="step">As <see cref="StepToTakeUp"/> said.</param>
    public void StepIsTakenUp(TimeSpan step)
    {
        lock (gate)
        {
            stepToTakeUp -= step;
            recordedAt = null;
        }

        // Recorded at once: a server that starts now must not adapt to the step a second time.
        Record();
    }

    /// <summary>
    /// Keeps the time for the next start, once a minute. While the clock is in doubt it keeps the time without the step, and for how long
    /// the doubt has lasted.
    /// </summary>
    /// <param name="isLast">The server stops.</param>
    public void Record(bool isLast = false)
    {
        ClockReading reading;
        lock (gate)
        {
            Look();
            var steady = clock.GetSteadyNow();
            if (!isLast && recordedAt is { } before && steady - before < RecordedEvery)
                return;
            recordedAt = steady;
            reading = Reading();
        }

        try
        {
            record.Write(reading);
            isRecordFailing = false;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            if (!isRecordFailing)
                logger.NotRecorded(exception);
            isRecordFailing = true;
        }
    }

    private ClockReading Reading()
    {
        var (now, sinceBoot) = (clock.GetUtcNow(), clock.GetElapsedTime(0));
        if (hold is { } held)
        {
            var ahead = offset - held.Believed;
            var doubt = new ClockDoubt(held.State, clock.GetSteadyNow() - held.Since, ahead, stepToTakeUp);
            return new ClockReading(now - ahead, sinceBoot, kernel.BootId, doubt);
        }

        var onlyToTakeUp =
            stepToTakeUp == TimeSpan.Zero ? null : new ClockDoubt(ClockState.Good, TimeSpan.Zero, TimeSpan.Zero, stepToTakeUp);
        return new ClockReading(now, sinceBoot, kernel.BootId, onlyToTakeUp);
    }

    // Where the run before was when it ended.
    private void GoOn(ClockDoubt doubt, TimeSpan away, TimeSpan step)
    {
        stepToTakeUp = doubt.ToTakeUp;
        if (doubt.State == ClockState.Good)
            return;
        var heldFor = doubt.HeldFor + away;
        hold = new Hold(doubt.State, clock.GetSteadyNow() - heldFor, Believed: offset - doubt.Ahead - step);
        logger.StillInDoubt(heldFor);
    }

    private void NoteStep(TimeSpan ahead, TimeSpan believed)
    {
        offset = clock.GetUtcNow() - clock.GetSteadyNow();
        steps++;
        stepToTakeUp += ahead;
        recordedAt = null;
        hold = hold is { } held ? held with { State = ClockState.Stepped } : new Hold(ClockState.Stepped, clock.GetSteadyNow(), believed);
        if (ahead > TimeSpan.Zero)
            logger.SetAhead(ahead);
        else
            logger.SetBack(-ahead);
    }

    private void LiftIfKnown()
    {
        if (hold is not { } held)
            return;
        if (kernel.IsSynchronized)
            Lift("the system says that its clock is synchronized");
        else if (clock.GetSteadyNow() - held.Since >= LongestHold)
            Lift("the clock has been in doubt for a day");
    }

    private void Lift(string reason)
    {
        hold = null;
        recordedAt = null;
        logger.Believed(reason);
    }

    /// <param name="Believed">What the time of day was ahead of the monotonic clock before.</param>
    private sealed record Hold(ClockState State, DateTimeOffset Since, TimeSpan Believed);
}
