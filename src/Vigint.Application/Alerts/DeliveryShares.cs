namespace Vigint.Application.Alerts;

/// <summary>
/// Keeps one client, and one host that does not answer, from taking all who deliver by a channel. It knows of this process only: no
/// claim of another instance waits for it.
/// </summary>
public sealed class DeliveryShares(DeliverySignal bell)
{
    /// <summary>How many of one client's, and how many to one host, are tried at once by a channel.</summary>
    public const int MostAtOnce = 2;

    private readonly Lock gate = new();
    private readonly Dictionary<Taker, int> taken = [];

    // Of each channel one claims at a time, in some milliseconds: two would both find the same share free.
    private readonly Dictionary<ChannelKind, SemaphoreSlim> turns = Enum.GetValues<ChannelKind>()
        .ToDictionary(kind => kind, _ => new SemaphoreSlim(1, 1));

    /// <summary>Those whose share is taken.</summary>
    public BusyTargets BusyOf(ChannelKind kind)
    {
        lock (gate)
        {
            var busy = taken
                .Where(one => one.Key.Kind == kind && one.Value >= MostAtOnce)
                .Select(one => one.Key)
                .ToLookup(one => one.IsHost, one => one.Name);
            return new BusyTargets([.. busy[false]], [.. busy[true]]);
        }
    }

    /// <summary>Claims a delivery of somebody who is not busy.</summary>
    /// <param name="claimAsync">Passes over those who are.</param>
    /// <returns>Null when none was claimed. Counts until it is disposed.</returns>
    public async Task<TakenDelivery?> TakeAsync(
        ChannelKind kind,
        Func<BusyTargets, Task<Delivery?>> claimAsync,
        CancellationToken cancellationToken
    )
    {
        await turns[kind].WaitAsync(cancellationToken);
        try
        {
            return await claimAsync(BusyOf(kind)) is { } delivery ? Take(delivery) : null;
        }
        finally
        {
            turns[kind].Release();
        }
    }

    private TakenDelivery Take(Delivery delivery)
    {
        List<Taker> takers = [new(delivery.Kind, IsHost: false, delivery.Owner)];
        if (delivery.Host.Length > 0)
            takers.Add(new(delivery.Kind, IsHost: true, delivery.Host));
        lock (gate)
        {
            foreach (var one in takers)
                taken[one] = taken.GetValueOrDefault(one) + 1;
        }

        return new TakenDelivery(delivery, () => GiveBack(takers));
    }

    private void GiveBack(List<Taker> takers)
    {
        var wasBusy = false;
        lock (gate)
        {
            foreach (var one in takers)
            {
                wasBusy |= taken[one] >= MostAtOnce;
                if (--taken[one] == 0)
                    taken.Remove(one);
            }
        }

        if (wasBusy)
            bell.Ring(); // others may have waited for it
    }

    private sealed record Taker(ChannelKind Kind, bool IsHost, string Name);
}

/// <summary>A delivery that was claimed, and that counts as its client's and its host's until this is disposed.</summary>
public sealed class TakenDelivery(Delivery delivery, Action giveBack) : IDisposable
{
    public Delivery Delivery => delivery;

    public void Dispose() => giveBack();
}
