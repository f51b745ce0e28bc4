using System.Collections.Concurrent;

namespace Vigint.Application.Analysis;

/// <summary>
/// Judgements of the last hour, so that the same clip under the same questions is paid for once; two who ask at the same moment
/// wait for one answer. What failed is not kept.
/// </summary>
public sealed class JudgementCache(TimeProvider clock)
{
    // A kilobyte or two each.
    private const int MostKept = 1000;

    private static readonly TimeSpan Life = TimeSpan.FromHours(1);

    private readonly ConcurrentDictionary<string, Kept> kept = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Asking> asking = new(StringComparer.Ordinal);
    private readonly Lock gate = new();

    /// <param name="key">From <see cref="KeyOf"/>.</param>
    /// <param name="judge">
    /// Asks; cancelled when all who wait for the answer have left. It may use what belongs to this call: whoever asked first stays
    /// until it has ended, even after leaving.
    /// </param>
    /// <returns>The judgement, and whether somebody else had asked already.</returns>
    public async Task<(Judgement Judgement, bool WasKnown)> GetAsync(
        string key, Func<CancellationToken, Task<Judgement>> judge, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (Find(key) is { } known)
            return (known, true);
        var (mine, isFirst) = Join(key, judge);
        try
        {
            return (await mine.Answer.WaitAsync(cancellationToken), !isFirst);
        }
        finally
        {
            Leave(key, mine);

            // The clip that is being asked about is this caller's, and would go with the call.
            if (isFirst)
                await ((Task)mine.Answer).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <returns>What is known already; null when it has to be asked for.</returns>
    public Judgement? Find(string key) => kept.TryGetValue(key, out var known) && clock.GetUtcNow() - known.At < Life ? known.Judgement : null;

    /// <summary>Equal for the same clip and the same questions of the same owner.</summary>
    /// <param name="questions">What they are known by.</param>
    public static string KeyOf(string owner, string questions, string clipSha256) => $"{owner}:{questions}:{clipSha256}";

    /// <summary>Forgets what is known of an owner's clips.</summary>
    public void Forget(string owner)
    {
        foreach (var key in kept.Keys.Where(key => key.StartsWith($"{owner}:", StringComparison.Ordinal)))
            kept.TryRemove(key, out _);
    }

    private (Asking Mine, bool IsFirst) Join(string key, Func<CancellationToken, Task<Judgement>> judge)
    {
        lock (gate)
        {
            if (asking.TryGetValue(key, out var others))
            {
                others.Waiting++;
                return (others, false);
            }

            // Looked at again under the lock: whoever asked before has kept the answer before leaving.
            if (Find(key) is { } known)
                return (new Asking { Answer = Task.FromResult(known) }, false);
            var mine = new Asking();
            asking[key] = mine;
            mine.Answer = Task.Run(() => JudgeAsync(key, judge, mine.Left.Token));
            return (mine, true);
        }
    }

    private async Task<Judgement> JudgeAsync(string key, Func<CancellationToken, Task<Judgement>> judge, CancellationToken allHaveLeft)
    {
        var judgement = await judge(allHaveLeft);

        // One whose second look failed is asked for again: it may succeed.
        if (judgement.SecondLook != SecondLook.Failed)
            Keep(key, judgement);
        return judgement;
    }

    private void Leave(string key, Asking mine)
    {
        lock (gate)
        {
            if (--mine.Waiting > 0)
                return;
            if (asking.TryGetValue(key, out var current) && ReferenceEquals(current, mine))
                asking.Remove(key);
        }

        // The last to leave; an answer that is there already does not mind.
        mine.Left.Cancel();
        mine.Answer.ContinueWith(static (ended, left) =>
        {
            _ = ended.Exception;
            ((CancellationTokenSource)left!).Dispose();
        }, mine.Left, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
    }

    private void Keep(string key, Judgement judgement)
    {
        var now = clock.GetUtcNow();
        kept[key] = new Kept(judgement, now);
        if (kept.Count <= MostKept)
            return;
        foreach (var (old, _) in kept.ToArray().OrderBy(one => one.Value.At).Take(MostKept / 10))
            kept.TryRemove(old, out _);
    }

    private sealed record Kept(Judgement Judgement, DateTimeOffset At);

    private sealed class Asking
    {
        public int Waiting { get; set; } = 1;

        public Task<Judgement> Answer { get; set; } = null!;

        public CancellationTokenSource Left { get; } = new();
    }
}
