using System.Collections.Concurrent;

namespace Vigint.Application.Common;

/// <summary>
/// Takes notes while calls are answered, which never wait for it, and has them written in batches soon after. What a crash
/// finds unwritten is lost: the last second, or as long as the database has been away.
/// </summary>
/// <param name="write">Writes a batch wholly or not at all; is given the same batch again until it succeeds.</param>
public sealed class Journal<TNote>(Func<IReadOnlyList<TNote>, CancellationToken, Task> write) : IDisposable
{
    // Some hundred bytes each.
    private const int MostWaiting = 20_000;

    private const int MostPerBatch = 500;

    private readonly ConcurrentQueue<TNote> waiting = [];
    private readonly SemaphoreSlim writing = new(1, 1);
    private List<TNote> batch = [];
    private long dropped;

    /// <summary>When far too many wait, the note is dropped and counted.</summary>
    public void Note(TNote note)
    {
        if (waiting.Count >= MostWaiting)
            Interlocked.Increment(ref dropped);
        else
            waiting.Enqueue(note);
    }

    /// <summary>Writes what is waiting, for a reader who wants to see it, too.</summary>
    public async Task WriteAsync(CancellationToken cancellationToken)
    {
        await writing.WaitAsync(cancellationToken);
        try
        {
            while (true)
            {
                while (batch.Count < MostPerBatch && waiting.TryDequeue(out var note))
                    batch.Add(note);
                if (batch.Count == 0)
                    return;
                await write(batch, cancellationToken);
                batch = [];
            }
        }
        finally
        {
            writing.Release();
        }
    }

    /// <returns>How many were dropped since it was last asked.</returns>
    public long TakeDropped() => Interlocked.Exchange(ref dropped, 0);

    public void Dispose() => writing.Dispose();
}
