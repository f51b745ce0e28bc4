using System.Globalization;
using NUnit.Framework.Constraints;
using Vigint.Application.Analysis;
using Vigint.Application.Media;
using Vigint.Domain;
using Vigint.Domain.Analysis;
using Vigint.Infrastructure.Ffmpeg;
using Vigint.TestSupport;

namespace Vigint.AdapterTests.Ffmpeg;

public sealed class MotionDetectorTests : FfmpegFixture
{
    // A picture with much in it, as a shop has; half a megapixel is what cheap cameras send.
    private static readonly Lazy<Task<byte[]>> SceneOnce = new(() =>
        Clips.MakeAsync("scene.png", "-f", "lavfi", "-i", "mandelbrot=size=640x360", "-frames:v", "1")
    );

    private static readonly string[] H264 = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p"];

    [Test]
    public async Task In_a_still_picture_nothing_moves() => Assert.That(await FindAsync(await SceneAsync(4, "null")), Is.Empty);

    [TestCase("noise=alls=10:allf=t", TestName = "Noise_of_a_camera_by_day_is_no_movement")]
    [TestCase("noise=alls=30:allf=t", TestName = "Noise_of_a_camera_by_night_is_no_movement")]
    [TestCase("eq=brightness='-0.3+0.1*t':eval=frame", TestName = "Light_that_grows_is_no_movement")]
    [TestCase("eq=brightness='if(lt(t,2),0,0.15)':eval=frame", TestName = "Light_that_changes_at_once_is_no_movement")]
    public async Task What_is_no_movement(string filter) => Assert.That(await FindAsync(await SceneAsync(4, filter)), Is.Empty);

    [TestCase("150k", TestName = "What_a_poor_bit_rate_leaves_is_no_movement")]
    [TestCase("100k", TestName = "What_a_very_poor_bit_rate_leaves_is_no_movement")]
    public async Task Artefacts(string bitRate) =>
        Assert.That(await FindAsync(await SceneAsync(6, "noise=alls=10:allf=t", "-b:v", bitRate, "-g", "25")), Is.Empty);

    [Test]
    public async Task Light_that_is_switched_on_is_a_short_movement_for_somebody_did_it()
    {
        var found = await FindAsync(await SceneAsync(4, "eq=brightness='if(lt(t,2),-0.5,0)':contrast='if(lt(t,2),0.4,1)':eval=frame"));

        Assert.That(found.Single(), Has.Property("StartSeconds").InRange(1.5, 2.1).And.Property("EndSeconds").InRange(1.9, 2.5));
    }

    [TestCase("0x707070", TestName = "Somebody_who_takes_a_twentieth_of_the_picture_and_walks_is_seen")]
    [TestCase("0x101010", TestName = "Somebody_in_dark_clothes_is_seen")]
    public async Task Walking(string colour)
    {
        var found = await FindAsync(await OverlaidAsync(6, $"color={colour}:size=80x144", "x='100*t':y=150"));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(found, Has.Count.EqualTo(1));
            Assert.That((found[0].StartSeconds, found[0].EndSeconds), Is.EqualTo((0, 6)).Within(0.5));
            Assert.That(found[0].Strength, Is.InRange(0.01, 0.1));
        }
    }

    [Test]
    public async Task Somebody_small_and_slow_is_seen() =>
        Assert.That(
            (await FindAsync(await OverlaidAsync(6, "color=0x505050:size=40x70", "x='100+20*t':y=150"))).Sum(one =>
                one.EndSeconds - one.StartSeconds
            ),
            Is.GreaterThan(4)
        );

    [Test]
    public async Task Movement_in_the_last_second_of_a_minute_is_found_where_it_is()
    {
        var found = await FindAsync(await OverlaidAsync(60, "color=0x707070:size=80x144", "x='if(lt(t,59),-100,100+200*(t-59))':y=150"));

        Assert.That(found.Single(), Has.Property("StartSeconds").InRange(58.5, 59.1).And.Property("EndSeconds").InRange(59.4, 60));
    }

    [Test]
    public async Task Movements_that_are_apart_are_told_apart()
    {
        var found = await FindAsync(
            await OverlaidAsync(
                8,
                "color=0x707070:size=80x144",
                "x='100+if(between(t,1,2),100*(t-1),if(lt(t,1),0,100))+if(between(t,6,7),100*(t-6),if(lt(t,6),0,100))':y=150"
            )
        );

        Assert.That(found.Select(one => Math.Round(one.StartSeconds)), Is.EqualTo(new[] { 1, 6 }));
    }

    [Test]
    public async Task In_a_clip_of_one_picture_a_second_movement_is_seen()
    {
        var found = await FindAsync(await OverlaidAsync(6, "color=0x707070:size=80x144", "x='100*t':y=150", "-r", "1"));

        Assert.That(found, Has.Count.EqualTo(1));
    }

    [Test]
    public void What_cannot_be_decoded_is_refused_and_not_said_to_be_still()
    {
        var report = new MediaReport(
            MediaContainer.Mp4,
            4096,
            null,
            new VideoTrack("h264", null, null, null, 640, 360, 0, 25),
            null,
            1,
            true
        );

        Assert.That(
            () => new MotionDetector(Process).FindAsync(Put(Clips.Fake()), report, CancellationToken.None),
            Throws.TypeOf<RefusedException>().With.Property("Refusal").EqualTo(Refusal.NotAVideo)
        );
    }

    // Nobody is in the room before and after, and somebody walks through it meanwhile.
    [TestCase("x.mp4", "libx264", TestName = "Damaged_in_the_middle_where_no_picture_is_left_cannot_be_told")]
    [TestCase("x.avi", "mpeg4", TestName = "Damaged_in_the_middle_where_the_picture_before_is_shown_instead_cannot_be_told")]
    public async Task Damaged(string fileName, string codec)
    {
        var clip = await OverlaidInAsync(
            fileName,
            20,
            "color=0x707070:size=80x144",
            "x='if(between(t,8,12),100+50*(t-8),-100)':y=150",
            "-c:v",
            codec,
            "-g",
            "25"
        );
        await DamageAsync(clip, from: 7, to: 13);

        Assert.That(() => FindAsync(clip), CannotBeTold);
    }

    [Test]
    public async Task Damaged_where_nobody_is_movement_elsewhere_is_found()
    {
        var clip = await OverlaidAsync(20, "color=0x707070:size=80x144", "x='if(lt(t,4),100+50*t,-100)':y=150");
        await DamageAsync(clip, from: 10, to: 16);

        Assert.That((await FindAsync(clip))[0], Has.Property("StartSeconds").LessThan(0.5).And.Property("EndSeconds").InRange(3.5, 4.6));
    }

    [Test]
    public async Task A_clip_that_begins_between_key_frames_is_not_told_apart()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllBytesAsync(folder.At("whole.mp4"), await SceneAsync(12, "noise=alls=10:allf=t", "-g", "150"));

        var clip = await Clips.MakeAsync(
            "cut.mkv",
            "-i",
            folder.At("whole.mp4"),
            "-c",
            "copy",
            "-copyinkf",
            "-bsf:v",
            @"noise=drop='lt(n\,10)'"
        );

        Assert.That(() => FindAsync(clip), CannotBeTold);
    }

    [TestCase("x.mp4", TestName = "A_camera_that_pauses_while_nothing_changes_shows_a_still_room")]
    [TestCase("x.mkv", TestName = "The_same_in_Matroska")]
    [TestCase("x.avi", TestName = "The_same_in_AVI")]
    public async Task Pauses(string fileName) => Assert.That(await FindAsync(await PausingAsync(fileName, "null")), Is.Empty);

    [Test]
    public async Task Who_came_while_a_camera_paused_is_seen() =>
        Assert.That(
            await FindAsync(await PausingAsync("x.mp4", "drawbox=enable='gt(t,10)':x=100:y=150:w=80:h=144:color=0x707070:t=fill")),
            Has.Count.EqualTo(1)
        );

    [TestCase("1", TestName = "One_picture_a_second_of_a_still_room_is_enough")]
    [TestCase("0.4", TestName = "Two_pictures_in_five_seconds_of_a_still_room_are_enough")]
    public async Task Few_pictures(string rate) =>
        Assert.That(await FindAsync(await SceneAsync(20, "noise=alls=10:allf=t", "-r", rate)), Is.Empty);

    private static Constraint CannotBeTold =>
        Throws.TypeOf<RefusedException>().With.Message.EqualTo(AnalysisRefusals.MotionCannotBeTold().Message);

    // Ten pictures a second, but none from the second second to the twelfth, and again as long at the end.
    private static Task<byte[]> PausingAsync(string fileName, string filter) =>
        SceneInAsync(
            fileName,
            24,
            $"fps=10,noise=alls=10:allf=t,{filter},select='not(between(t,2,12))*lt(t,14)+gt(t,23.9)'",
            "-fps_mode",
            "vfr"
        );

    // What the container says of the pictures stays.
    private static async Task DamageAsync(byte[] clip, double from, double to)
    {
        const int chunkHeader = 8;
        var header = clip.AsSpan().StartsWith("RIFF"u8) ? chunkHeader : 0;
        foreach (var packet in (await Clips.ProbeAsync(clip, "packet=pts_time,size,pos")).Chunk(3))
        {
            if (double.Parse(packet[0], CultureInfo.InvariantCulture) is var second && second >= from && second < to)
                clip.AsSpan(int.Parse(packet[2], CultureInfo.InvariantCulture) + header, int.Parse(packet[1], CultureInfo.InvariantCulture))
                    .Clear();
        }
    }

    private static Task<byte[]> SceneAsync(int seconds, string filter, params string[] encoding) =>
        SceneInAsync("x.mp4", seconds, filter, encoding);

    private static async Task<byte[]> SceneInAsync(string fileName, int seconds, string filter, params string[] encoding)
    {
        using var folder = new TemporaryFolder();
        return await Clips.MakeAsync(
            fileName,
            ["-loop", "1", "-framerate", "25", "-i", await PutSceneAsync(folder), "-t", $"{seconds}", "-vf", filter, .. H264, .. encoding]
        );
    }

    private static Task<byte[]> OverlaidAsync(int seconds, string what, string where, params string[] encoding) =>
        OverlaidInAsync("x.mp4", seconds, what, where, [.. H264, .. encoding]);

    // With the noise of a camera, so that what moves is seen in spite of it.
    private static async Task<byte[]> OverlaidInAsync(string fileName, int seconds, string what, string where, params string[] encoding)
    {
        using var folder = new TemporaryFolder();
        return await Clips.MakeAsync(
            fileName,
            [
                "-loop",
                "1",
                "-framerate",
                "25",
                "-i",
                await PutSceneAsync(folder),
                "-f",
                "lavfi",
                "-i",
                what,
                "-t",
                $"{seconds}",
                "-filter_complex",
                $"[0]noise=alls=10:allf=t[scene];[scene][1]overlay={where}",
                .. encoding,
            ]
        );
    }

    private static async Task<string> PutSceneAsync(TemporaryFolder folder)
    {
        await File.WriteAllBytesAsync(folder.At("scene.png"), await SceneOnce.Value);
        return folder.At("scene.png");
    }

    private async Task<IReadOnlyList<MotionInterval>> FindAsync(byte[] clip)
    {
        var file = Put(clip);
        return await new MotionDetector(Process).FindAsync(
            file,
            await Probe.ReadAsync(file, CancellationToken.None),
            CancellationToken.None
        );
    }
}
