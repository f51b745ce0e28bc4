using System.Diagnostics.Metrics;
using Vigint.Application.Common;
using Vigint.Domain;

namespace Vigint.Application.Storage;

/// <summary>
/// How full the storage was at the last look, and what the sweep has deleted. Reading it needs neither disk nor database.
/// </summary>
public sealed class StorageMetrics
{
    private readonly IStorageTotals stored;
    private readonly StorageRoom room;
    private readonly TimeProvider clock;
    private readonly Counter<long> swept;
    private volatile Measured? last;

    public StorageMetrics(IMeterFactory meters, IStorageTotals stored, StorageRoom room, TimeProvider clock)
    {
        this.stored = stored;
        this.room = room;
        this.clock = clock;
        var meter = VigintMeter.Of(meters);
        swept = meter.CreateCounter<long>(
            "vigint.sweep.videos",
            "{video}",
            "Expired videos that the sweep came to, by outcome: deleted, or failed and tried again."
        );
        Gauge("vigint.storage.videos", "{video}", "Videos that are stored.", static one => one.Videos.Count);
        Gauge("vigint.storage.usage", "By", "What the videos take, and what was made of them.", static one => one.Videos.SizeBytes);
        Gauge(
            "vigint.storage.expired",
            "{video}",
            "Videos whose links have ended and which the next sweep deletes.",
            static one => one.Videos.EndedCount
        );
        Gauge(
            "vigint.storage.free",
            "By",
            "Room that is left: on the disk, or of the quota where one is set.",
            static one => one.Space.FreeBytes
        );
        Gauge("vigint.storage.limit", "By", "Size of the disk, or of the quota where one is set.", static one => one.Space.TotalBytes);

        void Gauge(string name, string unit, string description, Func<Measured, long> value) =>
            meter.CreateObservableGauge(
                name,
                () => last is { } known ? [new Measurement<long>(value(known))] : Array.Empty<Measurement<long>>(),
                unit,
                description
            );
    }

    /// <summary>Measures how full the storage is. When that fails, the metrics are absent instead of out of date.</summary>
    public async Task MeasureAsync(CancellationToken cancellationToken)
    {
        Measured? found = null;
        try
        {
            found = new Measured(
                await stored.TotalsAsync(scope: null, clock.GetUtcNow(), cancellationToken),
                await room.MeasureAsync(cancellationToken)
            );
        }
        catch (RefusedException)
        {
            // The database or the disk is away. Health and the log say so.
        }
        finally
        {
            last = found;
        }
    }

    /// <summary>Also of none: a series that is there before the first failure shows it.</summary>
    public void Swept(int deleted, int failed)
    {
        swept.Add(deleted, KeyValuePair.Create<string, object?>("outcome", "deleted"));
        swept.Add(failed, KeyValuePair.Create<string, object?>("outcome", "failed"));
    }

    private sealed record Measured(StorageTotals Videos, DiskSpace Space);
}
