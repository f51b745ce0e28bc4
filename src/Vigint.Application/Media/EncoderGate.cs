using Vigint.Domain;
using Vigint.Domain.Media;

namespace Vigint.Application.Media;

/// <summary>Who waits for the result.</summary>
public enum Urgency
{
    /// <summary>A caller does.</summary>
    Interactive,

    /// <summary>A caller does, for something that takes seconds: it need not stand behind an encoding that takes minutes.</summary>
    Quick,

    /// <summary>
    /// Nobody does, or somebody only later; goes after those that are interactive, but after three of these once before, and does not count
    /// towards the queue's bound.
    /// </summary>
    Background,
}

/// <summary>
/// Lets few encoders run at once: as many as the setting says, and one more beside them for what is quick. Who has had no turn
/// for longest is next, whatever the number of calls that others have waiting; of one owner's calls the first.
/// </summary>
public sealed class EncoderGate(EncoderOptions options, EncoderMetrics metrics, TimeProvider clock)
{
    private const int MostInteractiveInARow = 3;

    private static readonly TimeSpan ShortestRetry = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan FirstGuess = TimeSpan.FromSeconds(10);

    private readonly Lock gate = new();

    // In the order of arrival.
    private readonly List<Waiter> waiting = [];

    // When an owner last had a turn, counted in turns; forgotten when nobody waits or runs.
    private readonly Dictionary<string, long> lastTurns = new(StringComparer.Ordinal);
    private long turns;
    private int running;
    private bool isQuickRunningBeside;
    private int interactiveInARow;
    private TimeSpan usualDuration = FirstGuess;

    /// <summary>Waits for a turn. Disposing it lets the next one in.</summary>
    /// <param name="owner">On whose behalf; turns go round between owners.</param>
    /// <exception cref="RefusedException">
    /// <see cref="Refusal.Unavailable"/> when too many wait already; also while waiting, when the queue is full, another owner comes
    /// and this one has more calls waiting than any other.
    /// </exception>
    /// <exception cref="OperationCanceledException">It has left the queue.</exception>
    public async Task<EncoderTurn> EnterAsync(string owner, Urgency urgency, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var waiter = new Waiter(owner, urgency);
        lock (gate)
        {
            if (urgency != Urgency.Background && !HasPlaceFor(urgency))
                MakeRoom(owner, urgency);
            waiting.Add(waiter);
            LetIn();
        }

        metrics.Came(urgency);
        var came = clock.GetTimestamp();
        try
        {
            await using (cancellationToken.Register(() => Leave(waiter, cancellationToken)))
                return await waiter.Turn.Task;
        }
        finally
        {
            metrics.Went(urgency, clock.GetElapsedTime(came));
        }
    }

    private bool HasPlaceFor(Urgency urgency) => running < options.MostJobs || (urgency == Urgency.Quick && !isQuickRunningBeside);

    // The queue is full: whoever has more calls in it than the newcomer would have gives up its newest. What is quick has a queue of
    // its own.
    private void MakeRoom(string newcomer, Urgency urgency)
    {
        var alike = waiting.Where(one => one.Urgency == urgency).ToList();
        if (alike.Count < options.MostWaiting)
            return;
        var greediest = alike.GroupBy(one => one.Owner).MaxBy(calls => calls.Count());
        if (greediest is null || greediest.Count() <= alike.Count(one => one.Owner == newcomer) + 1)
            throw MediaRefusals.QueueIsFull(RetryAfter(urgency));
        var last = greediest.Last();
        waiting.Remove(last);
        last.Turn.TrySetException(MediaRefusals.QueueIsFull(RetryAfter(urgency)));
    }

    private void Leave(Waiter waiter, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            // Otherwise it has its turn by now, and the caller gives it back.
            if (waiting.Remove(waiter))
                waiter.Turn.TrySetCanceled(cancellationToken);
        }
    }

    private void LetIn()
    {
        // First the place that only they may take, so that the others are left to those who have no choice.
        if (!isQuickRunningBeside && LongestWithoutTurn(waiting.Where(one => one.Urgency == Urgency.Quick)) is { } quick)
        {
            isQuickRunningBeside = true;
            LetIn(quick, isBeside: true);
        }

        while (running < options.MostJobs && Next() is { } next)
        {
            interactiveInARow = next.Urgency == Urgency.Background ? 0 : interactiveInARow + 1;
            running++;
            LetIn(next, isBeside: false);
        }
    }

    private void LetIn(Waiter waiter, bool isBeside)
    {
        waiting.Remove(waiter);
        lastTurns[waiter.Owner] = ++turns;
        waiter.Turn.TrySetResult(new EncoderTurn(this, waiter.Urgency, isBeside, clock.GetTimestamp()));
    }

    // Callers go first, but not for ever: clips that nobody waits for become playable too while somebody keeps compressing.
    private Waiter? Next()
    {
        var isForCallers = interactiveInARow < MostInteractiveInARow;
        return LongestWithoutTurn(waiting.Where(one => one.Urgency != Urgency.Background == isForCallers)) ?? LongestWithoutTurn(waiting);
    }

    // Of several that compare equal the first to arrive is taken.
    private Waiter? LongestWithoutTurn(IEnumerable<Waiter> some) => some.MinBy(one => lastTurns.GetValueOrDefault(one.Owner));

    internal void GiveBack(EncoderTurn turn)
    {
        lock (gate)
        {
            // Newer ones count more: what the clips are like changes with the hour.
            if (turn.Urgency != Urgency.Quick)
                usualDuration = usualDuration * 0.7 + clock.GetElapsedTime(turn.Begun) * 0.3;
            if (turn.IsBeside)
                isQuickRunningBeside = false;
            else
                running--;
            LetIn();
            if (running == 0 && !isQuickRunningBeside)
                lastTurns.Clear();
        }
    }

    private TimeSpan RetryAfter(Urgency urgency)
    {
        var until =
            urgency == Urgency.Quick
                ? ShortestRetry * waiting.Count(one => one.Urgency == Urgency.Quick)
                : usualDuration * ((double)waiting.Count(one => one.Urgency != Urgency.Quick) / options.MostJobs);
        return until < ShortestRetry ? ShortestRetry
            : until > LongestRetry ? LongestRetry
            : until;
    }

    private sealed class Waiter(string owner, Urgency urgency)
    {
        public string Owner => owner;

        public Urgency Urgency => urgency;

        public TaskCompletionSource<EncoderTurn> Turn { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}

/// <summary>Leave to run one encoder, until it is disposed.</summary>
public sealed class EncoderTurn : IDisposable
{
    private EncoderGate? gate;

    internal EncoderTurn(EncoderGate gate, Urgency urgency, bool isBeside, long begun)
    {
        this.gate = gate;
        Urgency = urgency;
        IsBeside = isBeside;
        Begun = begun;
    }

    internal Urgency Urgency { get; }

    /// <summary>In the place that only quick ones may take.</summary>
    internal bool IsBeside { get; }

    /// <summary>As the clock counts.</summary>
    internal long Begun { get; }

    public void Dispose() => Interlocked.Exchange(ref gate, null)?.GiveBack(this);
}
