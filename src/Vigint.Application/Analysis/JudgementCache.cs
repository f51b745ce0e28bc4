using Vigint.Application.Common;

namespace Vigint.Application.Analysis;

/// <summary>
/// Judgements of the last hour, so that the same clip under the same questions is paid for once; two who ask at the same moment
/// wait for one answer. What failed is not kept; one whose second look failed only for a while, and only when nobody has heard it.
/// </summary>
public sealed class JudgementCache(TimeProvider clock)
{
    // A kilobyte or two each.
    private const int MostKept = 1000;

    private static readonly TimeSpan Life = TimeSpan.FromHours(1);

    // A caller that gave up waiting asks again soon, and gets the verdict.
    private static readonly TimeSpan UnconfirmedLife = TimeSpan.FromMinutes(5);

    private readonly BoundedMap<string, Kept> kept = new(MostKept, clock, Life, comparer: StringComparer.Ordinal);

    // As many as calls under way.
    private readonly Dictionary<string, Asking> asking = new(StringComparer.Ordinal);
    private readonly Lock gate = new();

    /// <param name="key">From <see cref="KeyOf"/>.</param>
    /// <param name="judge">
    /// Asks; cancelled when all who wait for the answer have left, but it may go on all the same. It may use what belongs to this call:
    /// the first caller stays until it has ended, even after leaving.
    /// </param>
    /// <returns>The judgement, and whether somebody else had asked already.</returns>
    public async Task<(Judgement Judgement, bool WasKnown)> GetAsync(
        string key,
        Func<CancellationToken, Task<Judgement>> judge,
        CancellationToken cancellationToken
    )
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (Find(key) is { } known)
                return (known, true);
            var (mine, isFirst) = Join(key, judge);
            try
            {
                return (await mine.Answer.WaitAsync(cancellationToken), !isFirst);
            }
            catch (OperationCanceledException) when (mine.IsAbandoned && !cancellationToken.IsCancellationRequested)
            {
                // All who asked before had left, and it was given up: asked again.
            }
            finally
            {
                Leave(mine);

                // The clip that is being asked about is this caller's, and would go with the call.
                if (isFirst)
                    await ((Task)mine.Answer).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <returns>What is known already; null when it has to be asked for.</returns>
    public Judgement? Find(string key) =>
        kept.TryGet(key, out var known) && clock.GetElapsedTime(known.At) < known.Life ? known.Judgement : null;

    /// <summary>Equal for the same clip and the same questions of the same owner.</summary>
    /// <param name="questions">What they are known by.</param>
    public static string KeyOf(string owner, string questions, string clipHash) => $"{owner}:{questions}:{clipHash}";

    /// <summary>Forgets what is known of an owner's clips.</summary>
    public void Forget(string owner) => kept.RemoveWhere((key, _) => key.StartsWith($"{owner}:", StringComparison.Ordinal));

    private (Asking Mine, bool IsFirst) Join(string key, Func<CancellationToken, Task<Judgement>> judge)
    {
        lock (gate)
        {
            if (asking.TryGetValue(key, out var others))
            {
                others.Waiting++;
                return (others, false);
            }

            // Look again under the lock: an earlier caller keeps its answer before it leaves.
            if (Find(key) is { } known)
                return (new Asking { Answer = Task.FromResult(known) }, false);
            var mine = new Asking();
            asking[key] = mine;
            mine.Answer = Task.Run(() => JudgeAsync(key, mine, judge));
            return (mine, true);
        }
    }

    private async Task<Judgement> JudgeAsync(string key, Asking mine, Func<CancellationToken, Task<Judgement>> judge)
    {
        try
        {
            var judgement = await judge(mine.Left.Token);

            // One whose second look failed is asked for again: it may succeed.
            if (judgement.SecondLook != SecondLook.Failed)
                Keep(key, judgement, Life);
            else if (mine.IsAbandoned)
                Keep(key, judgement, UnconfirmedLife);
            return judgement;
        }
        finally
        {
            lock (gate)
                asking.Remove(key);
        }
    }

    private void Leave(Asking mine)
    {
        lock (gate)
        {
            if (--mine.Waiting > 0)
                return;
        }

        // An answer that is there already does not mind. Nobody may be there any more to see how it ends.
        mine.Left.Cancel();
        mine.Answer.ContinueWith(
            static ended => _ = ended.Exception,
            CancellationToken.None,
            TaskContinuationOptions.OnlyOnFaulted,
            TaskScheduler.Default
        );
    }

    private void Keep(string key, Judgement judgement, TimeSpan life) => kept.TrySet(key, new Kept(judgement, clock.GetTimestamp(), life));

    /// <param name="At">As the clock counts.</param>
    private sealed record Kept(Judgement Judgement, long At, TimeSpan Life);

    private sealed class Asking
    {
        public int Waiting { get; set; } = 1;

        public Task<Judgement> Answer { get; set; } = null!;

        /// <summary>Cancelled when all who waited have left. Without a timer and a handle, there is nothing to be disposed.</summary>
        public CancellationTokenSource Left { get; } = new();

        public bool IsAbandoned => Left.IsCancellationRequested;
    }
}
