using Microsoft.Extensions.Logging.Abstractions;
using Moq;
using Vigint.Application.Alerts;
using Vigint.Application.Audit;
using Vigint.Application.Clients;
using Vigint.Application.Common;
using Vigint.Application.Media;
using Vigint.Application.Storage;
using Vigint.Application.Videos;
using Vigint.Application.Videos.Renditions;
using Vigint.Application.Videos.TakeInFolder;
using Vigint.Domain.Videos;
using Vigint.TestSupport;

namespace Vigint.UnitTests.Alerts;

/// <summary>Stills of one stored video, over an encoder and a folder that a test sets up.</summary>
internal sealed class MockedStills : IDisposable
{
    private readonly Journal<AuditEvent> journal;
    private readonly VideoStore store;

    public MockedStills(TimeProvider clock, bool areMade = true)
    {
        var videos = Mock.Of<IVideoRecords>(one =>
            one.FindAsync(Video.Id, null, It.IsAny<CancellationToken>()) == Task.FromResult<Video?>(Video)
        );
        Files.Setup(one => one.Original(Video.Id, It.IsAny<IScratchFolder>())).Returns(new MediaFile("original"));
        Work.Setup(one => one.At(It.IsAny<string>())).Returns((string name) => new MediaFile(name));
        var report = new MediaReport(
            MediaContainer.Mp4,
            4096,
            TimeSpan.FromSeconds(5),
            new VideoTrack("mpeg4", null, null, null, 320, 240, 0, 25),
            null,
            125,
            true
        );
        var probe = Mock.Of<IVideoProbe>(one =>
            one.ReadAsync(It.IsAny<MediaFile>(), It.IsAny<CancellationToken>()) == Task.FromResult(report)
        );
        journal = new Journal<AuditEvent>((_, _) => Task.CompletedTask, clock);
        var space = Mock.Of<IStorageSpace>(one => one.Measure() == new DiskSpace(1L << 40, 1L << 39));
        var options = new RenditionOptions(areMade);
        store = new VideoStore(
            videos,
            Mock.Of<IVideoFolder>(),
            Mock.Of<IClientRecords>(),
            Mock.Of<IRenditionRecords>(),
            Files.Object,
            new RenditionLine(options),
            new LinkCache(),
            new StorageRoom(space, Mock.Of<IStorageTotals>(), new StorageOptions(null), clock),
            new TokenKey("key"),
            new TakeInProgress(),
            new AuditTrail(journal, clock),
            NullLogger<VideoStore>.Instance
        );
        Stills = new AlertStills(
            store,
            Files.Object,
            options,
            Mock.Of<IScratch>(one => one.NewFolder() == Work.Object),
            probe,
            Encoder.Object,
            new EncoderGate(new EncoderOptions(1, 1, 1 << 20, TimeSpan.FromMinutes(1)), new EncoderMetrics(A.Meters), clock),
            clock,
            NullLogger<AlertStills>.Instance
        );
    }

    public Video Video { get; } = A.Video();

    public Mock<IRenditionFiles> Files { get; } = new();

    /// <summary>Where a still is made.</summary>
    public Mock<IScratchFolder> Work { get; } = new();

    public Mock<IVideoEncoder> Encoder { get; } = new();

    public AlertStills Stills { get; }

    public void Dispose()
    {
        store.Dispose();
        journal.Dispose();
    }
}
