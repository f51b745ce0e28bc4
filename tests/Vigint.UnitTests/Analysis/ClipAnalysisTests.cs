using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Moq;
using Vigint.Application.Analysis;
using Vigint.Application.Common;
using Vigint.Application.Media;
using Vigint.Application.Usage;
using Vigint.Domain;
using Vigint.TestSupport;

namespace Vigint.UnitTests.Analysis;

/// <summary>Whose turn it is, and who is asked when nobody can tell whether something moves.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class ClipAnalysisTests
{
    private static readonly Caller Shop = A.Client("shop");
    private static readonly ClipFile Small = new(new MediaFile("/clip"), "video/mp4", 1_000_000, TimeSpan.FromSeconds(10));
    private static readonly ClipFile Large = Small with { SizeBytes = 1_000_000_000 };
    private static readonly Observation Nothing = new(false, "none", "Nothing.", "An empty room.", null, null, null);

    private static readonly VideoTrack Square = new("h264", "High", 30, "yuv420p", 704, 576, 0, 25);

    private readonly FakeTimeProvider clock = new(A.Noon);
    private readonly EncoderGate gate;
    private readonly Mock<IShownClip> shown = new();
    private readonly Mock<IMotionDetector> motion = new();
    private readonly Mock<IScratch> scratch = new();
    private readonly Mock<IVideoProbe> probe = new();
    private readonly Mock<IVideoEncoder> encoder = new();
    private readonly List<ClipFile> seen = [];

    public ClipAnalysisTests()
    {
        gate = new EncoderGate(
            new EncoderOptions(MostJobs: 1, MostWaiting: 8, MemoryBytes: 1, Longest: TimeSpan.FromMinutes(1)),
            new EncoderMetrics(A.Meters),
            clock
        );
        shown.Setup(one => one.Uses).Returns([]);
        shown
            .Setup(one => one.AskAsync(It.IsAny<AnalysisStage>(), It.IsAny<string>(), It.IsAny<CancellationToken>()))
            .ReturnsAsync(Nothing);
        motion.Setup(one => one.FindAsync(It.IsAny<MediaFile>(), It.IsAny<MediaReport>(), It.IsAny<CancellationToken>())).ReturnsAsync([]);
        Probed(Square);
    }

    [Test]
    public async Task A_small_clip_is_looked_at_beside_an_encoding_that_goes_on()
    {
        using var encoding = await gate.EnterAsync("other", Urgency.Interactive, CancellationToken.None);

        var analysed = await NewAnalysis(AnalyzerKind.Model, hasMotionGate: true).AnalyzeAsync(Shop, Small, CancellationToken.None);

        Assert.That(analysed.IsStill, Is.True);
    }

    [TestCase("video/mp2t", MediaContainer.MpegTs)]
    [TestCase("video/mpeg", MediaContainer.MpegPs)]
    [TestCase("video/x-dav", MediaContainer.Dav)]
    [TestCase("video/x-flv", MediaContainer.Flv)]
    [TestCase("video/x-ms-asf", MediaContainer.Asf)]
    public async Task A_recorders_container_is_shown_to_the_model_as_MP4(string contentType, MediaContainer container)
    {
        var work = new Mock<IScratchFolder>();
        work.Setup(one => one.At(It.IsAny<string>())).Returns(new MediaFile("made"));
        scratch.Setup(one => one.NewFolder()).Returns(work.Object);
        var report = new MediaReport(
            container,
            4096,
            TimeSpan.FromSeconds(5),
            new VideoTrack("hevc", null, null, "yuv420p", 320, 240, 0, 25),
            null,
            1,
            false
        );
        probe.Setup(one => one.ReadAsync(It.IsAny<MediaFile>(), It.IsAny<CancellationToken>())).ReturnsAsync(report);

        await NewAnalysis(AnalyzerKind.Model).AnalyzeAsync(Shop, Small with { ContentType = contentType }, CancellationToken.None);

        Assert.That(seen.Select(clip => (clip.ContentType, clip.Media)), Is.EqualTo(new[] { ("video/mp4", new MediaFile("made")) }));
        work.Verify(one => one.Dispose(), Times.Once);
    }

    [TestCase(16d / 11)]
    [TestCase(10d / 11)]
    public async Task A_clip_whose_pixels_are_not_square_is_encoded_for_the_model(double aspect)
    {
        Probed(Square with { PixelAspect = aspect });
        var work = Worked();

        await NewAnalysis(AnalyzerKind.Model).AnalyzeAsync(Shop, Small, CancellationToken.None);

        Assert.That(seen.Select(clip => clip.Media), Is.EqualTo(new[] { new MediaFile("made") }));
        encoder.Verify(one =>
            one.MakePlayableAsync(
                Small.Media,
                It.IsAny<MediaReport>(),
                It.Is<PlayablePlan>(plan => plan.Way == PlayableWay.Encode),
                new MediaFile("made"),
                null,
                It.IsAny<CancellationToken>()
            )
        );
        work.Verify(one => one.Dispose(), Times.Once);
    }

    [TestCase(1.0)]
    [TestCase(1.01)]
    public async Task A_clip_whose_pixels_are_square_is_shown_as_it_is(double aspect)
    {
        Probed(Square with { PixelAspect = aspect });

        await NewAnalysis(AnalyzerKind.Model).AnalyzeAsync(Shop, Small, CancellationToken.None);

        Assert.That(seen, Is.EqualTo(new[] { Small }));
        scratch.Verify(one => one.NewFolder(), Times.Never);
    }

    [TestCase("the probe")]
    [TestCase("the encoder")]
    [TestCase("the disk")]
    public async Task A_clip_that_cannot_be_made_square_is_shown_as_it_is(string failing)
    {
        Probed(Square with { PixelAspect = 16d / 11 });
        var work = Worked();
        var refusal = new RefusedException(Refusal.TooDemanding, "some_code", "It takes too long");
        if (failing == "the probe")
            probe.Setup(one => one.ReadAsync(It.IsAny<MediaFile>(), It.IsAny<CancellationToken>())).ThrowsAsync(refusal);
        encoder
            .Setup(one =>
                one.MakePlayableAsync(
                    It.IsAny<MediaFile>(),
                    It.IsAny<MediaReport>(),
                    It.IsAny<PlayablePlan>(),
                    It.IsAny<MediaFile>(),
                    It.IsAny<IProgress<double>?>(),
                    It.IsAny<CancellationToken>()
                )
            )
            .ThrowsAsync(failing == "the disk" ? new IOException("full") : refusal);

        await NewAnalysis(AnalyzerKind.Model).AnalyzeAsync(Shop, Small, CancellationToken.None);

        Assert.That(seen, Is.EqualTo(new[] { Small }));
        work.Verify(one => one.Dispose(), failing == "the probe" ? Times.Never : Times.Once);
    }

    [Test]
    public async Task A_clip_that_waits_too_long_to_be_made_square_is_shown_as_it_is()
    {
        // The time begins before it is looked at.
        var looked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Probed(Square with { PixelAspect = 16d / 11 }, looked.SetResult);
        using var encoding = await gate.EnterAsync("other", Urgency.Interactive, CancellationToken.None);
        var answer = NewAnalysis(AnalyzerKind.Model).AnalyzeAsync(Shop, Small, CancellationToken.None);
        await looked.Task;
        clock.Advance(TimeSpan.FromSeconds(15));
        await answer;

        Assert.That(seen, Is.EqualTo(new[] { Small }));
    }

    [Test]
    public async Task Frames_of_which_some_could_not_be_decoded_are_shown_to_the_model()
    {
        var analysed = await NewAnalysis(AnalyzerKind.Model, hasMotionGate: true)
            .AnalyzeAsync(Shop, Small with { Frames = new ClipFrames(Shown: 249, Failed: 1, Rate: 25) }, CancellationToken.None);

        Assert.That((analysed.IsStill, analysed.Judgement?.Final), Is.EqualTo((false, Nothing)));
    }

    [Test]
    public async Task A_clip_whose_turn_does_not_come_is_shown_to_the_model()
    {
        using var encoding = await gate.EnterAsync("other", Urgency.Interactive, CancellationToken.None);
        var answer = NewAnalysis(AnalyzerKind.Model, hasMotionGate: true).AnalyzeAsync(Shop, Large, CancellationToken.None);
        clock.Advance(TimeSpan.FromSeconds(10));

        var analysed = await answer;

        Assert.That((analysed.IsStill, analysed.Judgement?.Final), Is.EqualTo((false, Nothing)));
    }

    [Test]
    public async Task A_clip_in_which_movement_is_looked_for_too_long_is_shown_to_the_model_and_lets_the_next_one_in()
    {
        _ = SearchWithoutEnd();
        var answer = NewAnalysis(AnalyzerKind.Model, hasMotionGate: true).AnalyzeAsync(Shop, Small, CancellationToken.None);
        clock.Advance(TimeSpan.FromSeconds(10));

        var analysed = await answer;

        Assert.That((analysed.IsStill, analysed.Judgement?.Final), Is.EqualTo((false, Nothing)));
        Assert.That(gate.EnterAsync("other", Urgency.Quick, CancellationToken.None).IsCompletedSuccessfully, Is.True);
    }

    [Test]
    public async Task What_the_turn_took_is_not_left_for_the_search()
    {
        var search = SearchWithoutEnd();
        var encoding = await gate.EnterAsync("other", Urgency.Interactive, CancellationToken.None);
        var answer = NewAnalysis(AnalyzerKind.Model, hasMotionGate: true).AnalyzeAsync(Shop, Large, CancellationToken.None);
        clock.Advance(TimeSpan.FromSeconds(8));
        encoding.Dispose();
        await search;
        clock.Advance(TimeSpan.FromSeconds(2));

        Assert.That((await answer).Judgement?.Final, Is.EqualTo(Nothing));
    }

    [Test]
    public async Task Whoever_leaves_while_movement_is_looked_for_asks_nobody()
    {
        _ = SearchWithoutEnd();
        using var leaving = new CancellationTokenSource();
        var answer = NewAnalysis(AnalyzerKind.Model, hasMotionGate: true).AnalyzeAsync(Shop, Small, leaving.Token);

        await leaving.CancelAsync();

        Assert.That(async () => await answer, Throws.InstanceOf<OperationCanceledException>());
        shown.Verify(one => one.AskAsync(It.IsAny<AnalysisStage>(), It.IsAny<string>(), It.IsAny<CancellationToken>()), Times.Never);
    }

    [TestCase(3 * 3600, TestName = "A_small_clip_that_plays_for_hours_leaves_the_quick_place_to_others")]
    [TestCase(null, TestName = "A_small_clip_that_does_not_tell_how_long_it_plays_leaves_the_quick_place_to_others")]
    public async Task Few_bytes(int? seconds)
    {
        _ = SearchWithoutEnd();
        using var encoding = await gate.EnterAsync("other", Urgency.Interactive, CancellationToken.None);
        var clip = Small with { Duration = seconds is { } some ? TimeSpan.FromSeconds(some) : null };
        _ = NewAnalysis(AnalyzerKind.Motion).AnalyzeAsync(Shop, clip, CancellationToken.None);

        Assert.That(gate.EnterAsync("other", Urgency.Quick, CancellationToken.None).IsCompletedSuccessfully, Is.True);
    }

    [Test]
    public async Task Who_wants_nothing_but_movement_waits_for_the_turn()
    {
        var encoding = await gate.EnterAsync("other", Urgency.Interactive, CancellationToken.None);
        var answer = NewAnalysis(AnalyzerKind.Motion).AnalyzeAsync(Shop, Large, CancellationToken.None);
        clock.Advance(TimeSpan.FromMinutes(5));
        Assert.That(answer.IsCompleted, Is.False);
        encoding.Dispose();

        Assert.That((await answer).Motion, Is.Empty);
    }

    [Test]
    public async Task Whoever_leaves_while_waiting_for_the_turn_asks_nobody()
    {
        using var encoding = await gate.EnterAsync("other", Urgency.Interactive, CancellationToken.None);
        using var leaving = new CancellationTokenSource();
        var answer = NewAnalysis(AnalyzerKind.Model, hasMotionGate: true).AnalyzeAsync(Shop, Large, leaving.Token);

        await leaving.CancelAsync();

        Assert.That(async () => await answer, Throws.InstanceOf<OperationCanceledException>());
        shown.Verify(one => one.AskAsync(It.IsAny<AnalysisStage>(), It.IsAny<string>(), It.IsAny<CancellationToken>()), Times.Never);
    }

    private void Probed(VideoTrack video, Action? looked = null) =>
        probe
            .Setup(one => one.ReadAsync(It.IsAny<MediaFile>(), It.IsAny<CancellationToken>()))
            .Callback(() => looked?.Invoke())
            .ReturnsAsync(new MediaReport(MediaContainer.Mp4, 4096, TimeSpan.FromSeconds(5), video, null, 1, IndexIsInFront: true));

    private Mock<IScratchFolder> Worked()
    {
        var work = new Mock<IScratchFolder>();
        work.Setup(one => one.At(It.IsAny<string>())).Returns(new MediaFile("made"));
        scratch.Setup(one => one.NewFolder()).Returns(work.Object);
        return work;
    }

    /// <returns>Ends when a search begins.</returns>
    private Task SearchWithoutEnd()
    {
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        motion
            .Setup(one => one.FindAsync(It.IsAny<MediaFile>(), It.IsAny<MediaReport>(), It.IsAny<CancellationToken>()))
            .Returns<MediaFile, MediaReport, CancellationToken>(
                (_, _, cancellationToken) =>
                {
                    begun.TrySetResult();
                    return new TaskCompletionSource<IReadOnlyList<MotionInterval>>().Task.WaitAsync(cancellationToken);
                }
            );
        return begun.Task;
    }

    private ClipAnalysis NewAnalysis(AnalyzerKind analyzer, bool hasMotionGate = false)
    {
        var model = new Mock<IVisionModel>();
        model.Setup(one => one.IsConfigured).Returns(true);
        model.Setup(one => one.UsesOf(It.IsAny<ClipFile>())).Returns([]);
        model.Setup(one => one.ShowAsync(Capture.In(seen), It.IsAny<CancellationToken>())).ReturnsAsync(shown.Object);
        var hasher = new Mock<IFileHasher>();
        hasher.Setup(one => one.HashAsync(It.IsAny<MediaFile>(), It.IsAny<CancellationToken>())).ReturnsAsync(new string('a', 32));
        var prompts = new AnalysisPrompts(Language.English);
        var showable = new ShowableClips(scratch.Object, probe.Object, encoder.Object, gate, clock, NullLogger<ShowableClips>.Instance);
        var prices = new ModelPrices(PriceTable.Usual(), NullLogger<ModelPrices>.Instance);
        return new ClipAnalysis(
            new AnalysisOptions(analyzer, hasMotionGate, Language.English),
            model.Object,
            new Analyst(model.Object, prompts, new VerdictWords(Language.English), clock, NullLogger<Analyst>.Instance),
            prompts,
            new JudgementCache(clock),
            new AnalysisBudget(
                Mock.Of<IModelUseRecords>(),
                prices,
                new AnalysisMetrics(A.Meters),
                clock,
                NullLogger<AnalysisBudget>.Instance
            ),
            hasher.Object,
            Mock.Of<IVideoProbe>(),
            motion.Object,
            showable,
            gate,
            clock,
            NullLogger<ClipAnalysis>.Instance
        );
    }
}
