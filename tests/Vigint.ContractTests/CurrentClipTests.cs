using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Vigint.Application.Analysis;
using Vigint.TestSupport;

namespace Vigint.ContractTests;

/// <summary>Contract §5: the caller's current clip.</summary>
[OwnServer("the clock and the disk")]
public sealed class CurrentClipTests : ContractFixture
{
    private readonly FakeTimeProvider clock = NewClock();

    private IReadOnlyList<string> Work => Server.Folder.Files("data", "videos", ".work");

    protected override VigintServer NewServer() => new(clock);

    [TearDown]
    public async Task Forget()
    {
        clock.Advance(CurrentClips.Life);
        await Eventually.RequireAsync("the clip is forgotten", () => Task.FromResult(Work.Count == 0));
    }

    [Test]
    public async Task A_clip_is_taken_and_described()
    {
        var clip = await Clips.FiveSecondsAsync();

        var answer = await Api.UploadClipAsync(clip);

        Assert.That(answer.Status, Is.EqualTo(200));
        Assert.That(
            JsonNode.DeepEquals(
                answer.Json,
                new JsonObject
                {
                    ["status"] = "uploaded",
                    ["video_size_mb"] = Math.Round(clip.Length / 1048576.0, 2),
                    ["frame_count"] = 125,
                    ["duration"] = 5,
                    ["ready_for_analysis"] = true,
                }
            ),
            Is.True,
            answer.BodyText
        );
    }

    [Test]
    public async Task A_clip_may_come_as_a_form()
    {
        var answer = await Api.SendAsync(
            HttpMethod.Post,
            AnalysisCalls.Upload,
            new UploadForm().Field("video_filename", "x.mp4").Video(await Clips.FiveSecondsAsync()).ToContent()
        );

        Assert.That((answer.Status, answer.Number("frame_count")), Is.EqualTo((200, 125)));
        Assert.That(await CurrentAsync(), Is.EqualTo(await Clips.FiveSecondsAsync()));
    }

    [Test]
    public async Task The_next_clip_replaces_it()
    {
        var next = await Clips.MakeAsync(
            "x.avi",
            "-f",
            "lavfi",
            "-i",
            "testsrc=size=64x48:duration=1:rate=10",
            "-c:v",
            "mjpeg",
            "-pix_fmt",
            "yuvj420p"
        );
        await Api.UploadClipAsync(await Clips.FiveSecondsAsync());

        var answer = await Api.UploadClipAsync(next);

        Assert.That((answer.Number("frame_count"), answer.Number("duration")), Is.EqualTo((10, 1)));
        Assert.That(await CurrentAsync(), Is.EqualTo(next));
        Assert.That(Work, Has.Count.EqualTo(1));
    }

    [TestCase("{}", 400, "No video data", TestName = "Nothing")]
    [TestCase("", 400, "No video data", TestName = "An_empty_body")]
    [TestCase("{\"video_data\":\"\"}", 400, "No video data", TestName = "An_empty_clip")]
    [TestCase("{\"video_data\":\"not base64!\"}", 400, "video_data is not base64", TestName = "What_is_no_base64")]
    [TestCase("{\"video_data\":5}", 400, "video_data has the wrong type", TestName = "A_clip_that_is_a_number")]
    [TestCase("{\"video_data\":\"I0VYVE0zVQoxMjMKL2V0Yy9wYXNzd2QK\"}", 415, "Not a video", TestName = "A_playlist")]
    public async Task What_is_no_clip_is_refused_and_replaces_none(string body, int status, string error)
    {
        await Api.UploadClipAsync(await Clips.FiveSecondsAsync());

        var answer = await Api.PostAsync(AnalysisCalls.Upload, body);

        Assert.That((answer.Status, answer.Error), Is.EqualTo((status, error)));
        Assert.That(await CurrentAsync(), Is.EqualTo(await Clips.FiveSecondsAsync()));
        Assert.That(Work, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_clip_without_a_picture_behind_its_head_is_no_video()
    {
        var answer = await Api.UploadClipAsync(Clips.Fake());

        Assert.That(answer.Status, Is.EqualTo(415));
        Assert.That(Work, Is.Empty);
    }

    [Test]
    public async Task It_is_a_temporary_file_that_no_clean_up_removes_before_its_hour_is_over()
    {
        await Api.UploadClipAsync(await Clips.FiveSecondsAsync());
        clock.Advance(TimeSpan.FromMinutes(59));

        var status = await Api.GetAsync("/api/storage/status");
        await Api.PostAsync("/api/storage/cleanup", "{\"type\":\"all\"}");

        Assert.That(status.Number("temp_files_count"), Is.EqualTo(1));
        Assert.That(await CurrentAsync(), Is.EqualTo(await Clips.FiveSecondsAsync()));
    }

    [Test]
    public async Task After_an_hour_it_is_gone()
    {
        await Api.UploadClipAsync(await Clips.FiveSecondsAsync());

        clock.Advance(CurrentClips.Life);

        Assert.That(await CurrentAsync(), Is.Null);
        Assert.That(await Eventually.ComesAsync(() => Task.FromResult(Work.Count == 0)), Is.True);
    }

    [Test]
    public async Task Without_a_key_nothing_is_taken()
    {
        var answer = await Anybody.UploadClipAsync(Clips.Fake());

        Assert.That((answer.Status, answer.Error), Is.EqualTo((401, "API key required")));
    }

    // As analysis will take it.
    private async Task<byte[]?> CurrentAsync()
    {
        using var clip = await Server.Services.GetRequiredService<ClipSources>().TakeAsync(A.Operator, CancellationToken.None);
        return clip is null ? null : await File.ReadAllBytesAsync(clip.File.Media.Path);
    }
}
