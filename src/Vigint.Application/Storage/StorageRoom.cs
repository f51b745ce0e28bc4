using Vigint.Domain.Clients;
using Vigint.Domain.Videos;

namespace Vigint.Application.Storage;

/// <param name="QuotaBytes">Most that the stored videos may take together; null: as much as the disk holds.</param>
public sealed record StorageOptions(long? QuotaBytes)
{
    /// <summary>The largest body of one call, which a client may send at any time.</summary>
    public long LargestCallBytes { get; init; } = long.MaxValue;
}

/// <summary>
/// Whether another video fits: on the disk, in the quota, and beside the calls that are under way. What was announced is set aside, but
/// only as far as it comes, and of one client's never more than half of what is free: nobody takes the room from the others by
/// announcing.
/// </summary>
public sealed class StorageRoom(IStorageSpace space, IStorageTotals stored, StorageOptions options, TimeProvider clock)
{
    private const long MostKeptFree = 64L * 1024 * 1024;

    // What was announced counts in full at first, then what comes in so long at the pace so far; and not at all once nothing comes.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Ahead = TimeSpan.FromMinutes(10);

    // Of a client that has too much under way: about when some of it has ended.
    private static readonly TimeSpan AgainAfter = TimeSpan.FromSeconds(30);

    private readonly Lock gate = new();

    // One per call under way, and per file that is kept of one.
    private readonly HashSet<RoomReservation> reservations = [];
    private long? storedBytes;
    private long receivingBytes;

    /// <summary>The disk, or the quota where one is set.</summary>
    public async Task<DiskSpace> MeasureAsync(CancellationToken cancellationToken)
    {
        await KnowStoredAsync(cancellationToken);
        var (total, free) = Measure();
        return new DiskSpace(total, Math.Max(0, free));
    }

    /// <summary>When less than this is free the operator should act: a tenth, and at most a gigabyte.</summary>
    public static bool IsLow(DiskSpace measured) => measured.FreeBytes < Math.Min(measured.TotalBytes / 10, 1L << 30);

    /// <summary>What no upload may take of a disk, in bytes: its sidecars, its database and its log need some too.</summary>
    public static long KeptFreeOn(long diskBytes) => Math.Min(MostKeptFree, diskBytes / 50);

    /// <summary>Sets room aside for a call; disposing gives back what it has not used.</summary>
    /// <param name="expectedBytes">What the caller announced; 0 when it did not.</param>
    /// <exception cref="Domain.RefusedException">
    /// <see cref="Domain.Refusal.NoRoom"/> when it does not fit; <see cref="Domain.Refusal.TooMany"/> when the client has too much under
    /// way.
    /// </exception>
    public async Task<RoomReservation> ReserveAsync(long expectedBytes, RoomTaker taker, CancellationToken cancellationToken)
    {
        await KnowStoredAsync(cancellationToken);
        lock (gate)
        {
            var measured = Measure().FreeBytes;
            if (expectedBytes > 0)
                RequireShare(taker, expectedBytes, measured);
            var free = measured - PromisedTo(taker, measured);
            if (expectedBytes > free - KeptFree())
                throw VideoRefusals.NoRoom(free);
            var reservation = new RoomReservation(this, taker, expectedBytes, clock.GetTimestamp());
            reservations.Add(reservation);
            return reservation;
        }
    }

    /// <summary>How large one more file may become, in bytes.</summary>
    public async Task<long> FreeForOneAsync(CancellationToken cancellationToken)
    {
        await KnowStoredAsync(cancellationToken);
        return Math.Max(0, Measure().FreeBytes - KeptFree());
    }

    internal void StoredChangedBy(long bytes)
    {
        lock (gate)
            storedBytes += bytes;
    }

    /// <summary>Has the sum read again, after the index was changed from the folder.</summary>
    internal void ReadAgain()
    {
        lock (gate)
            storedBytes = null;
    }

    /// <summary>Counts what is kept without a reservation, within a bound of another kind.</summary>
    /// <param name="bytes">Less than 0 when it becomes less.</param>
    internal void CountKept(long bytes)
    {
        lock (gate)
            receivingBytes += bytes;
    }

    /// <returns>What the reservation has received in all.</returns>
    internal long Receive(RoomReservation reservation, long bytes)
    {
        lock (gate)
        {
            reservation.PromiseLeft -= Math.Min(reservation.PromiseLeft, bytes);
            reservation.Received += bytes;
            reservation.LastCameAt = clock.GetTimestamp();
            receivingBytes += bytes;
            return reservation.Received;
        }
    }

    /// <exception cref="Domain.RefusedException"><see cref="Domain.Refusal.TooMany"/> when the client has too much under way.</exception>
    internal void RequireShare(RoomTaker taker)
    {
        if (!taker.IsBounded)
            return;
        var measured = Measure().FreeBytes;
        lock (gate)
            RequireShare(taker, 0, measured);
    }

    /// <exception cref="Domain.RefusedException">
    /// <see cref="Domain.Refusal.NoRoom"/> when what is being received no longer fits.
    /// </exception>
    internal void RequireRoom()
    {
        var free = Measure().FreeBytes;
        if (free < KeptFree())
            throw VideoRefusals.NoRoom(free);
    }

    internal void Release(RoomReservation reservation)
    {
        lock (gate)
        {
            if (reservations.Remove(reservation))
                receivingBytes -= reservation.Received;
        }
    }

    // One largest call is always allowed, and as many as together take no more than half of what there is room for.
    private void RequireShare(RoomTaker taker, long growth, long measured)
    {
        if (!taker.IsBounded)
            return;
        var own = reservations.Where(one => one.Taker == taker).Sum(one => one.Received + one.PromiseLeft);
        var received = reservations.Where(one => one.Taker == taker).Sum(one => one.Received);
        var ceiling = Math.Max(options.LargestCallBytes, (Math.Max(0, measured) + received) / 2);
        if (own + growth > ceiling)
            throw ClientRefusals.TooMuchAtOnce(ceiling, ceiling - own, AgainAfter);
    }

    // The client's own promises count in full against it, those of each other client up to half of what is free.
    private long PromisedTo(RoomTaker taker, long free) =>
        reservations
            .Where(one => one.PromiseLeft > 0)
            .GroupBy(one => one.Taker.Owner)
            .Sum(group => group.Key == taker.Owner ? group.Sum(Promised) : Math.Min(group.Sum(Promised), Math.Max(0, free / 2)));

    private long Promised(RoomReservation one)
    {
        var since = clock.GetElapsedTime(one.BeganAt);
        if (since < Grace)
            return one.PromiseLeft;
        if (clock.GetElapsedTime(one.LastCameAt) >= Grace)
            return 0;
        return (long)Math.Min(one.PromiseLeft, one.Received * (Ahead / since));
    }

    // Free is negative while what is being received exceeds the quota.
    private DiskSpace Measure()
    {
        var disk = space.Measure();
        if (options.QuotaBytes is not { } quota)
            return disk;
        lock (gate)
            return new DiskSpace(quota, Math.Min(quota - (storedBytes ?? 0) - receivingBytes, disk.FreeBytes));
    }

    // A quota is not a disk: it may be used to its end.
    private long KeptFree() => options.QuotaBytes is null ? KeptFreeOn(space.Measure().TotalBytes) : 0;

    private async Task KnowStoredAsync(CancellationToken cancellationToken)
    {
        if (options.QuotaBytes is null || IsStoredKnown())
            return;
        var totals = await stored.TotalsAsync(scope: null, clock.GetUtcNow(), cancellationToken);
        lock (gate)
            storedBytes ??= totals.SizeBytes;
    }

    private bool IsStoredKnown()
    {
        lock (gate)
            return storedBytes is not null;
    }
}
