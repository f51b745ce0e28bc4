namespace Vigint.Application.Alerts;

/// <summary>Wakes those who deliver: something is due sooner than they know of.</summary>
public sealed class DeliveryBell
{
    private readonly Lock gate = new();
    private TaskCompletionSource next = NewRing();

    /// <summary>To be taken before looking for what is due, and waited for when nothing is.</summary>
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
