namespace Vigint.Infrastructure.Mails;

/// <summary>
/// Turns at something of which there are few. The one that has waited for longest is next, but for those whose fellows have their share:
/// of one name there are never more at once than that.
/// </summary>
internal sealed class FairTurns(int most, int mostOfOne)
{
    private readonly Lock gate = new();
    private readonly LinkedList<Waiting> line = [];
    private readonly Dictionary<string, int> taken = new(StringComparer.OrdinalIgnoreCase);
    private int free = most;

    /// <summary>Waits for a turn, which is to be given back.</summary>
    public async Task TakeAsync(string name, CancellationToken cancellationToken)
    {
        var waiting = new Waiting(name, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        lock (gate)
        {
            line.AddLast(waiting);
            GiveOut();
        }

        try
        {
            await waiting.Turn.Task.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            lock (gate)
            {
                if (!line.Remove(waiting))
                    TakeBack(name); // it came at that very moment
            }

            throw;
        }
    }

    public void GiveBack(string name)
    {
        lock (gate)
            TakeBack(name);
    }

    private void TakeBack(string name)
    {
        free++;
        if (--taken[name] == 0)
            taken.Remove(name);
        GiveOut();
    }

    private void GiveOut()
    {
        for (var next = line.First; next is not null && free > 0; )
        {
            var (name, turn) = next.Value;
            var after = next.Next;
            if (taken.GetValueOrDefault(name) < mostOfOne)
            {
                line.Remove(next);
                free--;
                taken[name] = taken.GetValueOrDefault(name) + 1;
                turn.SetResult();
            }

            next = after;
        }
    }

    private sealed record Waiting(string Name, TaskCompletionSource Turn);
}
