using Vigint.Application.Videos;
using Vigint.Domain.Videos;

namespace Vigint.Application.Storage;

/// <param name="QuotaBytes">Most that the stored videos may take together; null: as much as the disk holds.</param>
public sealed record StorageOptions(long? QuotaBytes);

/// <summary>Whether another video fits: on the disk, in the quota, and beside the uploads that are under way.</summary>
public sealed class StorageRoom(IStorageSpace space, IVideoRecords records, StorageOptions options, TimeProvider clock)
{
    private const long MostKeptFree = 64L * 1024 * 1024;

    private readonly Lock gate = new();
    private long? storedBytes;
    private long promisedBytes;
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

    /// <summary>Sets room aside for an upload; disposing gives back what it has not used.</summary>
    /// <param name="expectedBytes">What the caller announced; 0 when it did not.</param>
    /// <exception cref="Domain.RefusedException"><see cref="Domain.Refusal.NoRoom"/> when it does not fit.</exception>
    public async Task<RoomReservation> ReserveAsync(long expectedBytes, CancellationToken cancellationToken)
    {
        await KnowStoredAsync(cancellationToken);
        var reservation = new RoomReservation(this, expectedBytes);
        lock (gate)
        {
            var free = Measure().FreeBytes - promisedBytes;
            if (expectedBytes > free - KeptFree())
                throw VideoRefusals.NoRoom(free);
            promisedBytes += expectedBytes;
        }

        return reservation;
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

    internal void Receive(long bytes, long ofPromise)
    {
        lock (gate)
        {
            promisedBytes -= ofPromise;
            receivingBytes += bytes;
        }
    }

    /// <exception cref="Domain.RefusedException"><see cref="Domain.Refusal.NoRoom"/> when what is being received no longer fits.</exception>
    internal void RequireRoom()
    {
        var free = Measure().FreeBytes;
        if (free < KeptFree())
            throw VideoRefusals.NoRoom(free);
    }

    internal void Release(long receivedBytes, long promiseLeft)
    {
        lock (gate)
        {
            promisedBytes -= promiseLeft;
            receivingBytes -= receivedBytes;
        }
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
        var totals = await records.TotalsAsync(scope: null, clock.GetUtcNow(), cancellationToken);
        lock (gate)
            storedBytes ??= totals.SizeBytes;
    }

    private bool IsStoredKnown()
    {
        lock (gate)
            return storedBytes is not null;
    }
}

/// <summary>The room of one upload under way.</summary>
public sealed class RoomReservation(StorageRoom room, long expectedBytes) : IDisposable
{
    // The disk is asked again after this much, not for every few kilobytes.
    private const long AskEvery = 4L * 1024 * 1024;

    private long received;
    private long promiseLeft = expectedBytes;
    private long askAt;

    /// <summary>To be told before each write.</summary>
    /// <exception cref="Domain.RefusedException"><see cref="Domain.Refusal.NoRoom"/> when the disk has filled up meanwhile.</exception>
    public void Use(long bytes)
    {
        var ofPromise = Math.Min(promiseLeft, bytes);
        promiseLeft -= ofPromise;
        received += bytes;
        room.Receive(bytes, ofPromise);
        if (received < askAt)
            return;
        askAt = received + AskEvery;
        RequireRoom();
    }

    /// <summary>To be asked once more when all has arrived.</summary>
    /// <exception cref="Domain.RefusedException"><see cref="Domain.Refusal.NoRoom"/> when it does not fit after all.</exception>
    public void RequireRoom() => room.RequireRoom();

    public void Dispose()
    {
        room.Release(received, promiseLeft);
        received = promiseLeft = 0;
    }
}
