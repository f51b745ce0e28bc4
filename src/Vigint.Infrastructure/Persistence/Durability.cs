namespace Vigint.Infrastructure.Persistence;

/// <summary>
/// What a loss of power may take back of a write that has returned. A crash of the program takes nothing back, either way.
/// </summary>
internal enum Durability
{
    /// <summary>
    /// Nothing: it is on the disk before the write returns. For all that only the database knows: alerts and their deliveries, clients and
    /// keys, erasures, used links, calls under an idempotency key, what the models cost.
    /// </summary>
    Durable,

    /// <summary>
    /// The last seconds. For journals, and for what is made anew from the storage folder (docs/decisions/0003-sidecars-are-the-truth.md).
    /// On PostgreSQL, which writes for many at once, it is as durable as all else.
    /// </summary>
    Journal,
}
