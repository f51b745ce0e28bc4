namespace Vigint.Application.Alerts;

/// <summary>Wakes those who deliver: something is due sooner than they know of.</summary>
public sealed class DeliverySignal
{
    private readonly Lock gate = new();
    private TaskCompletionSource next = NewRing();

    /// <summary>Take it before you look for due deliveries, and wait for it when there are none.</summary>
    public Task NextRing
    {
        get
        {
            lock (gate)
                return next.Task;
        }
    }

    public void Ring()
    {
        lock (gate)
        {
            next.TrySetResult();
            next = NewRing();
        }
    }

    private static TaskCompletionSource NewRing() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
