using System.Collections.Concurrent;
using Vigint.Application.Common;
using Vigint.Domain;

namespace Vigint.Application.Idempotency;

/// <summary>The keys of calls that are being answered: a second call under one of them comes back later.</summary>
public sealed class KeysInUse
{
    // An alert is answered within eight seconds, most uploads sooner.
    private static readonly TimeSpan AgainAfter = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<(string Owner, KeyedCallKind Kind, IdempotencyKey Key), bool> taken = new();

    /// <returns>Disposing gives the key back; null without a key.</returns>
    /// <exception cref="RefusedException"><see cref="Refusal.Conflict"/> when it is in use.</exception>
    public IDisposable? Take(Caller caller, KeyedCallKind kind, IdempotencyKey? key)
    {
        if (key is null)
            return null;
        var one = (caller.Owner, kind, key);
        return taken.TryAdd(one, true) ? new Taken(() => taken.TryRemove(one, out _)) : throw IdempotencyRefusals.IsUnderWay(AgainAfter);
    }

    private sealed class Taken(Action giveBack) : IDisposable
    {
        public void Dispose() => giveBack();
    }
}
