using Vigint.Domain;
using Vigint.Domain.Media;

namespace Vigint.Application.Media;

/// <summary>Who waits for the result.</summary>
public enum Urgency
{
    /// <summary>A caller does.</summary>
    Interactive,

    /// <summary>Nobody does, or somebody only later; goes after those that are interactive, but after three of these once before, and does not count towards the queue's bound.</summary>
    Background,
}

/// <summary>
/// Lets few encoders run at once. Who has had no turn for longest is next, whatever the number of calls that others have
/// waiting; of one owner's calls the first.
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
            if (urgency == Urgency.Interactive && running >= options.MostJobs)
                MakeRoom(owner);
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

    // The queue is full: whoever has more calls in it than the newcomer would have gives up its newest.
    private void MakeRoom(string newcomer)
    {
        var interactive = waiting.Where(one => one.Urgency == Urgency.Interactive).ToList();
        if (interactive.Count < options.MostWaiting)
            return;
        var greediest = interactive.GroupBy(one => one.Owner).MaxBy(calls => calls.Count());
        if (greediest is null || greediest.Count() <= interactive.Count(one => one.Owner == newcomer) + 1)
            throw MediaRefusals.QueueIsFull(RetryAfter());
        var last = greediest.Last();
        waiting.Remove(last);
        last.Turn.TrySetException(MediaRefusals.QueueIsFull(RetryAfter()));
    }

    private void Leave(Waiter waiter, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            // Otherwise it has its turn by now, and whoever called gives it back.
            if (waiting.Remove(waiter))
                waiter.Turn.TrySetCanceled(cancellationToken);
        }
    }

    private void LetIn()
    {
        while (running < options.MostJobs && Next() is { } next)
        {
            waiting.Remove(next);
            interactiveInARow = next.Urgency == Urgency.Interactive ? interactiveInARow + 1 : 0;
            running++;
            lastTurns[next.Owner] = ++turns;
            next.Turn.TrySetResult(new EncoderTurn(this, clock.GetTimestamp()));
        }
    }

    // Of several that compare equal the first to arrive is taken. Callers go first, but not for ever: clips that nobody waits for
    // become playable too while somebody keeps compressing.
    private Waiter? Next()
    {
        var first = interactiveInARow < MostInteractiveInARow ? Urgency.Interactive : Urgency.Background;
        return waiting.MinBy(one => (one.Urgency == first ? 0 : 1, lastTurns.GetValueOrDefault(one.Owner)));
    }

    internal void GiveBack(long begun)
    {
        lock (gate)
        {
            // Newer ones count more: what the clips are like changes with the hour.
            usualDuration = usualDuration * 0.7 + clock.GetElapsedTime(begun) * 0.3;
            running--;
            LetIn();
            if (running == 0)
                lastTurns.Clear();
        }
    }

    private TimeSpan RetryAfter()
    {
        var until = usualDuration * ((double)waiting.Count / options.MostJobs);
        return until < ShortestRetry ? ShortestRetry : until > LongestRetry ? LongestRetry : until;
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
    private readonly long begun;
    private EncoderGate? gate;

    internal EncoderTurn(EncoderGate gate, long begun)
    {
        this.gate = gate;
        this.begun = begun;
    }

    public void Dispose() => Interlocked.Exchange(ref gate, null)?.GiveBack(begun);
}
