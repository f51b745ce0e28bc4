using System.Collections.Concurrent;
using Vigint.Domain;

namespace Vigint.Application.Common;

/// <summary>
/// Takes notes while calls are answered, which never wait for it, and has them written in batches soon after. What a crash
/// finds unwritten is lost: the last second, or as long as the database has been away.
/// </summary>
/// <param name="write">
/// Writes a batch. It may be given notes that it has written before, when it could not say whether it had: they must change nothing.
/// </param>
public sealed class Journal<TNote>(Func<IReadOnlyList<TNote>, CancellationToken, Task> write, TimeProvider clock) : IDisposable
{
    // Some hundred bytes each.
    private const int MostWaiting = 20_000;

    private const int MostPerBatch = 500;

    // What a reader who wants to see the last notes too is made to wait for them.
    private static readonly TimeSpan LongestSettling = TimeSpan.FromSeconds(1);

    private readonly ConcurrentQueue<TNote> waiting = [];
    private readonly SemaphoreSlim writing = new(1, 1);
    private List<TNote> batch = [];
    private long lost;
    private Exception? fault;

    /// <summary>How many are not written yet.</summary>
    public int Count => waiting.Count + batch.Count;

    /// <summary>When far too many wait, the note is lost and counted.</summary>
    public void Note(TNote note)
    {
        if (waiting.Count >= MostWaiting)
            Interlocked.Increment(ref lost);
        else
            waiting.Enqueue(note);
    }

    /// <summary>Writes what is waiting.</summary>
    /// <exception cref="RefusedException">It cannot be written at the moment, and goes on waiting.</exception>
    public async Task WriteAsync(CancellationToken cancellationToken)
    {
        await writing.WaitAsync(cancellationToken);
        try
        {
            await WriteWaitingAsync(cancellationToken);
        }
        finally
        {
            writing.Release();
        }
    }

    /// <summary>Writes what is waiting, for a reader who wants to see it; gives up soon, and quietly, when that cannot be done.</summary>
    public async Task SettleAsync(CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(LongestSettling, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            await WriteAsync(either.Token);
        }
        catch (Exception exception) when (exception is RefusedException || limit.IsCancellationRequested)
        {
            // They stay where they are; the writer logs it.
        }
    }

    /// <returns>How many were lost since it was last asked, and the last of the reasons when one could not be written at all.</returns>
    public (long Count, Exception? Fault) TakeLost() => (Interlocked.Exchange(ref lost, 0), Interlocked.Exchange(ref fault, null));

    public void Dispose() => writing.Dispose();

    // As many as there are now: under a steady load it would never come to an end.
    private async Task WriteWaitingAsync(CancellationToken cancellationToken)
    {
        for (var left = Count; left > 0; )
        {
            // What could not be written before is tried again as it was.
            if (batch.Count == 0)
                batch = Take(Math.Min(left, MostPerBatch));
            if (batch.Count == 0)
                return;
            left -= batch.Count;
            await WriteBatchAsync(cancellationToken);
        }
    }

    private List<TNote> Take(int most)
    {
        var taken = new List<TNote>(most);
        while (taken.Count < most && waiting.TryDequeue(out var note))
            taken.Add(note);
        return taken;
    }

    private async Task WriteBatchAsync(CancellationToken cancellationToken)
    {
        try
        {
            await write(batch, cancellationToken);
            batch = [];
        }
        catch (Exception exception) when (exception is not (RefusedException or OperationCanceledException))
        {
            // One of them is such that it can never be written. It must not keep the others from it.
            await WriteEachAsync(cancellationToken);
        }
    }

    private async Task WriteEachAsync(CancellationToken cancellationToken)
    {
        while (batch.Count > 0)
        {
            try
            {
                await write([batch[0]], cancellationToken);
            }
            catch (Exception exception) when (exception is not (RefusedException or OperationCanceledException))
            {
                Interlocked.Increment(ref lost);
                Interlocked.Exchange(ref fault, exception);
            }

            batch = batch[1..];
        }
    }
}
