using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Moq;
using Vigint.Application.Storage;
using Vigint.Domain.Videos;

namespace Vigint.UnitTests.Storage;

public sealed class StorageMetricsTests
{
    private readonly Mock<IStorageTotals> stored = new();
    private ServiceProvider provider = null!;
    private StorageMetrics metrics = null!;
    private MeterListener listener = null!;
    private Dictionary<string, long> told = null!;

    [SetUp]
    public void NewMetrics()
    {
        provider = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var meters = provider.GetRequiredService<IMeterFactory>();
        var space = Mock.Of<IStorageSpace>(one => one.Measure() == new DiskSpace(1000, 400));
        var room = new StorageRoom(space, stored.Object, new StorageOptions(null), TimeProvider.System);
        stored
            .Setup(one => one.TotalsAsync(null, It.IsAny<DateTimeOffset>(), It.IsAny<CancellationToken>()))
            .ReturnsAsync(new StorageTotals(3, 600, 1, null));
        told = [];
        listener = new MeterListener
        {
            InstrumentPublished = (instrument, listening) =>
            {
                if (ReferenceEquals(instrument.Meter.Scope, meters))
                    listening.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, _, _) => told[instrument.Name] = value);
        listener.Start();
        metrics = new StorageMetrics(meters, stored.Object, room, TimeProvider.System);
    }

    [TearDown]
    public void Stop()
    {
        listener.Dispose();
        provider.Dispose();
    }

    [Test]
    public void Before_it_is_known_nothing_is_told()
    {
        listener.RecordObservableInstruments();

        Assert.That(told, Is.Empty);
    }

    [Test]
    public async Task What_was_found_out_last_is_told()
    {
        await metrics.MeasureAsync(CancellationToken.None);
        listener.RecordObservableInstruments();

        Assert.That(
            told,
            Is.EquivalentTo(
                new Dictionary<string, long>
                {
                    ["vigint.storage.videos"] = 3,
                    ["vigint.storage.usage"] = 600,
                    ["vigint.storage.expired"] = 1,
                    ["vigint.storage.free"] = 400,
                    ["vigint.storage.limit"] = 1000,
                }
            )
        );
    }

    [Test]
    public async Task When_the_database_is_away_nothing_is_told_instead_of_what_was()
    {
        await metrics.MeasureAsync(CancellationToken.None);
        stored
            .Setup(one => one.TotalsAsync(null, It.IsAny<DateTimeOffset>(), It.IsAny<CancellationToken>()))
            .ThrowsAsync(VideoRefusals.StorageAway());
        await metrics.MeasureAsync(CancellationToken.None);
        listener.RecordObservableInstruments();

        Assert.That(told, Is.Empty);
    }
}
