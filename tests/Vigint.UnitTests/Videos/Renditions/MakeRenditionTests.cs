using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Moq;
using Vigint.Application.Media;
using Vigint.Application.Storage;
using Vigint.Application.Videos;
using Vigint.Application.Videos.Renditions;
using Vigint.Application.Videos.Renditions.MakeRendition;
using Vigint.Domain.Media;
using Vigint.Domain.Videos;
using Vigint.TestSupport;

namespace Vigint.UnitTests.Videos.Renditions;

/// <summary>What becomes of a rendition when something is in the way.</summary>
public sealed class MakeRenditionTests
{
    private static readonly Video Clip = A.Video();

    private static readonly MediaReport Mpeg4 = new(
        MediaContainer.Mp4,
        4096,
        TimeSpan.FromSeconds(5),
        new VideoTrack("mpeg4", null, null, "yuv420p", 320, 240, 0, 25),
        null,
        1,
        IndexIsInFront: true
    );

    private static readonly MediaReport H264 = Mpeg4 with { Video = Mpeg4.Video with { Codec = "h264", Profile = "Main", Level = 30 } };

    private readonly FakeTimeProvider clock = new(A.Noon);
    private Mock<IVideoRecords> videos = null!;
    private Mock<IRenditionRecords> records = null!;
    private Mock<IRenditionFiles> files = null!;
    private Mock<IVideoProbe> probe = null!;
    private Mock<IVideoEncoder> encoder = null!;
    private Mock<IStorageSpace> space = null!;
    private List<Rendition> saved = null!;
    private Mock<IContainerReader> containers = null!;
    private StoredVideos stored = null!;
    private MakeRenditionHandler handler = null!;

    [SetUp]
    public void Open()
    {
        saved = [];
        videos = new Mock<IVideoRecords>();
        videos.Setup(v => v.FindAsync(Clip.Id, null, It.IsAny<CancellationToken>())).ReturnsAsync(Clip);
        records = new Mock<IRenditionRecords>();
        records.Setup(r => r.SaveAsync(Capture.In(saved), It.IsAny<CancellationToken>())).ReturnsAsync(true);
        files = new Mock<IRenditionFiles>();
        files.Setup(f => f.Find(Clip.Key)).Returns(new KeptFiles(0, A.Noon, 0));
        files
            .Setup(f => f.Keep(Clip.Key, It.IsAny<MediaFile?>(), It.IsAny<MediaFile?>()))
            .Returns(
                (VideoKey _, MediaFile? playable, MediaFile? poster) =>
                    new KeptFiles(playable is null ? 0 : 1000, A.Noon, poster is null ? 0 : 50)
            );
        probe = new Mock<IVideoProbe>();
        Finds(Mpeg4);
        encoder = new Mock<IVideoEncoder>();
        space = new Mock<IStorageSpace>();
        space.Setup(s => s.Measure()).Returns(new DiskSpace(1L << 40, 1L << 39));
        var made = new Mock<VideoBytes>();
        made.Setup(m => m.SizeBytes).Returns(1000);
        var work = new Mock<IScratchFolder>();
        work.Setup(w => w.At(It.IsAny<string>())).Returns((string name) => new MediaFile(name));
        work.Setup(w => w.Open(It.IsAny<string>())).Returns(made.Object);
        var scratch = new Mock<IScratch>();
        scratch.Setup(s => s.NewFolder()).Returns(work.Object);

        var folder = Mock.Of<IVideoFolder>(f => f.Share(Clip.Id, It.IsAny<IScratchFolder>()) == new MediaFile("original"));
        stored = new StoredVideos(
            videos.Object,
            folder,
            renditions: records.Object,
            renditionFiles: files.Object,
            space: space.Object,
            clock: clock,
            makesRenditions: true,
            isTakenIn: true
        );
        containers = new Mock<IContainerReader>();
        containers.Setup(c => c.Look(It.IsAny<VideoBytes>())).Returns(ContainerFinding.Video(new MediaFacts("video/mp4")));
        var gate = new EncoderGate(new EncoderOptions(1, 1, 1 << 20, TimeSpan.FromMinutes(1)), new EncoderMetrics(A.Meters), clock);
        var making = new RenditionWork(
            files.Object,
            probe.Object,
            encoder.Object,
            stored.Room,
            new RenditionProgress(stored.Line, clock, NullLogger<RenditionProgress>.Instance),
            NullLogger<RenditionWork>.Instance
        );
        handler = new MakeRenditionHandler(
            stored.Renditions,
            gate,
            scratch.Object,
            containers.Object,
            making,
            NullLogger<MakeRenditionHandler>.Instance
        );
    }

    [TearDown]
    public void Close() => stored.Dispose();

    [Test]
    public async Task What_no_browser_plays_is_encoded_and_kept_with_its_still()
    {
        var result = await MakeAsync();

        Assert.That(result, Is.EqualTo(MakingResult.Settled));
        Assert.That((Last.State, Last.SizeBytes, Last.PosterBytes), Is.EqualTo((RenditionState.Ready, 1000L, 50L)));
    }

    [Test]
    public async Task That_it_is_begun_is_recorded_before_anything_is_done()
    {
        probe
            .Setup(p => p.ReadAsync(It.IsAny<MediaFile>(), It.IsAny<CancellationToken>()))
            .Callback(() => Assert.That((Last.State, Last.Attempts), Is.EqualTo((RenditionState.Preparing, 1))))
            .ReturnsAsync(H264);

        await MakeAsync();

        Assert.That(saved, Has.Count.EqualTo(2));
    }

    [Test]
    public async Task What_plays_as_it_is_is_ready_without_an_encoder_even_on_a_full_disk()
    {
        Finds(H264);
        space.Setup(s => s.Measure()).Returns(new DiskSpace(1L << 40, 0));

        await MakeAsync();

        Assert.That((Last.State, Last.SizeBytes, Last.PosterBytes), Is.EqualTo((RenditionState.Ready, 0L, 50L)));
        encoder.Verify(
            e =>
                e.MakePlayableAsync(
                    It.IsAny<MediaFile>(),
                    It.IsAny<MediaReport>(),
                    It.IsAny<PlayablePlan>(),
                    It.IsAny<MediaFile>(),
                    It.IsAny<IProgress<double>>(),
                    It.IsAny<CancellationToken>()
                ),
            Times.Never
        );
    }

    [Test]
    public async Task What_lies_there_whole_already_is_taken_without_an_encoder()
    {
        var kept = new KeptFiles(1000, A.Noon, 50);
        files.Setup(f => f.Find(Clip.Key)).Returns(kept);
        files.Setup(f => f.Keep(Clip.Key, null, null)).Returns(kept);

        await MakeAsync();

        Assert.That((Last.State, Last.SizeBytes), Is.EqualTo((RenditionState.Ready, 1000L)));
        probe.VerifyNoOtherCalls();
    }

    [Test]
    public async Task When_the_disk_is_full_it_is_put_off()
    {
        space.Setup(s => s.Measure()).Returns(new DiskSpace(1L << 40, 0));

        await MakeAsync();

        Assert.That((Last.State, Last.DueAt), Is.EqualTo((RenditionState.Preparing, A.Noon.AddMinutes(1))));
        Assert.That(Last.Reason, Does.StartWith("Disk full"));
    }

    [Test]
    public async Task What_cannot_be_decoded_has_failed_at_once()
    {
        probe.Setup(p => p.ReadAsync(It.IsAny<MediaFile>(), It.IsAny<CancellationToken>())).ThrowsAsync(MediaRefusals.CannotBeDecoded());

        await MakeAsync();

        Assert.That((Last.State, Last.Reason), Is.EqualTo((RenditionState.Failed, "The video cannot be decoded")));
    }

    [Test]
    public async Task What_takes_too_long_is_put_off_for_the_machine_may_have_been_busy()
    {
        encoder
            .Setup(e =>
                e.MakePlayableAsync(
                    It.IsAny<MediaFile>(),
                    It.IsAny<MediaReport>(),
                    It.IsAny<PlayablePlan>(),
                    It.IsAny<MediaFile>(),
                    It.IsAny<IProgress<double>>(),
                    It.IsAny<CancellationToken>()
                )
            )
            .ThrowsAsync(MediaRefusals.TookTooLong(900));

        await MakeAsync();

        Assert.That(Last.State, Is.EqualTo(RenditionState.Preparing));
    }

    [Test]
    public async Task What_cannot_be_copied_is_encoded_before_it_is_given_up()
    {
        Finds(H264 with { IndexIsInFront = false });
        encoder
            .Setup(e =>
                e.MakePlayableAsync(
                    It.IsAny<MediaFile>(),
                    It.IsAny<MediaReport>(),
                    It.Is<PlayablePlan>(plan => plan.Way == PlayableWay.Rewrap),
                    It.IsAny<MediaFile>(),
                    It.IsAny<IProgress<double>>(),
                    It.IsAny<CancellationToken>()
                )
            )
            .ThrowsAsync(MediaRefusals.CannotBeDecoded());

        await MakeAsync();

        Assert.That((Last.State, Last.SizeBytes), Is.EqualTo((RenditionState.Ready, 1000L)));
    }

    [TestCase(true, "", TestName = "What_would_play_as_it_is_and_is_damaged_is_encoded")]
    [TestCase(false, "Rewrap", TestName = "What_was_copied_and_is_damaged_is_encoded")]
    public async Task Damaged(bool isInFront, string before)
    {
        Finds(H264 with { IndexIsInFront = isInFront });
        probe
            .Setup(p => p.IsDamagedAsync(It.IsAny<MediaFile>(), It.IsAny<MediaReport>(), It.IsAny<CancellationToken>()))
            .ReturnsAsync(true);
        var plans = new List<PlayablePlan>();
        encoder.Setup(e =>
            e.MakePlayableAsync(
                It.IsAny<MediaFile>(),
                It.IsAny<MediaReport>(),
                Capture.In(plans),
                It.IsAny<MediaFile>(),
                It.IsAny<IProgress<double>>(),
                It.IsAny<CancellationToken>()
            )
        );

        await MakeAsync();

        Assert.That((Last.State, Last.SizeBytes), Is.EqualTo((RenditionState.Ready, 1000L)));
        Assert.That(string.Join(' ', plans.Select(plan => plan.Way)), Is.EqualTo($"{before} Encode".Trim()));
    }

    [Test]
    public async Task What_takes_too_long_to_look_through_is_taken_for_whole()
    {
        Finds(H264);
        probe
            .Setup(p => p.IsDamagedAsync(It.IsAny<MediaFile>(), It.IsAny<MediaReport>(), It.IsAny<CancellationToken>()))
            .ThrowsAsync(MediaRefusals.TookTooLong(900));

        await MakeAsync();

        Assert.That((Last.State, Last.SizeBytes), Is.EqualTo((RenditionState.Ready, 0L)));
    }

    [Test]
    public async Task A_playable_form_without_a_picture_is_not_called_ready()
    {
        probe
            .Setup(p => p.ReadAsync(new MediaFile("playable.mp4"), It.IsAny<CancellationToken>()))
            .ThrowsAsync(MediaRefusals.CannotBeDecoded());

        await MakeAsync();

        Assert.That((Last.State, Last.Reason), Is.EqualTo((RenditionState.Failed, "The video cannot be decoded")));
    }

    [Test]
    public async Task The_still_is_taken_from_the_playable_form()
    {
        await MakeAsync();

        encoder.Verify(
            e =>
                e.StillAsync(
                    new MediaFile("playable.mp4"),
                    It.IsAny<MediaReport>(),
                    It.IsAny<double?>(),
                    It.IsAny<MediaFile>(),
                    It.IsAny<CancellationToken>()
                ),
            Times.Once
        );
    }

    [Test]
    public async Task For_want_of_a_still_nothing_fails()
    {
        encoder
            .Setup(e =>
                e.StillAsync(
                    It.IsAny<MediaFile>(),
                    It.IsAny<MediaReport>(),
                    It.IsAny<double?>(),
                    It.IsAny<MediaFile>(),
                    It.IsAny<CancellationToken>()
                )
            )
            .ThrowsAsync(MediaRefusals.CannotBeDecoded());

        await MakeAsync();

        Assert.That((Last.State, Last.SizeBytes, Last.PosterBytes), Is.EqualTo((RenditionState.Ready, 1000L, 0L)));
    }

    [Test]
    public async Task Without_an_ffmpeg_no_attempt_is_counted()
    {
        probe.Setup(p => p.ReadAsync(It.IsAny<MediaFile>(), It.IsAny<CancellationToken>())).ThrowsAsync(MediaRefusals.NoEncoder());

        var result = await MakeAsync();

        Assert.That((result, Last.State, Last.Attempts), Is.EqualTo((MakingResult.NoEncoder, RenditionState.Preparing, 0)));
    }

    [Test]
    public void When_the_server_is_told_to_end_no_attempt_is_counted()
    {
        using var end = new CancellationTokenSource();
        probe
            .Setup(p => p.ReadAsync(It.IsAny<MediaFile>(), It.IsAny<CancellationToken>()))
            .Returns(
                async (MediaFile _, CancellationToken token) =>
                {
                    await end.CancelAsync();
                    token.ThrowIfCancellationRequested();
                    return Mpeg4;
                }
            );

        Assert.That(() => handler.Handle(new MakeRenditionCommand(Clip.Key), end.Token), Throws.InstanceOf<OperationCanceledException>());

        Assert.That((Last.State, Last.Attempts, Last.DueAt), Is.EqualTo((RenditionState.Preparing, 0, A.Noon)));
    }

    [Test]
    public async Task Of_a_video_that_was_replaced_meanwhile_nothing_is_kept()
    {
        probe
            .Setup(p => p.ReadAsync(It.IsAny<MediaFile>(), It.IsAny<CancellationToken>()))
            .Callback(() =>
                videos.Setup(v => v.FindAsync(Clip.Id, null, It.IsAny<CancellationToken>())).ReturnsAsync(Clip with { Revision = "r2" })
            )
            .ReturnsAsync(Mpeg4);

        await MakeAsync();

        Assert.That(saved.Select(one => one.State), Is.EqualTo(new[] { RenditionState.Preparing }));
        files.Verify(f => f.Keep(It.IsAny<VideoKey>(), It.IsAny<MediaFile?>(), It.IsAny<MediaFile?>()), Times.Never);
    }

    [TestCase(RenditionState.Ready, TestName = "What_is_ready_is_not_made_again")]
    [TestCase(RenditionState.Failed, TestName = "What_has_failed_is_not_tried_again")]
    public async Task What_is_settled_stays_so(RenditionState state)
    {
        records
            .Setup(r => r.FindAsync(Clip.Key, It.IsAny<CancellationToken>()))
            .ReturnsAsync(new Rendition { Of = Clip.Key, State = state });

        Assert.That(await MakeAsync(), Is.EqualTo(MakingResult.Nothing));
        Assert.That(saved, Is.Empty);
    }

    private Rendition Last => saved[^1];

    private Task<MakingResult> MakeAsync() => handler.Handle(new MakeRenditionCommand(Clip.Key), CancellationToken.None);

    private void Finds(MediaReport report) =>
        probe.Setup(p => p.ReadAsync(It.IsAny<MediaFile>(), It.IsAny<CancellationToken>())).ReturnsAsync(report);
}
