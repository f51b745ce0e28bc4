using Microsoft.Extensions.Logging.Abstractions;
using Moq;
using Vigint.Application.Alerts;
using Vigint.Application.Media;
using Vigint.Application.Videos;
using Vigint.Application.Videos.Renditions;
using Vigint.Domain.Videos;
using Vigint.TestSupport;

namespace Vigint.UnitTests.Alerts;

/// <summary>Stills of one stored video, over an encoder and a folder that a test sets up.</summary>
internal sealed class MockedStills : IDisposable
{
    private readonly StoredVideos stored;

    public MockedStills(TimeProvider clock, bool areMade = true)
    {
        var videos = Mock.Of<IVideoRecords>(one =>
            one.FindAsync(Video.Id, null, It.IsAny<CancellationToken>()) == Task.FromResult<Video?>(Video)
        );
        var folder = Mock.Of<IVideoFolder>(one => one.Share(Video.Id, It.IsAny<IScratchFolder>()) == new MediaFile("original"));
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
        var options = new RenditionOptions(areMade);
        stored = new StoredVideos(videos, folder, renditionFiles: Files.Object, clock: clock, isTakenIn: true);
        Stills = new AlertStills(
            stored.Finder,
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

    public void Dispose() => stored.Dispose();
}
