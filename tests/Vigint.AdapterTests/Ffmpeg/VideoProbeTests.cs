using Vigint.Application.Media;
using Vigint.Domain;
using Vigint.TestSupport;

namespace Vigint.AdapterTests.Ffmpeg;

public sealed class VideoProbeTests : FfmpegFixture
{
    private static readonly string[] Picture = ["-f", "lavfi", "-i", "testsrc=duration=2:size=322x242:rate=25"];
    private static readonly string[] PictureAndSound = [.. Picture, "-f", "lavfi", "-i", "sine=duration=2", "-ac", "2"];

    [Test]
    public async Task It_tells_what_picture_and_sound_are()
    {
        var (_, report) = await PutAsync(
            "x.mp4",
            [.. PictureAndSound, "-c:v", "libx264", "-profile:v", "main", "-pix_fmt", "yuv420p", "-c:a", "aac"]
        );

        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                report.Video,
                Is.EqualTo(new VideoTrack("h264", "Main", report.Video.Level, "yuv420p", 322, 242, 0, 25) { ToldSeconds = 2 })
            );
            Assert.That(report.Audio, Is.Not.Null.And.Property("Codec").EqualTo("aac").And.Property("Channels").EqualTo(2));
            Assert.That(report, Has.Property("Container").EqualTo(MediaContainer.Mp4).And.Property("Streams").EqualTo(2));
            Assert.That(report.Duration!.Value.TotalSeconds, Is.EqualTo(2).Within(0.1));
        }
    }

    [TestCase("x.mov", "mjpeg", MediaContainer.QuickTime, TestName = "A_MOV")]
    [TestCase("x.mkv", "libx265", MediaContainer.Matroska, TestName = "A_Matroska_file")]
    [TestCase("x.webm", "libvpx-vp9", MediaContainer.WebM, TestName = "A_WebM_file")]
    [TestCase("x.avi", "mpeg4", MediaContainer.Avi, TestName = "An_AVI")]
    public async Task The_container_is_told_by_content(string fileName, string encoder, MediaContainer container)
    {
        var (_, report) = await PutAsync(fileName, [.. Picture, "-c:v", encoder]);

        Assert.That(report.Container, Is.EqualTo(container));
    }

    [TestCase("+faststart", true, TestName = "An_index_in_front_is_seen")]
    [TestCase("-faststart", false, TestName = "An_index_at_the_end_is_seen")]
    public async Task Index(string flag, bool isInFront)
    {
        var (_, report) = await PutAsync("x.mp4", [.. Picture, "-c:v", "libx264", "-movflags", flag]);

        Assert.That(report.IndexIsInFront, Is.EqualTo(isInFront));
    }

    [Test]
    public async Task A_portrait_that_is_stored_lying_is_told_with_its_rotation()
    {
        var (lying, _) = await PutAsync("x.mp4", [.. Picture, "-c:v", "libx264"]);
        var (_, report) = await PutTurnedAsync(lying);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(report.Video.Rotation, Is.EqualTo(90));
            Assert.That(report.Video.Shown, Is.EqualTo((242, 322)));
        }
    }

    [Test]
    public async Task A_picture_beyond_the_bounds_is_refused()
    {
        var bytes = await Clips.MakeAsync("x.mkv", "-f", "lavfi", "-i", "color=size=8400x16:duration=0.1:rate=10", "-c:v", "mjpeg");

        Assert.That(
            () => Probe.ReadAsync(Put(bytes), CancellationToken.None),
            Throws.TypeOf<RefusedException>().With.Property("Refusal").EqualTo(Refusal.TooDemanding).And.Message.Contains("8192")
        );
    }

    [Test]
    public async Task A_file_with_a_head_and_nothing_behind_it_cannot_be_decoded()
    {
        await Task.CompletedTask;

        Assert.That(
            () => Probe.ReadAsync(Put(Clips.Fake()), CancellationToken.None),
            Throws.TypeOf<RefusedException>().With.Property("Refusal").EqualTo(Refusal.NotAVideo)
        );
    }

    private async Task<(MediaFile File, MediaReport Report)> PutTurnedAsync(MediaFile lying)
    {
        var turned = Put(await Clips.MakeAsync("x.mp4", "-i", lying.Path, "-c", "copy", "-metadata:s:v:0", "rotate=270"), "turned");
        return (turned, await Probe.ReadAsync(turned, CancellationToken.None));
    }
}
