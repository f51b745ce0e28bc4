namespace Vigint.Domain.Alerts;

/// <summary>How one attempt to deliver ended. No text of it holds a secret.</summary>
public abstract record DeliveryOutcome
{
    private DeliveryOutcome() { }

    /// <summary>The other side has it.</summary>
    /// <param name="Answer">What it answered, for the record.</param>
    /// <param name="InOutbox">It is a file that nobody has sent yet.</param>
    public sealed record Delivered(string Answer, bool InOutbox = false) : DeliveryOutcome;

    /// <summary>Not now: another attempt may succeed.</summary>
    /// <param name="Reason">For the record and for the caller.</param>
    public sealed record TryLater(string Reason) : DeliveryOutcome;

    /// <summary>The other side will not have it, however often it is tried.</summary>
    /// <param name="Reason">For the record and for the caller.</param>
    public sealed record GiveUp(string Reason) : DeliveryOutcome;

    /// <summary>Other deliveries left it no turn: nobody was asked, and it counts as no attempt.</summary>
    public sealed record NoTurn : DeliveryOutcome;
}
