using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using Vigint.TestSupport;

namespace Vigint.ContractTests;

/// <summary>Contract §6: create and download.</summary>
[OwnServer("the clock")]
public sealed class CreateTests : ContractFixture
{
    private readonly FakeTimeProvider clock = NewClock();

    protected override VigintServer NewServer() => new(clock);

    [Test]
    public async Task Pictures_become_a_video()
    {
        var answer = await Api.CreateAsync(
            await FramesAsync("160x120", 10),
            new JsonObject { ["fps"] = 5, ["output_filename"] = "shop.mp4" }
        );

        using (Assert.EnterMultipleScope())
        {
            Assert.That(answer.Status, Is.EqualTo(200));
            Assert.That(answer.Member("success")!.GetValue<bool>(), Is.True);
            Assert.That((answer.Number("frames_processed"), answer.Number("failed_frames")), Is.EqualTo((10, 0)));
            Assert.That((answer.Number("duration"), answer.Number("duration_seconds"), answer.Number("fps")), Is.EqualTo((2, 2, 5)));
            Assert.That(answer.Text("resolution"), Is.EqualTo("160x120"));
            Assert.That(
                await Clips.ProbeAsync(answer.Video(), "stream=codec_name,pix_fmt,width,height"),
                Is.EqualTo(new[] { "h264", "160", "120", "yuv420p" })
            );
        }
    }

    [Test]
    public async Task Frames_that_are_none_are_counted_and_left_out()
    {
        var good = await FramesAsync("64x48", 3);

        var answer = await Api.CreateAsync(
            [good[0], "not base64!", good[1], Convert.ToBase64String(new byte[500]), "", good[2]],
            new JsonObject { ["fps"] = 1 }
        );

        Assert.That((answer.Number("frames_processed"), answer.Number("failed_frames"), answer.Number("duration")), Is.EqualTo((3, 3, 3)));
    }

    [Test]
    public async Task A_frame_that_breaks_off_is_no_end_of_the_video()
    {
        var good = await FramesAsync("64x48", 3);
        var cut = Convert.ToBase64String(Convert.FromBase64String(good[1]).AsSpan(0, 640));

        var answer = await Api.CreateAsync([good[0], cut, good[2]], new JsonObject { ["fps"] = 1 });

        Assert.That(answer.Number("frames_processed") + answer.Number("failed_frames"), Is.EqualTo(3));
        Assert.That(answer.Number("frames_processed"), Is.GreaterThanOrEqualTo(2));
    }

    [Test]
    public async Task Frames_of_differing_and_odd_sizes_get_the_commonest_made_even()
    {
        string[] frames = [.. await FramesAsync("90x200", 1), .. await FramesAsync("161x121", 3), .. await FramesAsync("320x240", 1)];

        var answer = await Api.CreateAsync(frames, new JsonObject { ["fps"] = 10 });

        Assert.That((answer.Number("frames_processed"), answer.Text("resolution")), Is.EqualTo((5, "162x122")));
    }

    [TestCase("avi", "video/x-msvideo")]
    [TestCase("mov", "video/quicktime")]
    [TestCase("mkv", "video/x-matroska")]
    [TestCase("MP4", "video/mp4")]
    public async Task Each_format_can_be_asked_for_and_downloaded(string format, string contentType)
    {
        var answer = await Api.CreateAsync(
            await FramesAsync("64x48", 2),
            new JsonObject { ["video_format"] = format, ["output_filename"] = $"../shop é.{format}" }
        );

        var download = await Api.GetAsync(answer.Text("download_url"));

        using (Assert.EnterMultipleScope())
        {
            Assert.That((download.Status, download.ContentType), Is.EqualTo((200, contentType)));
            Assert.That(download.Body, Is.EqualTo(answer.Video()));
            Assert.That(download.Header("Content-Disposition"), Does.StartWith("attachment").And.Contains("shop").And.Not.Contains(".."));
        }
    }

    [Test]
    public async Task A_part_of_a_download_can_be_asked_for()
    {
        var answer = await Api.CreateAsync(await FramesAsync("64x48", 2));

        var part = await Api.GetAsync(answer.Text("download_url"), ("Range", "bytes=4-7"));

        Assert.That((part.Status, part.BodyText), Is.EqualTo((206, "ftyp")));
    }

    [Test]
    public async Task A_download_is_there_for_an_hour_and_then_no_more()
    {
        var url = (await Api.CreateAsync(await FramesAsync("64x48", 2))).Text("download_url");
        clock.Advance(TimeSpan.FromMinutes(59));
        Assert.That((await Api.GetAsync(url)).Status, Is.EqualTo(200));

        clock.Advance(TimeSpan.FromMinutes(1));

        Assert.That((await Api.GetAsync(url)).Status, Is.EqualTo(404));
        Assert.That(await Eventually.ComesAsync(() => Task.FromResult(Server.Folder.Files("data", "videos", ".work").Count == 0)), Is.True);
    }

    [Test]
    public async Task A_download_counts_as_a_temporary_file_and_goes_with_them()
    {
        var url = (await Api.CreateAsync(await FramesAsync("64x48", 2))).Text("download_url");
        Assert.That((await Api.GetAsync("/api/storage/status")).Number("temp_files_count"), Is.GreaterThan(0));

        await Api.PostAsync("/api/storage/cleanup", "{\"type\":\"all\"}");

        Assert.That((await Api.GetAsync(url)).Error, Is.EqualTo("Download not found"));
    }

    [TestCase("/api/video/download/00000000000000000000000000000000")]
    [TestCase("/api/video/download/..%2f..%2fetc%2fpasswd")]
    public async Task An_unknown_download_is_not_found(string path) => Assert.That((await Api.GetAsync(path)).Status, Is.EqualTo(404));

    [Test]
    public async Task A_download_needs_a_key() => Assert.That((await Anybody.GetAsync("/api/video/download/0")).Status, Is.EqualTo(401));

    [TestCase("{\"frames\":[]}", "No valid frames decoded", TestName = "No_frames")]
    [TestCase("{}", "No valid frames decoded", TestName = "No_list_of_frames")]
    [TestCase("{\"frames\":[\"AAAA\",\"!\"]}", "No valid frames decoded", TestName = "Frames_that_are_none")]
    [TestCase("{\"frames\":[1]}", "frames[0] has the wrong type", TestName = "Frames_that_are_numbers")]
    [TestCase("{\"frames\":\"AAAA\"}", "frames has the wrong type", TestName = "Frames_that_are_a_text")]
    [TestCase("{\"frames\":[],\"fps\":0.05}", "fps must be a number from 0.1 to 120", TestName = "Too_slow")]
    [TestCase("{\"frames\":[],\"fps\":121}", "fps must be a number from 0.1 to 120", TestName = "Too_fast")]
    [TestCase("{\"frames\":[],\"video_format\":\"gif\"}", "video_format must be one of mp4, avi, mov, mkv", TestName = "An_unknown_format")]
    public async Task What_cannot_become_a_video_is_refused(string body, string error)
    {
        var answer = await Api.PostAsync(MediaCalls.Create, body);

        Assert.That((answer.Status, answer.Error), Is.EqualTo((400, error)));
    }

    [Test]
    public async Task More_than_7500_frames_are_refused()
    {
        var answer = await Api.CreateAsync(Enumerable.Repeat("AAAA", 7501));

        Assert.That((answer.Status, answer.Error), Is.EqualTo((400, "frames must be at most 7500")));
    }

    private static async Task<string[]> FramesAsync(string size, int count)
    {
        var frame = Convert.ToBase64String(await Clips.PictureAsync(size));
        return [.. Enumerable.Repeat(frame, count)];
    }
}
