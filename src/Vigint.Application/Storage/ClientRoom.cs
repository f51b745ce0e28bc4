using Vigint.Application.Common;
using Vigint.Domain.Clients;

namespace Vigint.Application.Storage;

/// <summary>Holds clients to the storage that was agreed for them.</summary>
public sealed class ClientRoom(IStorageTotals stored, TimeProvider clock) : IDisposable
{
    // Clients share turns; one lasts as long as it takes to store what has arrived.
    private readonly SemaphoreSlim[] turns = [.. Enumerable.Range(0, 64).Select(_ => new SemaphoreSlim(1, 1))];

    /// <summary>
    /// A first look, before it is received: what is larger than the limit fits in no case. The rest may be a replacement.
    /// </summary>
    /// <exception cref="Domain.RefusedException"><see cref="Domain.Refusal.NoRoom"/> when it cannot fit.</exception>
    public static void RequireLimitAbove(Caller caller, long bytes)
    {
        if (bytes > caller.Limits.StorageBytes)
            throw ClientRefusals.StorageUsedUp(caller.Limits.StorageBytes.Value, freeBytes: null, wait: null);
    }

    /// <summary>The last word, when the size is known: nothing else of this client is stored until the turn is disposed.</summary>
    /// <param name="growth">Bytes by which what is stored would grow.</param>
    /// <exception cref="Domain.RefusedException"><see cref="Domain.Refusal.NoRoom"/> when the limit would be passed.</exception>
    public async Task<IDisposable?> TakeTurnAsync(Caller caller, long growth, CancellationToken cancellationToken)
    {
        if (caller.Limits.StorageBytes is not { } limit)
            return null;
        var turn = new Turn(turns[(uint)caller.ClientId % (uint)turns.Length]);
        await turn.WaitAsync(cancellationToken);
        try
        {
            await RequireRoomAsync(caller, limit, growth, cancellationToken);
            return turn;
        }
        catch
        {
            turn.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        foreach (var turn in turns)
            turn.Dispose();
    }

    private async Task RequireRoomAsync(Caller caller, long limit, long growth, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var totals = await stored.TotalsAsync(caller.Owner, now, cancellationToken);
        if (growth > 0 && totals.SizeBytes + growth > limit)
            throw ClientRefusals.StorageUsedUp(limit, limit - totals.SizeBytes, totals.NextEnd - now);
    }

    private sealed class Turn(SemaphoreSlim one) : IDisposable
    {
        public Task WaitAsync(CancellationToken cancellationToken) => one.WaitAsync(cancellationToken);

        public void Dispose() => one.Release();
    }
}
