using Microsoft.Extensions.Logging.Abstractions;
using Moq;
using Vigint.Application.Alerts;
using Vigint.Application.Audit;
using Vigint.Application.Common;
using Vigint.Application.Media;
using Vigint.Application.Renditions;
using Vigint.Application.Storage;
using Vigint.Application.Videos;
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
        var videos = Mock.Of<IVideoRecords>(one => one.FindAsync(Video.Id, null, It.IsAny<CancellationToken>()) == Task.FromResult<Video?>(Video));
        Files.Setup(one => one.Original(Video.Id, It.IsAny<IScratchFolder>())).Returns(new MediaFile("original"));
        Files.Setup(one => one.Find(Video.Key)).Returns(new KeptFiles(0, A.Noon, 0));
        var work = new Mock<IScratchFolder>();
        work.Setup(one => one.At(It.IsAny<string>())).Returns((string name) => new MediaFile(name));
        journal = new Journal<AuditEvent>((_, _) => Task.CompletedTask, clock);
        var space = Mock.Of<IStorageSpace>(one => one.Measure() == new DiskSpace(1L << 40, 1L << 39));
        var options = new RenditionOptions(areMade);
        store = new VideoStore(
            videos, Mock.Of<IVideoFolder>(), Mock.Of<IRenditionRecords>(), Files.Object, new RenditionLine(options), new LinkCache(),
            new StorageRoom(space, videos, new StorageOptions(null), clock), new TokenKey("key"), new TakeInProgress(),
            new AuditTrail(journal, new VideoMetrics(A.Meters), clock), NullLogger<VideoStore>.Instance);
        Stills = new AlertStills(
            store, Files.Object, options, Mock.Of<IScratch>(one => one.NewFolder() == work.Object), Mock.Of<IVideoProbe>(), Encoder.Object,
            new EncoderGate(new EncoderOptions(1, 1, 1 << 20, TimeSpan.FromMinutes(1)), new EncoderMetrics(A.Meters), clock), clock,
            NullLogger<AlertStills>.Instance);
    }

    public Video Video { get; } = A.Video();

    public Mock<IRenditionFiles> Files { get; } = new();

    public Mock<IVideoEncoder> Encoder { get; } = new();

    public AlertStills Stills { get; }

    public void Dispose()
    {
        store.Dispose();
        journal.Dispose();
    }
}
