using Vigint.Domain;
using Vigint.Domain.Alerts;

namespace Vigint.Application.Alerts;

/// <summary>
/// The ways by which alerts go to people, and every attempt. Whoever tries one claims it first, for a time; of two who want the same one
/// gets it. Every method throws <see cref="Refusal.Unavailable"/> when the database is away.
/// </summary>
public interface IDeliveryRecords
{
    /// <summary>Claims the one that has been due for longest.</summary>
    /// <param name="busy">Whose are passed over.</param>
    /// <returns>Null when none is due.</returns>
    Task<Delivery?> ClaimNextAsync(ChannelKind kind, BusyTargets busy, Claim claim, CancellationToken cancellationToken);

    /// <summary>When the next one is due, or a claim ends.</summary>
    /// <param name="busy">Whose are passed over.</param>
    /// <returns>Null when none is queued.</returns>
    Task<DateTimeOffset?> NextDueAsync(ChannelKind kind, BusyTargets busy, CancellationToken cancellationToken);

    Task<bool> AnyQueuedAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Makes all that are queued due at once, those too that this installation had claimed; others' claims stay until they end.
    /// </summary>
    Task TakeUpAsync(string installation, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>
    /// Makes all that are queued due at once after the clock was set, and gives them the day that they have: one that was begun an hour
    /// before a step ahead is an hour old after it. Claims that the new time has ended, or makes longer than any, end.
    /// </summary>
    /// <param name="step">By how much; less than nothing for back.</param>
    Task TakeUpStepAsync(DateTimeOffset now, TimeSpan step, CancellationToken cancellationToken);

    /// <summary>
    /// Makes those due at once that are due, or claimed, for longer than <see cref="DeliverySchedule.LongestWait"/>: another clock dated
    /// them.
    /// </summary>
    /// <returns>How many.</returns>
    Task<int> PutRightAsync(DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Begins the mail of an alert once more, and claims it; other ways that failed are queued again.</summary>
    /// <returns>Null when it is claimed by somebody.</returns>
    Task<Delivery?> BeginAgainAsync(AlertId id, Claim claim, CancellationToken cancellationToken);

    /// <summary>Records how an attempt ended, and what is to be done next. May be called again with the same attempt.</summary>
    /// <param name="by">Who claimed it: a failure of somebody whose claim has ended changes nothing.</param>
    Task RecordAsync(Attempt attempt, string by, CancellationToken cancellationToken);

    /// <summary>Gives a claim back under which nothing was tried; nothing if it has ended meanwhile.</summary>
    /// <param name="by">Who claimed it.</param>
    Task PutBackAsync(Delivery delivery, string by, DateTimeOffset due, CancellationToken cancellationToken);

    /// <param name="since">Alerts before it are left out of those that failed.</param>
    /// <returns>One for each way of which there is something to tell.</returns>
    Task<IReadOnlyList<DeliveryBacklog>> BacklogAsync(DateTimeOffset since, CancellationToken cancellationToken);

    /// <summary>With all their attempts, the oldest first.</summary>
    Task<IReadOnlyList<DeliveryHistory>> OfAlertAsync(AlertId id, CancellationToken cancellationToken);
}

/// <summary>One way by which an alert goes to people.</summary>
/// <param name="Owner">Whose alert it is.</param>
/// <param name="Address">A mail address, or a URL.</param>
/// <param name="Begun">When it was first to be sent, or sent once more.</param>
/// <param name="Attempts">How often it was tried since.</param>
public sealed record Delivery(
    string Id,
    AlertId AlertId,
    string Owner,
    ChannelKind Kind,
    string Address,
    DateTimeOffset Begun,
    int Attempts
)
{
    /// <summary>
    /// The host that it goes to, with its port; empty for mail, which all goes by one server, and for what is no address: it fails by
    /// itself.
    /// </summary>
    public string Host => Kind != ChannelKind.Mail && Uri.TryCreate(Address, UriKind.Absolute, out var address) ? address.Authority : "";
}

/// <summary>Clients and hosts that have their share of those who deliver, see <see cref="DeliveryShares"/>.</summary>
public sealed record BusyTargets(IReadOnlyList<string> Owners, IReadOnlyList<string> Hosts)
{
    public static BusyTargets None { get; } = new([], []);
}

/// <summary>What was not delivered by one way.</summary>
/// <param name="Oldest">When the one was begun that waits longest; null when none waits.</param>
public sealed record DeliveryBacklog(ChannelKind Kind, long Queued, DateTimeOffset? Oldest, long Failed);

/// <summary>Leave to try a delivery.</summary>
/// <param name="By">The installation, see <see cref="IInstallationName"/>.</param>
/// <param name="Until">When others may try it.</param>
public sealed record Claim(string By, DateTimeOffset At, DateTimeOffset Until);

/// <param name="Claim">Null when any server may try it at once.</param>
public sealed record PlannedDelivery(Delivery Delivery, Claim? Claim);

/// <param name="Delivery">As it was claimed.</param>
/// <param name="State">What it leads to: <see cref="AlertState.Queued"/> when it is tried again.</param>
/// <param name="Next">When; null unless it is tried again.</param>
/// <param name="Answer">What the other side said.</param>
public sealed record Attempt(
    string Id,
    Delivery Delivery,
    DateTimeOffset At,
    TimeSpan Took,
    AlertState State,
    DateTimeOffset? Next,
    string Answer
)
{
    /// <summary>How often it has been tried, with this one.</summary>
    public int Number => Delivery.Attempts + 1;

    public bool HasSucceeded => State is AlertState.Delivered or AlertState.Outbox;
}

/// <param name="Next">When it is tried next; null unless it is queued.</param>
public sealed record DeliveryHistory(
    ChannelKind Kind,
    string Address,
    AlertState State,
    DateTimeOffset? Next,
    IReadOnlyList<PastAttempt> Attempts
);

/// <param name="HasSucceeded">Whether the message was handed over.</param>
public sealed record PastAttempt(DateTimeOffset At, TimeSpan Took, bool HasSucceeded, string Answer);
