using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Vigint.Application.Analysis;
using Vigint.TestSupport;

namespace Vigint.ContractTests;

/// <summary>Contract §5: frames that wait to be analysed.</summary>
[OwnServer("the clock and the disk")]
public sealed class BufferTests : ContractFixture
{
    private static readonly Lazy<Task<byte[]>> FrameOnce = new(() => Clips.PictureAsync("64x48"));

    private readonly FakeTimeProvider clock = NewClock();

    private static Task<byte[]> Frame => FrameOnce.Value;

    private IReadOnlyList<string> Work => Server.Folder.Files("data", "videos", ".work");

    protected override VigintServer NewServer() => new(clock);

    [TearDown]
    public async Task Forget()
    {
        clock.Advance(FrameBuffers.IdleLife);
        await Eventually.RequireAsync("the frames are forgotten", () => Task.FromResult(Work.Count == 0));
    }

    // One frame

    [TestCase("7", "\"2026-10-04T12:00:00.123456\"", TestName = "A_number_and_a_text_come_back")]
    [TestCase("\"frame-7\"", "1760000000.25", TestName = "A_text_and_a_number_come_back")]
    [TestCase("12345678901234567890", "1e3", TestName = "Numbers_come_back_as_they_were_written")]
    public async Task What_the_client_counts_and_tells_the_time_by(string frameCount, string timestamp)
    {
        var answer = await Api.PostAsync(
            AnalysisCalls.Buffer,
            $$"""{"frame_data":"{{Convert.ToBase64String(await Frame)}}","frame_count":{{frameCount}},"timestamp":{{timestamp}}}"""
        );

        Assert.That(
            (answer.Status, answer.BodyText),
            Is.EqualTo((200, $$"""{"status":"buffered","frame_count":{{frameCount}},"buffer_size":1,"timestamp":{{timestamp}}}"""))
        );
    }

    [Test]
    public async Task Who_does_not_count_gets_0_and_the_time_of_the_server()
    {
        var answer = await Api.BufferAsync(await Frame);

        Assert.That(
            (answer.Number("frame_count"), answer.Text("timestamp")),
            Is.EqualTo((0, clock.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture)))
        );
    }

    [Test]
    public async Task The_buffer_grows_with_each_frame()
    {
        await Api.BufferAsync(await Frame);

        Assert.That((await Api.BufferAsync(await Frame)).Number("buffer_size"), Is.EqualTo(2));
    }

    [TestCase("{}", 400, "Missing frame data", TestName = "Nothing")]
    [TestCase("", 400, "Missing frame data", TestName = "An_empty_body")]
    [TestCase("{\"frame_data\":null}", 400, "Missing frame data", TestName = "No_frame")]
    [TestCase("{\"frame_data\":\"\"}", 415, "frame_data is not a JPEG", TestName = "An_empty_frame")]
    [TestCase("{\"frame_data\":\"!\"}", 400, "frame_data is not base64", TestName = "What_is_no_base64")]
    [TestCase("{\"frame_data\":\"iVBORw0KGgo=\"}", 415, "frame_data is not a JPEG", TestName = "A_PNG")]
    [TestCase("{\"frame_data\":7}", 400, "frame_data has the wrong type", TestName = "A_frame_that_is_a_number")]
    [TestCase("{\"frame_data\":\"JPEG\",\"frame_data\":\"JPEG\"}", 400, "frame_data has the wrong type", TestName = "A_frame_twice")]
    [TestCase("{\"frame_data\":\"JPEG\",\"frame_count\":[]}", 400, "frame_count has the wrong type", TestName = "A_count_that_is_a_list")]
    [TestCase("{\"frame_data\":\"JPEG\",\"timestamp\":{}}", 400, "timestamp has the wrong type", TestName = "A_time_that_is_an_object")]
    public async Task What_is_no_frame_is_refused(string body, int status, string error)
    {
        var answer = await Api.PostAsync(AnalysisCalls.Buffer, await WithFrameAsync(body));

        Assert.That((answer.Status, answer.Error), Is.EqualTo((status, error)));
        Assert.That(Work, Is.Empty);
    }

    // Several

    [Test]
    public async Task A_batch_is_added_to_the_same_buffer()
    {
        await Api.BufferAsync(await Frame);

        var answer = await Api.BufferBatchAsync(Enumerable.Repeat(await Frame, 3));

        Assert.That((answer.Status, answer.BodyText), Is.EqualTo((200, """{"status":"buffered","frames_added":3,"buffer_size":4}""")));
    }

    [Test]
    public async Task At_most_250_frames_are_kept()
    {
        await Api.BufferBatchAsync(Enumerable.Repeat(await Frame, 249));

        var answer = await Api.BufferBatchAsync(Enumerable.Repeat(await Frame, 3));

        Assert.That((answer.Number("frames_added"), answer.Number("buffer_size")), Is.EqualTo((3, 250)));
        Assert.That(Work, Has.Count.EqualTo(250));
    }

    [TestCase("{}", 400, "Missing frames array", TestName = "No_list")]
    [TestCase("{\"frames\":{}}", 400, "frames has the wrong type", TestName = "An_object_in_place_of_a_list")]
    [TestCase(
        "{\"frames\":[{\"frame_data\":\"JPEG\"},{\"frame_data\":\"!\"}]}",
        400,
        "frames[1].frame_data is not base64",
        TestName = "One_that_is_no_base64"
    )]
    [TestCase(
        "{\"frames\":[{\"frame_data\":\"JPEG\"},{\"frame_data\":\"AAAA\"}]}",
        415,
        "frames[1].frame_data is not a JPEG",
        TestName = "One_that_is_no_JPEG"
    )]
    [TestCase(
        "{\"frames\":[{\"frame_data\":\"JPEG\"},{\"frame_count\":1}]}",
        400,
        "Missing frame data",
        TestName = "One_without_a_picture"
    )]
    [TestCase("{\"frames\":[null]}", 400, "Missing frame data", TestName = "One_that_is_null")]
    [TestCase(
        "{\"frames\":[{\"frame_data\":\"JPEG\",\"frame_data\":\"JPEG\"}]}",
        400,
        "frames has the wrong type",
        TestName = "One_with_two_pictures"
    )]
    public async Task A_batch_with_a_broken_frame_adds_none(string body, int status, string error)
    {
        var answer = await Api.PostAsync(AnalysisCalls.Batch, await WithFrameAsync(body));

        Assert.That((answer.Status, answer.Error), Is.EqualTo((status, error)));
        Assert.That(Work, Is.Empty);
    }

    [Test]
    public async Task The_advice_names_the_frame_that_is_missing()
    {
        var answer = await Api.PostAsync(
            AnalysisCalls.Batch,
            await WithFrameAsync("{\"frames\":[{\"frame_data\":\"JPEG\"},{\"frame_count\":1}]}")
        );

        Assert.That(answer.Text("detail"), Does.Contain("frames[1].frame_data"));
    }

    [Test]
    public async Task An_empty_batch_adds_nothing()
    {
        await Api.BufferAsync(await Frame);

        var answer = await Api.BufferBatchAsync([]);

        Assert.That((answer.Number("frames_added"), answer.Number("buffer_size")), Is.EqualTo((0, 1)));
    }

    // Sources

    [Test]
    public async Task Each_source_has_a_buffer_of_its_own()
    {
        await Api.BufferAsync(await Frame);
        await Api.BufferOfSourceAsync("cam 1 / é", await Frame, "The till");

        var answer = await Api.BufferOfSourceAsync("cam 1 / é", await Frame);

        Assert.That(
            (answer.Status, answer.BodyText),
            Is.EqualTo((200, """{"success":true,"source_id":"cam 1 / é","buffer_size":2,"frame_count":7}"""))
        );
        Assert.That((await Api.BufferOfSourceAsync("cam-2", await Frame)).Number("buffer_size"), Is.EqualTo(1));
    }

    [TestCase("{\"source_id\":\"a\"}", 400, "Missing frame data", TestName = "A_source_without_a_frame")]
    [TestCase(
        "{\"frame_data\":\"JPEG\"}",
        400,
        "source_id must be a text of 1 to 128 characters without control characters",
        TestName = "A_frame_without_a_source"
    )]
    [TestCase(
        "{\"frame_data\":\"JPEG\",\"source_id\":\"\"}",
        400,
        "source_id must be a text of 1 to 128 characters without control characters",
        TestName = "An_empty_id"
    )]
    [TestCase(
        "{\"frame_data\":\"JPEG\",\"source_id\":\"a\\nb\"}",
        400,
        "source_id must be a text of 1 to 128 characters without control characters",
        TestName = "An_id_of_two_lines"
    )]
    [TestCase("{\"frame_data\":\"JPEG\",\"source_id\":7}", 400, "source_id has the wrong type", TestName = "An_id_that_is_a_number")]
    [TestCase(
        "{\"frame_data\":\"JPEG\",\"source_id\":\"a\",\"source_name\":\"\\u0007\"}",
        400,
        "source_name must be a text of at most 128 characters without control characters",
        TestName = "A_name_that_rings"
    )]
    [TestCase("{\"frame_data\":\"AAAA\",\"source_id\":\"a\"}", 415, "frame_data is not a JPEG", TestName = "A_source_with_what_is_no_JPEG")]
    public async Task What_cannot_be_buffered_of_a_source_is_refused(string body, int status, string error)
    {
        var answer = await Api.PostAsync(AnalysisCalls.SourceBuffer, await WithFrameAsync(body));

        Assert.That((answer.Status, answer.Error), Is.EqualTo((status, error)));
        Assert.That(Work, Is.Empty);
    }

    [Test]
    public async Task An_id_of_128_characters_is_the_longest()
    {
        Assert.That((await Api.BufferOfSourceAsync(new string('x', 128), await Frame)).Status, Is.EqualTo(200));
        Assert.That((await Api.BufferOfSourceAsync(new string('x', 129), await Frame)).Status, Is.EqualTo(400));
    }

    // All of them

    [Test]
    public async Task Calls_at_once_lose_no_frame()
    {
        var frame = await Frame;

        await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => Api.BufferAsync(frame)));

        Assert.That((await Api.BufferBatchAsync([])).Number("buffer_size"), Is.EqualTo(40));
    }

    [Test]
    public async Task Frames_are_temporary_files_that_no_clean_up_removes()
    {
        await Api.BufferBatchAsync(Enumerable.Repeat(await Frame, 3));

        var status = await Api.GetAsync("/api/storage/status");
        await Api.PostAsync("/api/storage/cleanup", "{\"type\":\"all\"}");

        Assert.That(status.Number("temp_files_count"), Is.EqualTo(3));
        Assert.That((await Api.BufferAsync(await Frame)).Number("buffer_size"), Is.EqualTo(4));
        Assert.That(Work, Has.Count.EqualTo(4));
    }

    [Test]
    public async Task Of_many_sources_nothing_is_left_when_they_are_forgotten()
    {
        for (var source = 0; source < 5; source++)
        {
            for (var frame = 0; frame < 4; frame++)
                await Api.BufferOfSourceAsync($"cam-{source}", await Frame);
        }

        Assert.That(Work, Has.Count.EqualTo(20));
        clock.Advance(FrameBuffers.IdleLife);

        Assert.That(
            await Eventually.ComesAsync(() =>
                Task.FromResult(!Directory.EnumerateFileSystemEntries(Path.Combine(Server.StorageFolder, ".work")).Any())
            ),
            Is.True
        );
    }

    [Test]
    public async Task Frames_become_a_clip()
    {
        await Api.BufferBatchAsync(Enumerable.Repeat(await Frame, 5));

        using var clip = await Server.Services.GetRequiredService<ClipSources>().TakeAsync(A.Operator, CancellationToken.None);

        Assert.That(
            await Clips.ProbeAsync(await File.ReadAllBytesAsync(clip!.File.Media.Path), "stream=codec_name,r_frame_rate"),
            Is.EqualTo(new[] { "h264", "25/1" })
        );
    }

    [TestCase(AnalysisCalls.Buffer)]
    [TestCase(AnalysisCalls.Batch)]
    [TestCase(AnalysisCalls.SourceBuffer)]
    public async Task Without_a_key_nothing_is_buffered(string call) =>
        Assert.That((await Anybody.PostAsync(call, "{}")).Status, Is.EqualTo(401));

    private static async Task<string> WithFrameAsync(string body) =>
        body.Replace("JPEG", Convert.ToBase64String(await Frame), StringComparison.Ordinal);
}
