using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Vigint.TestSupport;

namespace Vigint.ContractTests;

/// <summary>Contract §6: compress.</summary>
[AnyDatabase]
public sealed class CompressTests : ContractFixture
{
    private const int Megabyte = 1024 * 1024;

    private static readonly Lazy<Task<byte[]>> LargeOnce = new(() =>
        Clips.MakeAsync(
            "large.mp4",
            "-f",
            "lavfi",
            "-i",
            "nullsrc=duration=4:size=640x480:rate=25,geq=random(1)*255:128:128",
            "-f",
            "lavfi",
            "-i",
            "sine=duration=4",
            "-c:v",
            "libx264",
            "-preset",
            "ultrafast",
            "-b:v",
            "8M",
            "-pix_fmt",
            "yuv420p",
            "-c:a",
            "aac"
        )
    );

    [Test]
    public async Task A_clip_comes_back_within_the_size_and_close_to_it()
    {
        var answer = await Api.CompressAsync(
            await LargeOnce.Value,
            new JsonObject
            {
                ["max_size_mb"] = 0.5,
                ["filename"] = "large.mp4",
                ["quality_reduction"] = 0.85,
            }
        );

        using (Assert.EnterMultipleScope())
        {
            Assert.That(answer.Status, Is.EqualTo(200));
            Assert.That(answer.Video(), Has.Length.InRange(0.46 * Megabyte, 0.5 * Megabyte));
            Assert.That(answer.Member("success")!.GetValue<bool>(), Is.True);
            Assert.That(answer.Member("compressed")!.GetValue<bool>(), Is.True);
        }
    }

    [Test]
    public async Task Two_clips_in_one_body_are_not_made_one()
    {
        var half = Convert.ToBase64String(Clips.Fake());

        var answer = await Api.PostAsync(MediaCalls.Compress, $$"""{"video_data":"{{half}}","video_data":"{{half}}"}""");

        Assert.That((answer.Status, answer.Error), Is.EqualTo((400, "More than one video file part")));
    }

    [Test]
    public async Task A_sound_of_many_samples_leaves_room_for_the_picture()
    {
        var clip = await Clips.MakeAsync(
            "loud.mov",
            "-f",
            "lavfi",
            "-i",
            "testsrc=duration=20:size=640x360:rate=25",
            "-f",
            "lavfi",
            "-i",
            "anoisesrc=duration=20:sample_rate=96000",
            "-ac",
            "2",
            "-c:v",
            "mpeg4",
            "-q:v",
            "3",
            "-c:a",
            "pcm_s16le"
        );

        var answer = await Api.CompressAsync(clip, new JsonObject { ["max_size_mb"] = 0.1 });

        Assert.That(answer.Status, Is.EqualTo(200));
        Assert.That(answer.Video(), Has.Length.LessThanOrEqualTo(0.1 * Megabyte));
    }

    [Test]
    public async Task The_answer_says_how_large_it_was_and_is()
    {
        var clip = await LargeOnce.Value;
        var answer = await Api.CompressAsync(clip, new JsonObject { ["max_size_mb"] = 1 });

        var (before, after) = ((double)clip.Length / Megabyte, (double)answer.Video().Length / Megabyte);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(new[] { answer.Number("original_size"), answer.Number("original_size_mb") }, Is.All.EqualTo(before).Within(0.01));
            Assert.That(new[] { answer.Number("compressed_size"), answer.Number("final_size_mb") }, Is.All.EqualTo(after).Within(0.01));
            Assert.That(answer.Number("compression_ratio"), Is.EqualTo(after / before).Within(0.001));
        }
    }

    [Test]
    public async Task What_comes_back_is_H264_and_AAC_in_MP4_with_its_index_in_front_and_of_the_same_playing_time()
    {
        var video = (await Api.CompressAsync(await LargeOnce.Value, new JsonObject { ["max_size_mb"] = 1 })).Video();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(await Clips.ProbeAsync(video, "stream=codec_name"), Is.EqualTo(new[] { "h264", "aac" }));
            Assert.That(
                double.Parse((await Clips.ProbeAsync(video, "format=duration"))[0], CultureInfo.InvariantCulture),
                Is.EqualTo(4).Within(0.5).Percent
            );
            Assert.That(video.AsSpan().IndexOf("moov"u8), Is.LessThan(video.AsSpan().IndexOf("mdat"u8)));
        }
    }

    [Test]
    public async Task A_clip_that_is_small_enough_comes_back_byte_for_byte()
    {
        var clip = await Clips.FiveSecondsAsync();

        var answer = await Api.CompressAsync(clip);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(answer.Member("compressed")!.GetValue<bool>(), Is.False);
            Assert.That(answer.Video(), Is.EqualTo(clip));
            Assert.That(answer.Number("compression_ratio"), Is.EqualTo(1));
        }
    }

    [Test]
    public async Task Members_may_come_after_the_clip_and_before_it()
    {
        var clip = Convert.ToBase64String(await LargeOnce.Value);

        var last = await Api.PostAsync(MediaCalls.Compress, $$"""{"video_data":"{{clip}}","max_size_mb":-1}""");
        var first = await Api.PostAsync(MediaCalls.Compress, $$"""{"max_size_mb":-1,"video_data":"{{clip}}"}""");

        Assert.That(new[] { last.Error, first.Error }, Is.All.EqualTo("max_size_mb must be a number more than 0"));
    }

    [Test]
    public async Task Sent_as_a_form_it_is_answered_with_the_file_itself()
    {
        var form = new UploadForm().Field("max_size_mb", "0.5").Video(await LargeOnce.Value);

        var answer = await Api.SendAsync(HttpMethod.Post, MediaCalls.Compress, form.ToContent());

        using (Assert.EnterMultipleScope())
        {
            Assert.That((answer.Status, answer.ContentType), Is.EqualTo((200, "video/mp4")));
            Assert.That(answer.Body, Has.Length.InRange(0.46 * Megabyte, 0.5 * Megabyte));
            Assert.That(answer.Header("X-Compressed"), Is.EqualTo("true"));
            Assert.That(answer.Header("X-Original-Size-Mb"), Is.Not.Null);
            Assert.That(
                answer.Header("X-Final-Size-Mb"),
                Is.EqualTo(Math.Round((double)answer.Body.Length / Megabyte, 2).ToString(CultureInfo.InvariantCulture))
            );
            Assert.That(answer.Header("X-Compression-Ratio"), Is.Not.Null);
        }
    }

    [Test]
    public async Task Whoever_accepts_a_video_gets_the_file_itself()
    {
        var clip = await Clips.FiveSecondsAsync();
        var content = new StringContent(
            new JsonObject { ["video_data"] = Convert.ToBase64String(clip) }.ToJsonString(),
            Encoding.UTF8,
            "application/json"
        );

        var answer = await Api.SendAsync(HttpMethod.Post, MediaCalls.Compress, content, ("Accept", "video/mp4"));

        Assert.That((answer.ContentType, answer.Header("X-Compressed"), answer.Body), Is.EqualTo(("video/mp4", "false", clip)));
    }

    [TestCase("{}", 400, "No video data", TestName = "Nothing_to_compress")]
    [TestCase("", 400, "No video data", TestName = "An_empty_body")]
    [TestCase("{\"video_data\":\"\"}", 400, "No video data", TestName = "An_empty_clip")]
    [TestCase("{\"video_data\":\"not base64!\"}", 400, "video_data is not base64", TestName = "What_is_no_base64")]
    [TestCase("{\"video_data\":5}", 400, "video_data has the wrong type", TestName = "A_clip_that_is_a_number")]
    [TestCase("[]", 400, "The body must be a JSON object", TestName = "A_list")]
    [TestCase("{\"video_data\":\"I0VYVE0zVQoxMjMKL2V0Yy9wYXNzd2QK\"}", 415, "Not a video", TestName = "A_playlist")]
    [TestCase(
        "{\"video_data\":\"AAAA\",\"quality_reduction\":0}",
        400,
        "quality_reduction must be a number more than 0 and at most 1",
        TestName = "A_reduction_of_nothing"
    )]
    [TestCase(
        "{\"video_data\":\"AAAA\",\"quality_reduction\":1.01}",
        400,
        "quality_reduction must be a number more than 0 and at most 1",
        TestName = "A_reduction_of_more_than_all"
    )]
    [TestCase("{\"video_data\":\"AAAA\",\"max_size_mb\":0}", 400, "max_size_mb must be a number more than 0", TestName = "No_size")]
    public async Task What_cannot_be_compressed_is_refused(string body, int status, string error)
    {
        var answer = await Api.PostAsync(MediaCalls.Compress, body);

        Assert.That((answer.Status, answer.Error), Is.EqualTo((status, error)));
    }

    [Test]
    public async Task A_size_that_cannot_be_reached_is_refused_with_the_smallest_that_can()
    {
        var clip = await Clips.FiveSecondsAsync();
        var answer = await Api.CompressAsync(clip, new JsonObject { ["max_size_mb"] = 0.002 });
        Assert.That(answer.Status, Is.EqualTo(422));

        var smallest = double.Parse(answer.Error.Split(' ')[^1], CultureInfo.InvariantCulture);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(answer.Error, Does.StartWith("max_size_mb cannot be reached at any watchable quality; the smallest that can is "));
            Assert.That(answer.Number("smallest_bytes"), Is.EqualTo(smallest * Megabyte).Within(0.01 * Megabyte));
            Assert.That((await Api.CompressAsync(clip, new JsonObject { ["max_size_mb"] = smallest })).Status, Is.EqualTo(200));
        }
    }

    [Test]
    public async Task A_clip_without_a_picture_behind_its_head_is_no_video() =>
        Assert.That(
            (await Api.CompressAsync(Clips.Fake(sizeBytes: 100_000), new JsonObject { ["max_size_mb"] = 0.01 })).Status,
            Is.EqualTo(415)
        );

    [Test]
    public async Task Without_a_key_nothing_is_compressed()
    {
        var answer = await Anybody.CompressAsync(Clips.Fake());

        Assert.That((answer.Status, answer.Error), Is.EqualTo((401, "API key required")));
    }

    [Test]
    [OwnServer("the disk")]
    public async Task Nothing_is_left_in_the_temporary_area()
    {
        await Api.CompressAsync(await LargeOnce.Value, new JsonObject { ["max_size_mb"] = 1 });
        await Api.PostAsync(MediaCalls.Compress, "{\"video_data\":\"not base64!\"}");

        Assert.That(await Eventually.ComesAsync(() => Task.FromResult(Server.Folder.Files("data", "videos", ".work").Count == 0)), Is.True);
    }
}
