using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Moq;
using Vigint.AdapterTests.Ffmpeg;
using Vigint.Application.Analysis;
using Vigint.Application.Common;
using Vigint.Application.Media;
using Vigint.Application.Storage;
using Vigint.Domain;
using Vigint.Domain.Analysis;
using Vigint.TestSupport;

namespace Vigint.AdapterTests.Analysis;

/// <summary>Where analysis and alerts take clips from, over a real folder and a real ffmpeg.</summary>
public sealed class ClipSourcesTests : FfmpegFixture
{
    private const string ClipName = "clip";

    private static readonly Caller Shop = A.Client("shop");

    private FakeTimeProvider clock = null!;
    private MediaIntake intake = null!;
    private CurrentClips current = null!;
    private FrameBuffers buffers = null!;
    private ClipSources sources = null!;
    private EncoderGate gate = null!;

    [SetUp]
    public void Make()
    {
        clock = new FakeTimeProvider(A.Noon);
        var space = Mock.Of<IStorageSpace>(one => one.Measure() == new DiskSpace(1L << 40, 1L << 40));
        var room = new StorageRoom(space, Mock.Of<IStorageTotals>(), new StorageOptions(null), clock);
        intake = new MediaIntake(Scratch, room, new UploadOptions(1 << 30));
        current = new CurrentClips(clock);
        buffers = new FrameBuffers(Scratch, room, new FrameBufferOptions(1 << 30), clock, NullLogger<FrameBuffers>.Instance);
        gate = new EncoderGate(new EncoderOptions(1, 8, 1 << 30, TimeSpan.FromMinutes(1)), new EncoderMetrics(A.Meters), clock);
        sources = new ClipSources(current, buffers, new FrameAssembly(intake, Encoder, gate), Scratch);
    }

    [Test]
    public async Task Frames_that_came_at_once_become_a_clip_of_25_frames_a_second()
    {
        await BufferAsync(source: null, "160x120", 50);

        using var clip = (await sources.TakeAsync(Shop, CancellationToken.None))!;

        var report = await Probe.ReadAsync(clip.File.Media, CancellationToken.None);
        using (Assert.EnterMultipleScope())
        {
            Assert.That((clip.Frames, clip.File.Duration, clip.File.ContentType), Is.EqualTo((50, TimeSpan.FromSeconds(2), "video/mp4")));
            Assert.That(clip.File.SizeBytes, Is.EqualTo(new FileInfo(clip.File.Media.Path).Length));
            Assert.That((report.Frames, report.Video.Width, report.Video.Height), Is.EqualTo((50, 160, 120)));
        }
    }

    [TestCase(200, 5, TestName = "Frames_of_a_camera_that_sends_five_a_second_play_at_the_speed_of_what_happened")]
    [TestCase(2500, 1, TestName = "Frames_that_came_very_slowly_play_one_a_second")]
    [TestCase(10, 25, TestName = "Frames_that_were_held_up_and_came_fast_play_25_a_second")]
    public async Task Speed(int milliseconds, double rate)
    {
        for (var frame = 0; frame < 11; frame++)
        {
            clock.Advance(TimeSpan.FromMilliseconds(milliseconds));
            await BufferAsync(source: null, "64x48", 1);
        }

        using var clip = (await sources.TakeAsync(Shop, CancellationToken.None))!;
        using var quick = (await sources.TakeQuicklyAsync(Shop, sourceId: null, CancellationToken.None))!;

        var made = await Probe.ReadAsync(clip.File.Media, CancellationToken.None);
        var wrapped = await Probe.ReadAsync(quick.File.Media, CancellationToken.None);
        using (Assert.EnterMultipleScope())
        {
            Assert.That((made.Frames, made.Video.FrameRate, clip.File.Frames!.Rate), Is.EqualTo((11, rate, rate)));
            Assert.That((wrapped.Frames, wrapped.Video.FrameRate, quick.File.Frames!.Rate), Is.EqualTo((11, rate, rate)));
            Assert.That(
                new[] { clip.File.Duration, made.Duration, quick.File.Duration },
                Is.All.EqualTo(TimeSpan.FromSeconds(11 / rate)).Within(TimeSpan.FromMilliseconds(1))
            );
        }
    }

    [TestCase(2, 1, TestName = "Frames_that_cannot_be_decoded_are_left_out_and_counted")]
    [TestCase(2, 2, TestName = "Half_of_the_frames_are_enough")]
    public async Task Broken_frames(int good, int broken)
    {
        await BufferAsync(source: null, "64x48", good);
        await BufferAsync(source: null, "64x48", broken, isBroken: true);

        using var clip = (await sources.TakeAsync(Shop, CancellationToken.None))!;

        Assert.That((clip.Frames, clip.File.Frames), Is.EqualTo((good, new ClipFrames(good, broken, 25))));
    }

    [Test]
    public async Task A_clip_that_would_leave_out_most_frames_is_none()
    {
        await BufferAsync(source: null, "64x48", 2);
        await BufferAsync(source: null, "64x48", 3, isBroken: true);
        var before = FoldersInUse();

        Assert.That(
            () => sources.TakeAsync(Shop, CancellationToken.None),
            Throws.TypeOf<RefusedException>().With.Message.EqualTo(AnalysisRefusals.FramesCannotBeDecoded(3, 5).Message)
        );
        Assert.That(FoldersInUse(), Is.EqualTo(before));
    }

    [Test]
    public async Task Buffered_frames_do_not_wait_for_a_long_encoding()
    {
        await BufferAsync(source: null, "64x48", FrameBuffers.MostFrames);
        using var encoding = await gate.EnterAsync("other", Urgency.Interactive, CancellationToken.None);

        using var clip = await sources.TakeAsync(Shop, CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(60));

        Assert.That(clip!.Frames, Is.EqualTo(FrameBuffers.MostFrames));
    }

    [Test]
    public async Task In_a_hurry_frames_become_a_clip_as_they_are_beside_long_encodings()
    {
        await BufferAsync(source: null, "160x120", FrameBuffers.MostFrames);
        using var encoding = await gate.EnterAsync("other", Urgency.Interactive, CancellationToken.None);

        using var clip = (
            await sources.TakeQuicklyAsync(Shop, sourceId: null, CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(60))
        )!;

        var report = await Probe.ReadAsync(clip.File.Media, CancellationToken.None);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                (report.Container, report.Video.Codec, report.Frames, report.Video.FrameRate),
                Is.EqualTo((MediaContainer.Avi, "mjpeg", 250, 25.0))
            );
            Assert.That((clip.Frames, clip.File.ContentType), Is.EqualTo((250, "video/x-msvideo")));
        }
    }

    [Test]
    public async Task In_a_hurry_the_same_frames_are_the_same_clip()
    {
        await BufferAsync(source: null, "64x48", 3);

        using var one = await sources.TakeQuicklyAsync(Shop, sourceId: null, CancellationToken.None);
        using var other = await sources.TakeQuicklyAsync(Shop, sourceId: null, CancellationToken.None);

        Assert.That(await ReadAsync(one), Is.EqualTo(await ReadAsync(other)));
    }

    [Test]
    public async Task In_a_hurry_the_current_clip_goes_first_then_the_cameras_frames_then_the_callers()
    {
        await BufferAsync(source: null, "64x48", 1);
        using var own = await sources.TakeQuicklyAsync(Shop, "till", CancellationToken.None);
        await BufferAsync(new NamedSource("till", null), "64x48", 2);
        using var till = await sources.TakeQuicklyAsync(Shop, "till", CancellationToken.None);
        await KeepAsync(Shop, Clips.Fake());
        using var current = await sources.TakeQuicklyAsync(Shop, "till", CancellationToken.None);

        Assert.That((own!.Frames, till!.Frames), Is.EqualTo((1, 2)));
        Assert.That(await ReadAsync(current), Is.EqualTo(Clips.Fake()));
        Assert.That(await sources.TakeQuicklyAsync(A.Client("other"), "till", CancellationToken.None), Is.Null);
    }

    [Test]
    public async Task The_buffer_goes_on_and_what_a_clip_took_goes_with_the_clip()
    {
        await BufferAsync(source: null, "64x48", 5);
        var before = FoldersInUse();

        using (var clip = await sources.TakeAsync(Shop, CancellationToken.None))
        {
            Assert.That(await BufferAsync(source: null, "64x48", 2), Is.EqualTo(7));
            Assert.That(FoldersInUse(), Is.EqualTo(before + 1));
        }

        Assert.That(FoldersInUse(), Is.EqualTo(before));
    }

    [Test]
    public async Task A_sources_frames_become_a_clip_of_its_own()
    {
        await BufferAsync(new NamedSource("till", null), "64x48", 3);
        await BufferAsync(new NamedSource("door", null), "96x64", 4);

        using var clip = (await sources.TakeSourceAsync(Shop, "door", CancellationToken.None))!;

        Assert.That(clip.Frames, Is.EqualTo(4));
    }

    [Test]
    public async Task What_is_anothers_and_what_is_not_there_is_none()
    {
        await BufferAsync(new NamedSource("till", null), "64x48", 3);
        await KeepAsync(Shop, Clips.Fake());
        var before = FoldersInUse();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(await sources.TakeAsync(A.Client("other"), CancellationToken.None), Is.Null);
            Assert.That(await sources.TakeSourceAsync(A.Client("other"), "till", CancellationToken.None), Is.Null);
            Assert.That(await sources.TakeSourceAsync(A.Operator, "till", CancellationToken.None), Is.Null);
            Assert.That(await sources.TakeSourceAsync(Shop, "door", CancellationToken.None), Is.Null);
            Assert.That(FoldersInUse(), Is.EqualTo(before));
        }
    }

    [Test]
    public async Task The_current_clip_goes_before_buffered_frames()
    {
        await BufferAsync(source: null, "64x48", 3);
        await KeepAsync(Shop, Clips.Fake());

        using var clip = await sources.TakeAsync(Shop, CancellationToken.None);

        Assert.That(await ReadAsync(clip), Is.EqualTo(Clips.Fake()));
    }

    [Test]
    public async Task Whoever_reads_a_clip_keeps_its_bytes_when_it_is_replaced()
    {
        await KeepAsync(Shop, Clips.Fake(seed: 1));
        var before = (await sources.TakeAsync(Shop, CancellationToken.None))!;
        var second = (await sources.TakeAsync(Shop, CancellationToken.None))!;

        await KeepAsync(Shop, Clips.Fake(seed: 2));
        before.Dispose();
        before.Dispose();
        using var after = await sources.TakeAsync(Shop, CancellationToken.None);

        Assert.That(await ReadAsync(second), Is.EqualTo(Clips.Fake(seed: 1)));
        Assert.That(await ReadAsync(after), Is.EqualTo(Clips.Fake(seed: 2)));
        second.Dispose();
        Assert.That(File.Exists(before.File.Media.Path), Is.False);
    }

    [Test]
    public async Task After_an_hour_the_clip_is_none_and_goes_when_its_last_reader_does()
    {
        await KeepAsync(Shop, Clips.Fake());
        var reader = (await sources.TakeAsync(Shop, CancellationToken.None))!;
        clock.Advance(CurrentClips.Life);
        Assert.That(await sources.TakeAsync(Shop, CancellationToken.None), Is.Null);

        current.RemoveEnded();

        Assert.That(await ReadAsync(reader), Is.EqualTo(Clips.Fake()));
        reader.Dispose();
        Assert.That(File.Exists(reader.File.Media.Path), Is.False);
    }

    [Test]
    public async Task Before_the_hour_is_over_the_clip_stays()
    {
        await KeepAsync(Shop, Clips.Fake());
        clock.Advance(CurrentClips.Life - TimeSpan.FromSeconds(1));

        current.RemoveEnded();

        Assert.That(await sources.TakeAsync(Shop, CancellationToken.None), Is.Not.Null);
    }

    private static Task<byte[]> ReadAsync(TakenClip? clip) => File.ReadAllBytesAsync(clip!.File.Media.Path);

    private async Task<int> BufferAsync(NamedSource? source, string size, int count, bool isBroken = false)
    {
        using var received = await intake.OpenAsync(null, RoomTaker.Server, CancellationToken.None);
        using var frames = new FrameIntake(received);
        var picture = isBroken ? await Clips.BrokenPictureAsync(size) : await Clips.PictureAsync(size);
        for (var number = 0; number < count; number++)
        {
            frames.Append(picture);
            frames.End(isUsable: true);
        }

        return buffers.Append(Shop, source, frames);
    }

    private async Task KeepAsync(Caller caller, byte[] clip)
    {
        var received = await intake.OpenAsync(null, RoomTaker.Server, CancellationToken.None);
        using var file = received.Folder.Create(ClipName);
        received.Append(file, clip);
        current.Keep(caller, received, new ClipFile(file.Media, "video/mp4", clip.Length, TimeSpan.FromSeconds(1)), frames: 25);
    }

    private int FoldersInUse() => Directory.GetDirectories(Path.GetDirectoryName(Path.GetDirectoryName(Work.At("x").Path))!).Length;
}
