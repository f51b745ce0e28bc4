using System.Globalization;
using System.Text.Json.Nodes;
using Vigint.TestSupport;

namespace Vigint.ContractTests;

/// <summary>Contract §3, renditions and stills.</summary>
[OwnServer("its disk, and an ffmpeg")]
public sealed class RenditionTests : ContractFixture
{
    private const string NotPlayable = "clip.avi";

    private static readonly Lazy<Task<byte[]>> Avi = new(() =>
        Clips.MakeAsync(NotPlayable, "-f", "lavfi", "-i", "testsrc=duration=2:size=320x240:rate=25", "-c:v", "mjpeg")
    );

    // Long enough that it is not ready before a test has looked.
    private static readonly Lazy<Task<byte[]>> Long = new(() =>
        Clips.MakeAsync("clip.mp4", "-f", "lavfi", "-i", "testsrc2=duration=45:size=640x480:rate=25", "-c:v", "mpeg4", "-q:v", "5")
    );

    protected override VigintServer NewServer()
    {
        Needs.Program("ffmpeg");
        return new VigintServer(settings: ("RENDITIONS", "true"));
    }

    // The record

    [Test]
    public async Task A_clip_that_no_browser_plays_is_prepared_and_then_ready()
    {
        var stored = await Api.StoreAsync(NewId(), await Long.Value);

        await Eventually.RequireAsync(
            "it says how far it is",
            async () =>
                (await Api.GetAsync(Record(stored.Id))).Json is { } record
                && record["playback"]!.GetValue<string>() == "preparing"
                && record["percent"]!.GetValue<int>() is > 0 and < 100
        );
        await Api.ReadyAsync(stored.Id);
        var record = await Api.GetAsync(Record(stored.Id));

        Assert.That((record.Member("percent"), record.Member("playback_reason")), Is.EqualTo(((JsonNode?)null, (JsonNode?)null)));
    }

    [Test]
    public async Task A_list_says_how_playback_stands()
    {
        var stored = await Api.StoreAsync(NewId(), await Clips.FiveSecondsAsync());
        await Api.ReadyAsync(stored.Id);

        var list = await Api.GetAsync("/api/v1/videos");

        var listed = list.Json["videos"]!.AsArray().Single(one => one!["video_id"]!.GetValue<string>() == stored.Id)!;
        Assert.That(listed["playback"]!.GetValue<string>(), Is.EqualTo("ready"));
    }

    [Test]
    public async Task Uploading_again_what_failed_has_it_tried_again()
    {
        using var log = new LogLines();
        await using var server = new VigintServer(log: log, settings: ("RENDITIONS", "true"));
        using var api = new VideoApi(server.NewClient());
        var stored = await api.StoreAsync("failing", Clips.Fake());
        await api.SettledAsync(stored.Id);

        await api.StoreAsync("failing", Clips.Fake());

        var isTriedAgain = await Eventually.ComesAsync(() =>
            Task.FromResult(log.All.Count(line => line.Contains("failing gets no playable form", StringComparison.Ordinal)) == 2)
        );
        Assert.That(isTriedAgain, Is.True);
    }

    [Test]
    public async Task What_cannot_be_decoded_has_failed_and_says_why()
    {
        var stored = await Api.StoreAsync(NewId(), Clips.Fake());

        var playback = await Api.SettledAsync(stored.Id);

        Assert.That(playback, Is.EqualTo("failed"));
        Assert.That((await Api.GetAsync(Record(stored.Id))).Text("playback_reason"), Is.EqualTo("The video cannot be decoded"));
    }

    [Test]
    public async Task A_recording_whose_index_never_came_has_failed_and_says_why()
    {
        var stored = await Api.StoreAsync(NewId(), await RecorderClips.WithoutIndexAsync());

        var playback = await Api.SettledAsync(stored.Id);

        Assert.That(playback, Is.EqualTo("failed"));
        Assert.That(
            (await Api.GetAsync(Record(stored.Id))).Text("playback_reason"),
            Is.EqualTo("The recording was cut off: its index is missing")
        );
    }

    [Test]
    public async Task Where_none_are_made_there_is_the_original_only()
    {
        await using var server = new VigintServer(settings: ("RENDITIONS", "false"));
        using var api = new VideoApi(server.NewClient());
        var stored = await api.StoreAsync("a", await Avi.Value);

        var record = await api.GetAsync(Record("a"));
        var poster = await api.GetAsync(Poster(stored));

        Assert.That(
            (record.Text("playback"), record.Text("playback_reason")),
            Is.EqualTo(("original only", "This server makes no playable forms"))
        );
        Assert.That((poster.Status, poster.Header("Retry-After")), Is.EqualTo((404, (string?)null)));
    }

    // Watching

    [Test]
    public async Task A_link_gives_the_playable_form_once_it_is_there()
    {
        var stored = await ReadyAsync(await Avi.Value);

        var answer = await Anybody.GetAsync(stored.Link);

        using (Assert.EnterMultipleScope())
        {
            Assert.That((answer.Status, answer.Header("Content-Type")), Is.EqualTo((200, "video/mp4")));
            Assert.That(answer.Header("Content-Disposition"), Does.StartWith("inline").And.Contains($"video_{stored.Id}.mp4"));
            Assert.That(answer.Body.AsSpan(4, 4).SequenceEqual("ftyp"u8), Is.True);
            Assert.That(answer.Body, Is.Not.EqualTo(await Avi.Value));
        }
    }

    [Test]
    public async Task With_original_1_a_link_gives_the_bytes_as_uploaded()
    {
        var stored = await ReadyAsync(await Avi.Value);

        var answer = await Anybody.GetAsync(Original(stored));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(answer.Body, Is.EqualTo(await Avi.Value));
            Assert.That(answer.Header("Content-Type"), Is.EqualTo("video/x-msvideo"));
            Assert.That(answer.Header("Content-Disposition"), Contains.Substring($"video_{stored.Id}.avi"));
        }
    }

    [Test]
    public async Task A_clip_that_plays_as_it_is_is_given_as_it_was_uploaded()
    {
        var stored = await ReadyAsync(await Clips.FiveSecondsAsync());

        var answer = await Anybody.GetAsync(stored.Link);

        Assert.That(answer.Body, Is.EqualTo(await Clips.FiveSecondsAsync()));
    }

    [Test]
    public async Task What_has_failed_is_given_as_it_was_uploaded()
    {
        var stored = await Api.StoreAsync(NewId(), Clips.Fake(seed: 7));
        await Api.SettledAsync(stored.Id);

        var answer = await Anybody.GetAsync(stored.Link);

        Assert.That(answer.Body, Is.EqualTo(Clips.Fake(seed: 7)));
    }

    [Test]
    public async Task A_playable_form_can_be_had_in_ranges_and_by_HEAD()
    {
        var stored = await ReadyAsync(await Avi.Value);
        var whole = await Anybody.GetAsync(stored.Link);

        var range = await Anybody.GetAsync(stored.Link, ("Range", "bytes=100-199"), ("If-Range", whole.Header("ETag")!));
        var head = await Anybody.HeadAsync(stored.Link);

        Assert.That((range.Status, range.Body.AsSpan().SequenceEqual(whole.Body.AsSpan(100, 100))), Is.EqualTo((206, true)));
        Assert.That((head.Header("Content-Length"), head.Header("ETag")), Is.EqualTo(($"{whole.Body.Length}", whole.Header("ETag"))));
    }

    [TestCase("ETag", TestName = "By_the_tag_of_the_original_a_range_of_the_playable_form_is_not_given")]
    [TestCase("Last-Modified", TestName = "By_the_time_of_the_original_a_range_of_the_playable_form_is_not_given")]
    public async Task Who_was_in_the_middle_of_the_original_gets_no_mixture(string validator)
    {
        var stored = await Api.StoreAsync(NewId(), await Avi.Value);
        var before = await Anybody.GetAsync(Original(stored), ("Range", "bytes=0-99"));
        await Api.ReadyAsync(stored.Id);

        var next = await Anybody.GetAsync(stored.Link, ("Range", "bytes=100-199"), ("If-Range", before.Header(validator)!));
        var nextOfOriginal = await Anybody.GetAsync(Original(stored), ("Range", "bytes=100-199"), ("If-Range", before.Header(validator)!));
        var clip = await Avi.Value;

        Assert.That((next.Status, next.Body.AsSpan(4, 4).SequenceEqual("ftyp"u8)), Is.EqualTo((200, true)), "the whole playable form");
        Assert.That((nextOfOriginal.Status, nextOfOriginal.Body.AsSpan().SequenceEqual(clip.AsSpan(100, 100))), Is.EqualTo((206, true)));
    }

    [Test]
    public async Task A_link_that_was_extended_still_gives_the_playable_form()
    {
        var stored = await ReadyAsync(await Avi.Value);
        var before = await Anybody.GetAsync(stored.Link);
        var extended = await Api.ExtendAsync(stored.Id, 5);

        var after = await Anybody.GetAsync(extended.Link);

        Assert.That(after.Header("ETag"), Is.EqualTo(before.Header("ETag")));
    }

    // Stills

    [Test]
    public async Task A_still_is_a_JPEG_with_the_contracts_headers()
    {
        var stored = await ReadyAsync(await Avi.Value);

        var poster = await Anybody.GetAsync(Poster(stored));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                (poster.Status, poster.Header("Content-Type"), poster.Header("Cache-Control")),
                Is.EqualTo((200, "image/jpeg", "private"))
            );
            Assert.That(poster.Header("ETag"), Does.Match("^\"[^\"]+\"$"));
            Assert.That(Convert.ToHexString(poster.Body.AsSpan(0, 3)), Is.EqualTo("FFD8FF"));
        }
    }

    [Test]
    public async Task A_still_that_has_not_changed_is_not_sent_again()
    {
        var stored = await ReadyAsync(await Clips.FiveSecondsAsync());
        var tag = (await Anybody.GetAsync(Poster(stored))).Header("ETag")!;

        Assert.That((await Anybody.GetAsync(Poster(stored), ("If-None-Match", tag))).Status, Is.EqualTo(304));
    }

    [TestCase("incident_start_seconds", "3.5", 'B', TestName = "A_still_shows_the_second_of_the_incident")]
    [TestCase("incident_time", "0.5", 'R', TestName = "A_still_shows_the_second_that_older_clients_name")]
    public async Task The_second_of_a_still(string member, string second, char colour)
    {
        var clip = await Clips.MakeAsync(
            "clip.mp4",
            "-f",
            "lavfi",
            "-i",
            "color=red:duration=2:size=320x240:rate=25",
            "-f",
            "lavfi",
            "-i",
            "color=blue:duration=2:size=320x240:rate=25",
            "-filter_complex",
            "[0][1]concat=n=2",
            "-c:v",
            "mpeg4"
        );
        var stored = await Api.StoreAsync(
            NewId(),
            clip,
            metadata: new JsonObject { [member] = double.Parse(second, CultureInfo.InvariantCulture) }
        );
        await Api.ReadyAsync(stored.Id);

        var poster = await Anybody.GetAsync(Poster(stored));

        Assert.That(await ColourOfAsync(poster.Body), Is.EqualTo(colour));
    }

    [Test]
    public async Task A_still_that_is_not_there_yet_is_404_and_says_when_to_come_again()
    {
        var stored = await Api.StoreAsync(NewId(), await Long.Value);

        var poster = await Anybody.GetAsync(Poster(stored));

        Assert.That((poster.Status, poster.Error), Is.EqualTo((404, "The still is not there yet")));
        Assert.That(poster.Header("Retry-After"), Is.EqualTo("5"));
    }

    [Test]
    public async Task A_clip_that_cannot_be_decoded_has_no_still()
    {
        var stored = await Api.StoreAsync(NewId(), Clips.Fake());
        await Api.SettledAsync(stored.Id);

        var poster = await Anybody.GetAsync(Poster(stored));

        Assert.That(
            (poster.Status, poster.Error, poster.Header("Retry-After")),
            Is.EqualTo((404, "This video has no still", (string?)null))
        );
    }

    [TestCase("", 401, "Access token required", TestName = "A_still_without_a_token_is_401")]
    [TestCase("?token=wrong", 403, "Invalid token", TestName = "A_still_with_a_wrong_token_is_403")]
    public async Task A_still_needs_the_token(string query, int status, string error)
    {
        var stored = await Api.StoreAsync(NewId(), await Clips.FiveSecondsAsync());

        var answer = await Anybody.GetAsync($"/video/{stored.Id}/poster.jpg{query}");
        var page = await Anybody.GetAsync($"/video/{stored.Id}/poster.jpg{query}", ("Accept", "text/html"));

        Assert.That((answer.Status, answer.Error), Is.EqualTo((status, error)));
        Assert.That((page.Status, page.ContentType), Is.EqualTo((status, "text/html")));
    }

    // On disk

    [Test]
    public async Task What_was_made_of_a_video_goes_with_it()
    {
        await using var server = NewServer();
        using var api = new VideoApi(server.NewClient());
        await api.StoreAsync("a", await Avi.Value);
        await api.ReadyAsync("a");
        Assert.That(Made(server), Has.Count.EqualTo(2), "a playable file and a still");

        await api.DeleteAsync(Upload("a"));

        Assert.That(await Eventually.ComesAsync(() => Task.FromResult(server.Folder.Files("data", "videos").Count == 0)), Is.True);
    }

    [Test]
    public async Task What_was_made_of_an_expired_video_goes_with_it()
    {
        var clock = NewClock();
        await using var server = new VigintServer(clock, settings: ("RENDITIONS", "true"));
        using var api = new VideoApi(server.NewClient());
        await api.StoreAsync("a", await Avi.Value, hours: "1");
        await api.ReadyAsync("a");
        clock.Advance(TimeSpan.FromHours(1.1));

        Assert.That(await Eventually.ComesAsync(() => Task.FromResult(server.Folder.Files("data", "videos").Count == 0)), Is.True);
    }

    [Test]
    public async Task A_replacement_gets_a_playable_form_of_its_own_and_the_one_before_goes()
    {
        await using var server = NewServer();
        using var api = new VideoApi(server.NewClient());
        var first = await api.StoreAsync("a", await Avi.Value);
        await api.ReadyAsync("a");
        var madeOfFirst = Made(server);

        var second = await api.StoreAsync(
            "a",
            await Clips.MakeAsync(NotPlayable, "-f", "lavfi", "-i", "testsrc2=duration=2:size=160x120:rate=25", "-c:v", "mjpeg")
        );
        await api.ReadyAsync("a");

        Assert.That((await api.GetAsync(first.Link)).Status, Is.EqualTo(403));
        Assert.That((await api.GetAsync(second.Link)).Header("Content-Type"), Is.EqualTo("video/mp4"));
        Assert.That(Made(server), Has.Count.EqualTo(2).And.No.Member(madeOfFirst[0]).And.No.Member(madeOfFirst[1]));
    }

    [Test]
    public async Task What_is_made_counts_as_stored_and_as_freed()
    {
        await using var server = NewServer();
        using var api = new VideoApi(server.NewClient());
        await api.StoreAsync("a", await Avi.Value);
        await api.ReadyAsync("a");
        var files =
            Made(server).Sum(name => new FileInfo(Path.Combine(server.StorageFolder, ".playable", name)).Length) + (await Avi.Value).Length;
        var megabytes = Math.Round(files / 1024.0 / 1024, 2);

        var status = await api.GetAsync("/api/storage/status");
        var dry = await api.PostAsync("/api/storage/cleanup", """{"max_age_hours":0,"dry_run":true}""");
        var real = await api.PostAsync("/api/storage/cleanup", """{"max_age_hours":0}""");

        Assert.That(status.Number("videos_size_mb"), Is.EqualTo(megabytes));
        Assert.That(dry.Json["cleanup_result"]!["freed_mb"]!.GetValue<double>(), Is.EqualTo(megabytes));
        Assert.That(real.Json["cleanup_result"]!["freed_mb"]!.GetValue<double>(), Is.EqualTo(megabytes));
    }

    private static IReadOnlyList<string> Made(VigintServer server) => server.Folder.Files("data", "videos", ".playable");

    private static string Original(StoredVideo stored) => $"{stored.Link}&original=1";

    private static string Poster(StoredVideo stored) => $"/video/{stored.Id}/poster.jpg?token={stored.Token}";

    private async Task<StoredVideo> ReadyAsync(byte[] clip)
    {
        var stored = await Api.StoreAsync(NewId(), clip);
        await Api.ReadyAsync(stored.Id);
        return stored;
    }

    /// <returns>The largest of red, green and blue, by its letter.</returns>
    private static async Task<char> ColourOfAsync(byte[] picture)
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllBytesAsync(folder.At("picture.jpg"), picture);
        var pixel = await Clips.MakeAsync(
            "pixel",
            "-i",
            folder.At("picture.jpg"),
            "-vf",
            "scale=1:1",
            "-pix_fmt",
            "rgb24",
            "-f",
            "rawvideo"
        );
        return "RGB"[pixel.AsSpan().IndexOf(pixel.Max())];
    }
}
