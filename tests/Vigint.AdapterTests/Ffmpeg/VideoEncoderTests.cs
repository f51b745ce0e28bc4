using Vigint.Application.Media;
using Vigint.Domain;
using Vigint.TestSupport;

namespace Vigint.AdapterTests.Ffmpeg;

public sealed class VideoEncoderTests : FfmpegFixture
{
    private static readonly string[] Odd = ["-f", "lavfi", "-i", "testsrc=duration=2:size=323x241:rate=25"];
    private static readonly string[] Even = ["-f", "lavfi", "-i", "testsrc=duration=2:size=320x240:rate=25"];
    private static readonly string[] Sound = ["-f", "lavfi", "-i", "sine=duration=2"];

    [TestCase("x.mp4", "mpeg4", null, PlayableWay.Encode, TestName = "MPEG4_part_2")]
    [TestCase("x.mp4", "libx265", null, PlayableWay.Encode, TestName = "HEVC")]
    [TestCase("x.webm", "libvpx-vp9", "libopus", PlayableWay.Encode, TestName = "VP9_and_Opus_in_WebM")]
    [TestCase("x.avi", "mjpeg", "pcm_s16le", PlayableWay.Encode, TestName = "Motion_JPEG_in_AVI")]
    [TestCase("x.mp4", "libx264", "aac", PlayableWay.Rewrap, TestName = "H264_with_its_index_at_the_end")]
    [TestCase("x.mkv", "libx264", null, PlayableWay.Rewrap, TestName = "H264_in_Matroska")]
    [TestCase("x.mov", "libx264", "pcm_s16le", PlayableWay.EncodeSound, TestName = "H264_with_sound_as_cameras_write_it")]
    public async Task Whatever_comes_is_made_playable(string fileName, string picture, string? sound, PlayableWay way)
    {
        string[] pixels = ["-pix_fmt", picture == "mjpeg" ? "yuvj420p" : "yuv420p"];
        var (source, report) = await PutAsync(
            fileName,
            sound is null ? [.. Even, "-c:v", picture, .. pixels] : [.. Even, .. Sound, "-c:v", picture, .. pixels, "-c:a", sound]
        );

        var plan = PlayablePlan.Of(report);
        Assert.That(plan.Way, Is.EqualTo(way));
        Assert.That(PlayablePlan.Of(await PlayableAsync(source, report, plan)).Way, Is.EqualTo(PlayableWay.AsIs));
    }

    [Test]
    public async Task A_sound_that_no_decoder_is_known_for_is_left_out()
    {
        var clip = await Clips.MakeAsync("clip.mov", [.. Even, .. Sound, "-c:v", "mpeg4", "-c:a", "pcm_s16le"]);
        "zz9z"u8.CopyTo(clip.AsSpan(clip.AsSpan().IndexOf("sowt"u8)));
        var file = Put(clip);
        var report = await Probe.ReadAsync(file, CancellationToken.None);
        var target = Work.At("target");

        await Encoder.MakePlayableAsync(file, report, PlayablePlan.Of(report), target, null, CancellationToken.None);

        var made = await Probe.ReadAsync(target, CancellationToken.None);
        Assert.That((made.Video.Codec, made.Audio), Is.EqualTo(("h264", (AudioTrack?)null)));
    }

    [Test]
    public async Task What_would_become_larger_than_there_is_room_for_is_refused_and_leaves_nothing()
    {
        QuotaBytes = 64 * 1024;
        UseBounds(new EncoderOptions(1, 1, MemoryBytes: 2048L << 20, Longest: TimeSpan.FromMinutes(1)));
        var (file, report) = await PutAsync(
            "noise.mkv",
            "-f",
            "lavfi",
            "-i",
            "nullsrc=duration=3:size=320x240:rate=25,geq=random(1)*255:128:128",
            "-c:v",
            "mpeg4",
            "-q:v",
            "2"
        );
        var target = Work.At("target");

        Assert.That(
            () => Encoder.MakePlayableAsync(file, report, PlayablePlan.Of(report), target, null, CancellationToken.None),
            Throws.TypeOf<RefusedException>().With.Property(nameof(RefusedException.Refusal)).EqualTo(Refusal.NoRoom)
        );

        Assert.That(File.Exists(target.Path), Is.False);
    }

    [Test]
    public async Task Odd_sides_become_even_and_the_playing_time_stays()
    {
        var (source, report) = await PutAsync("x.avi", [.. Odd, "-c:v", "mjpeg", "-pix_fmt", "yuvj444p"]);

        var playable = await PlayableAsync(source, report, PlayablePlan.Of(report));

        using (Assert.EnterMultipleScope())
        {
            Assert.That((playable.Video.Width, playable.Video.Height), Is.EqualTo((322, 240)));
            Assert.That(playable.Duration!.Value.TotalSeconds, Is.EqualTo(2).Within(0.05));
        }
    }

    [Test]
    public async Task A_picture_stored_lying_is_turned_upright()
    {
        var lying = Put(await Clips.MakeAsync("x.mp4", [.. Even, "-c:v", "mpeg4"]), "lying");
        var turned = Put(await Clips.MakeAsync("x.mp4", "-i", lying.Path, "-c", "copy", "-metadata:s:v:0", "rotate=270"), "turned");
        var report = await Probe.ReadAsync(turned, CancellationToken.None);

        var playable = await PlayableAsync(turned, report, PlayablePlan.Of(report));

        Assert.That((playable.Video.Width, playable.Video.Height, playable.Video.Rotation), Is.EqualTo((240, 320, 0)));
    }

    [Test]
    public async Task Progress_comes_to_a_hundred_percent()
    {
        var (source, report) = await PutAsync("x.mp4", [.. Even, "-c:v", "mpeg4"]);
        var told = new List<double>();

        await Encoder.MakePlayableAsync(source, report, PlayablePlan.Of(report), Work.At("target"), new Told(told), CancellationToken.None);

        Assert.That(told, Is.Ordered.And.Not.Empty.And.All.InRange(0, 100));
        Assert.That(told[^1], Is.GreaterThan(90));
    }

    [Test]
    public async Task A_still_shows_the_second_that_is_asked_for()
    {
        var (source, report) = await PutAsync("x.mp4", RedThenBlue);

        var second = await Encoder.StillAsync(source, report, 1.5, Work.At("still"), CancellationToken.None);

        Assert.That(second, Is.EqualTo(1.5));
        Assert.That(await IsBlueAsync(), Is.True);
    }

    [Test]
    public async Task A_second_beyond_the_end_shows_the_last_picture()
    {
        var (source, report) = await PutAsync("x.mp4", RedThenBlue);

        await Encoder.StillAsync(source, report, 3600, Work.At("still"), CancellationToken.None);

        Assert.That(await IsBlueAsync(), Is.True);
    }

    [Test]
    public async Task Without_a_second_the_still_is_taken_where_most_moves()
    {
        // Nothing moves but in the fourth of five seconds.
        var (source, report) = await PutAsync(
            "x.mp4",
            "-f",
            "lavfi",
            "-i",
            "color=gray:size=160x120:duration=3:rate=25",
            "-f",
            "lavfi",
            "-i",
            "testsrc2=size=160x120:duration=1:rate=25",
            "-f",
            "lavfi",
            "-i",
            "color=gray:size=160x120:duration=1:rate=25",
            "-filter_complex",
            "concat=n=3",
            "-c:v",
            "libx264",
            "-pix_fmt",
            "yuv420p"
        );

        Assert.That(await Encoder.StillAsync(source, report, null, Work.At("still"), CancellationToken.None), Is.InRange(2.9, 4.1));
    }

    [Test]
    public async Task Two_passes_meet_a_size_without_passing_it()
    {
        var (source, report) = await PutAsync(
            "x.mp4",
            [.. Noise, .. Sound, "-c:v", "libx264", "-b:v", "4M", "-pix_fmt", "yuv420p", "-c:a", "aac"]
        );
        const int most = 250_000;

        var size = await Encoder.CompressAsync(
            source,
            report,
            new CompressedForm(most, 320, 240, null, VideoBitsPerSecond: 1_200_000, AudioBitsPerSecond: 64_000),
            Work.At("target"),
            null,
            CancellationToken.None
        );

        using (Assert.EnterMultipleScope())
        {
            Assert.That(size, Is.InRange(most * 0.85, most).And.EqualTo(new FileInfo(Work.At("target").Path).Length));
            Assert.That(Directory.GetFiles(Path.GetDirectoryName(Work.At("target").Path)!), Has.Length.EqualTo(2));
        }
    }

    [Test]
    public async Task Pictures_of_differing_sizes_become_a_video_of_one_size()
    {
        for (var number = 0; number < 12; number++)
            await PutFrameAsync(number, number % 2 == 0 ? "160x120" : "91x203");

        var frames = await Encoder.AssembleAsync(
            new FrameSequence(Work, 12, 4, 160, 120, VideoFormat.Mp4),
            Work.At("target"),
            CancellationToken.None
        );

        var report = await Probe.ReadAsync(Work.At("target"), CancellationToken.None);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(frames, Is.EqualTo(12));
            Assert.That((report.Video.Width, report.Video.Height), Is.EqualTo((160, 120)));
            Assert.That(report.Duration!.Value.TotalSeconds, Is.EqualTo(3).Within(0.01));
            Assert.That(PlayablePlan.Of(report).Way, Is.EqualTo(PlayableWay.AsIs));
        }
    }

    [Test]
    public async Task A_picture_that_cannot_be_decoded_is_left_out([Values] VideoFormat format)
    {
        for (var number = 0; number < 8; number++)
            await PutFrameAsync(number, "160x120");
        await File.WriteAllBytesAsync(Work.At(FrameSequence.NameOf(3)).Path, new byte[2000]);

        var frames = await Encoder.AssembleAsync(
            new FrameSequence(Work, 8, 2, 160, 120, format),
            Work.At("target"),
            CancellationToken.None
        );

        var report = await Probe.ReadAsync(Work.At("target"), CancellationToken.None);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(frames, Is.EqualTo(7));
            Assert.That(report.Duration!.Value.TotalSeconds, Is.EqualTo(3.5).Within(0.01));
        }
    }

    [Test]
    public async Task Whoever_takes_too_much_memory_is_refused_and_leaves_nothing()
    {
        var (source, report) = await PutAsync("x.mp4", "-f", "lavfi", "-i", "testsrc=size=1920x1080:duration=1:rate=25", "-c:v", "mpeg4");
        UseBounds(new EncoderOptions(1, 1, MemoryBytes: 96 << 20, Longest: TimeSpan.FromMinutes(1)));

        Assert.That(
            () => Encoder.MakePlayableAsync(source, report, PlayablePlan.Of(report), Work.At("target"), null, CancellationToken.None),
            Throws.TypeOf<RefusedException>().With.Property("Refusal").EqualTo(Refusal.TooDemanding).And.Message.Contains("96 MB")
        );
        Assert.That(File.Exists(Work.At("target").Path), Is.False);
    }

    [Test]
    public async Task Full_HD_fits_into_a_quarter_of_a_gigabyte()
    {
        var (source, report) = await PutAsync(
            "x.mp4",
            "-f",
            "lavfi",
            "-i",
            "testsrc2=size=1920x1080:duration=2:rate=25",
            "-c:v",
            "libx264",
            "-preset",
            "ultrafast"
        );
        UseBounds(new EncoderOptions(1, 1, MemoryBytes: 256L << 20, Longest: TimeSpan.FromMinutes(2)));

        var size = await Encoder.CompressAsync(
            source,
            report,
            new CompressedForm(300_000, 1920, 1080, null, VideoBitsPerSecond: 1_000_000, AudioBitsPerSecond: null),
            Work.At("target"),
            null,
            CancellationToken.None
        );

        Assert.That(size, Is.InRange(1, 300_000));
    }

    [Test]
    public async Task Whoever_takes_too_long_is_refused_and_leaves_nothing()
    {
        var (source, report) = await PutAsync("x.mp4", "-f", "lavfi", "-i", "testsrc=size=1280x720:duration=20:rate=25", "-c:v", "mpeg4");
        UseBounds(new EncoderOptions(1, 1, MemoryBytes: 2048L << 20, Longest: TimeSpan.FromSeconds(1)));

        Assert.That(
            () => Encoder.MakePlayableAsync(source, report, PlayablePlan.Of(report), Work.At("target"), null, CancellationToken.None),
            Throws
                .TypeOf<RefusedException>()
                .With.Property("Refusal")
                .EqualTo(Refusal.TooDemanding)
                .And.Message.Contains("longer than 1 seconds")
        );
        Assert.That(File.Exists(Work.At("target").Path), Is.False);
    }

    [Test]
    public async Task Whoever_is_no_longer_wanted_ends_at_once_and_leaves_nothing()
    {
        var (source, report) = await PutAsync("x.mp4", "-f", "lavfi", "-i", "testsrc=size=1280x720:duration=20:rate=25", "-c:v", "mpeg4");
        using var leave = new CancellationTokenSource();

        var work = Encoder.MakePlayableAsync(source, report, PlayablePlan.Of(report), Work.At("target"), new Left(leave), leave.Token);

        Assert.That(async () => await work, Throws.InstanceOf<OperationCanceledException>());
        Assert.That(File.Exists(Work.At("target").Path), Is.False);
        Assert.That(ProcessesOn(source), Is.Empty);
    }

    private static string[] Noise => ["-f", "lavfi", "-i", "nullsrc=duration=2:size=320x240:rate=25,geq=random(1)*255:128:128"];

    private static string[] RedThenBlue =>
        [
            "-f",
            "lavfi",
            "-i",
            "color=red:size=64x64:duration=1:rate=25",
            "-f",
            "lavfi",
            "-i",
            "color=blue:size=64x64:duration=1:rate=25",
            "-filter_complex",
            "concat=n=2",
            "-c:v",
            "libx264",
            "-pix_fmt",
            "yuv420p",
        ];

    private async Task<MediaReport> PlayableAsync(MediaFile source, MediaReport report, PlayablePlan plan)
    {
        await Encoder.MakePlayableAsync(source, report, plan, Work.At("target"), percent: null, CancellationToken.None);
        return await Probe.ReadAsync(Work.At("target"), CancellationToken.None);
    }

    private async Task PutFrameAsync(int number, string size) =>
        Put(await Clips.MakeAsync("x.jpg", "-f", "lavfi", "-i", $"testsrc=size={size}", "-frames:v", "1"), FrameSequence.NameOf(number));

    private async Task<bool> IsBlueAsync()
    {
        var pixel = await Clips.MakeAsync(
            "x.raw",
            "-f",
            "mjpeg",
            "-i",
            Work.At("still").Path,
            "-vf",
            "scale=1:1",
            "-f",
            "rawvideo",
            "-pix_fmt",
            "rgb24"
        );
        return pixel[2] > 200 && pixel[0] < 50;
    }

    private static IEnumerable<string> ProcessesOn(MediaFile file) =>
        Directory
            .GetDirectories("/proc")
            .Select(folder => Path.Combine(folder, "cmdline"))
            .Where(File.Exists)
            .Select(TextOf)
            .Where(line => line.Contains(file.Path, StringComparison.Ordinal));

    private static string TextOf(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return ""; // ended by now
        }
    }

    private sealed class Told(List<double> told) : IProgress<double>
    {
        public void Report(double value) => told.Add(value);
    }

    private sealed class Left(CancellationTokenSource leave) : IProgress<double>
    {
        public void Report(double value) => leave.Cancel();
    }
}
