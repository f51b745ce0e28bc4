using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using Vigint.TestSupport;

namespace Vigint.ContractTests;

/// <summary>Contract §3, on disk.</summary>
[OwnServer("its disk")]
public sealed class AdoptionTests
{
    private const string OldExpiration = "2026-11-03T12:00:00.123456";

    private static readonly DateTimeOffset Noon = new(2026, 10, 4, 12, 0, 0, TimeSpan.Zero);

    // What this server writes

    [Test]
    public async Task A_stored_video_lies_under_its_name()
    {
        using var folder = new TemporaryFolder();
        await using var server = NewServer(folder);
        using var api = new VideoApi(server.NewClient());

        await api.StoreAsync("a", Clips.Fake());

        Assert.That(await File.ReadAllBytesAsync(folder.At("video_a.mp4")), Is.EqualTo(Clips.Fake()));
    }

    [Test]
    public async Task Beside_a_stored_video_lie_its_metadata_with_the_expiration()
    {
        using var folder = new TemporaryFolder();
        await using var server = NewServer(folder);
        using var api = new VideoApi(server.NewClient());

        var stored = await api.StoreAsync(
            "a",
            Clips.Fake(),
            metadata: new JsonObject { ["source"] = "caméra", ["expiration_time"] = "2025-01-01T00:00:00" }
        );
        var sidecar = JsonNode.Parse(await File.ReadAllTextAsync(folder.At("video_a.json")))!;

        Assert.That(
            ((string?)sidecar["video_id"], (string?)sidecar["source"], (string?)sidecar["expiration_time"]),
            Is.EqualTo(("a", "caméra", stored.Expiration))
        );
    }

    [Test]
    public async Task An_extension_is_written_beside_the_video()
    {
        using var folder = new TemporaryFolder();
        await using var server = NewServer(folder);
        using var api = new VideoApi(server.NewClient());
        await api.StoreAsync("a", Clips.Fake());

        var extended = await api.ExtendAsync("a", 5);
        var sidecar = JsonNode.Parse(await File.ReadAllTextAsync(folder.At("video_a.json")))!;

        Assert.That((string?)sidecar["expiration_time"], Is.EqualTo(extended.Expiration));
    }

    [Test]
    public async Task A_video_whose_file_is_missing_is_not_extended()
    {
        using var folder = new TemporaryFolder();
        await using var server = NewServer(folder);
        using var api = new VideoApi(server.NewClient());
        await api.StoreAsync("a", Clips.Fake());
        File.Delete(folder.At("video_a.mp4"));

        var answer = await api.PostAsync("/api/v1/videos/link/extend", """{"video_id":"a","additional_hours":1}""");

        Assert.That((answer.Status, answer.Error), Is.EqualTo((404, "Video file missing")));
    }

    [Test]
    public async Task Of_a_deleted_video_nothing_lies_there()
    {
        using var folder = new TemporaryFolder();
        await using var server = NewServer(folder);
        using var api = new VideoApi(server.NewClient());
        await api.StoreAsync("a", Clips.Fake());

        await api.DeleteAsync("/api/v1/videos/upload/a");

        Assert.That(folder.Files().Where(file => file.StartsWith("video_", StringComparison.Ordinal)), Is.Empty);
    }

    // Symbolic links

    [Test]
    public async Task A_stored_video_whose_file_became_a_link_to_outside_is_not_served_and_stays_recorded()
    {
        using var folder = new TemporaryFolder();
        using var elsewhere = new TemporaryFolder();
        await File.WriteAllTextAsync(elsewhere.At("secret"), "of the system");
        var log = new LogLines();
        string link;
        await using (var before = NewServer())
        {
            using var api = new VideoApi(before.NewClient());
            link = (await api.StoreAsync("a", Clips.Fake())).Link;
        }

        File.Delete(folder.At("video_a.mp4"));
        File.CreateSymbolicLink(folder.At("video_a.mp4"), elsewhere.At("secret"));
        await using var after = NewServer(log);
        using var reader = new VideoApi(after.NewClient());
        await Eventually.RequireAsync(
            "the folder is taken in",
            () => Task.FromResult(log.All.Any(line => line.Contains("Storage folder taken in", StringComparison.Ordinal)))
        );

        var played = await reader.GetAsync(link);
        var again = await reader.UploadAsync(new UploadForm().Metadata("""{"video_id":"a"}""").Video(Clips.Fake(seed: 2)));
        var listed = await reader.GetAsync("/api/v1/videos/a");

        Assert.That((played.Status, played.Error), Is.EqualTo((404, "Video file missing")));
        Assert.That((again.Status, listed.Status), Is.EqualTo((409, 200)), again.BodyText);
        Assert.That(new FileInfo(folder.At("video_a.mp4")).LinkTarget, Is.EqualTo(elsewhere.At("secret")));
        Assert.That(log.All, Has.Some.Contains("Video a").And.Some.Contains("symbolic link").And.None.Contains(elsewhere.Path));

        VigintServer NewServer(LogLines? lines = null) =>
            new(
                new FakeTimeProvider(Noon),
                lines,
                ("VIDEO_STORAGE_DIR", folder.Path),
                ("DATABASE_URL", $"sqlite:///{elsewhere.At("vigint.db")}")
            );
    }

    // A database that was lost

    [TestCase("first", TestName = "After_the_database_was_lost_the_first_link_works")]
    [TestCase("extended", TestName = "After_the_database_was_lost_the_link_of_an_extension_works")]
    [TestCase("own", TestName = "After_the_database_was_lost_the_clients_own_link_works")]
    public async Task Links_outlive_the_database(string which)
    {
        using var folder = new TemporaryFolder();
        string link;
        await using (var before = NewServer(folder))
        {
            using var api = new VideoApi(before.NewClient());
            var first = await api.StoreAsync("a", Clips.Fake(), metadata: new JsonObject { ["expiration_time"] = "2025-01-01T00:00:00.5" });
            var extended = await api.ExtendAsync("a", 5);
            link = which switch
            {
                "first" => first.Link,
                "extended" => extended.Link,
                _ => LinkToken.Link("a", "2025-01-01T00:00:00.5", VigintServer.Key),
            };
        }

        await using var after = NewServer(folder);
        using var reader = new VideoApi(after.NewClient());

        Assert.That(await WorksAsync(reader, link), Is.True);
    }

    [Test]
    public async Task Metadata_outlive_the_database_as_they_came()
    {
        const string metadata =
            """{"video_id":"a","expiration_time":"2025-01-01T00:00:00.5","confidence":1.10,"vigint":{"x":[1,2]},"analysis":"é\n\u0001"}""";
        using var folder = new TemporaryFolder();
        await using (var before = NewServer(folder))
        {
            using var api = new VideoApi(before.NewClient());
            await api.UploadAsync(new UploadForm().Metadata(metadata).Video(Clips.Fake()));
        }

        await using var after = NewServer(folder);
        using var reader = new VideoApi(after.NewClient());
        await TakenInAsync(reader, "a");
        var record = await reader.GetAsync("/api/v1/videos/a");

        Assert.That(JsonNode.DeepEquals(record.Member("metadata"), JsonNode.Parse(metadata)), Is.True, record.BodyText);
    }

    [Test]
    public async Task A_replaced_videos_link_stays_dead_when_the_database_is_lost()
    {
        using var folder = new TemporaryFolder();
        StoredVideo first;
        await using (var before = NewServer(folder))
        {
            using var api = new VideoApi(before.NewClient());
            first = await api.StoreAsync("a", Clips.Fake(seed: 1));
            await api.StoreAsync("a", Clips.Fake(seed: 2));
        }

        await using var after = NewServer(folder);
        using var reader = new VideoApi(after.NewClient());
        await TakenInAsync(reader, "a");
        var played = await reader.GetAsync(first.Link);

        Assert.That((played.Status, played.Error), Is.EqualTo((403, "Invalid token")));
    }

    // A folder of the old server

    [TestCase("test_1234567890", TestName = "A_usual_id_of_the_old_server_is_taken_in")]
    [TestCase("caméra 1 (été)", TestName = "An_id_with_accents_and_spaces_is_taken_in")]
    [TestCase("a&b=c?d#e%41+f", TestName = "An_id_with_signs_of_addresses_is_taken_in")]
    [TestCase("it's \"quoted\"; x", TestName = "An_id_with_quotes_is_taken_in")]
    [TestCase("incident:12:30", TestName = "An_id_with_colons_is_taken_in")]
    [TestCase(".hidden", TestName = "An_id_that_begins_with_a_dot_is_taken_in")]
    [TestCase("日本", TestName = "An_id_in_another_script_is_taken_in")]
    public async Task A_link_of_the_old_server_keeps_working(string id)
    {
        using var folder = new TemporaryFolder();
        await WriteOldPairAsync(folder, id);
        await using var server = NewServer(folder);
        using var api = new VideoApi(server.NewClient());

        Assert.That(await WorksAsync(api, LinkToken.Link(id, OldExpiration, VigintServer.Key)), Is.True);
    }

    [Test]
    public async Task A_video_of_the_old_server_is_served_byte_for_byte()
    {
        using var folder = new TemporaryFolder();
        await WriteOldPairAsync(folder, "old");
        await using var server = NewServer(folder);
        using var api = new VideoApi(server.NewClient());
        await TakenInAsync(api, "old");

        var played = await api.GetAsync(LinkToken.Link("old", OldExpiration, VigintServer.Key));

        Assert.That((played.ContentType, played.Body.AsSpan().SequenceEqual(Clips.Fake())), Is.EqualTo(("video/mp4", true)));
    }

    [Test]
    public async Task Metadata_of_the_old_server_are_given_back()
    {
        using var folder = new TemporaryFolder();
        await WriteOldPairAsync(folder, "old");
        await using var server = NewServer(folder);
        using var api = new VideoApi(server.NewClient());
        await TakenInAsync(api, "old");

        var record = await api.GetAsync("/api/v1/videos/old");

        Assert.That((string?)record.Member("metadata")!["incident_type"], Is.EqualTo("shoplifting"));
    }

    [Test]
    public async Task A_video_of_the_old_server_is_found_by_its_foreign_id()
    {
        using var folder = new TemporaryFolder();
        await WriteOldPairAsync(folder, "caméra 1/2".Replace('/', '-'));
        await using var server = NewServer(folder);
        using var api = new VideoApi(server.NewClient());
        await TakenInAsync(api, "caméra 1-2");

        var deleted = await api.DeleteAsync($"/api/v1/videos/upload/{Uri.EscapeDataString("caméra 1-2")}");

        Assert.That((deleted.Status, folder.Files().Count), Is.EqualTo((204, 0)));
    }

    [Test]
    public async Task A_link_of_the_old_server_lives_on_when_it_is_extended()
    {
        using var folder = new TemporaryFolder();
        await WriteOldPairAsync(folder, "old");
        await using var server = NewServer(folder);
        using var api = new VideoApi(server.NewClient());
        await TakenInAsync(api, "old");
        await api.ExtendAsync("old", 24);

        var played = await api.GetAsync(LinkToken.Link("old", OldExpiration, VigintServer.Key));

        Assert.That(played.Status, Is.EqualTo(200));
    }

    [Test]
    public async Task With_another_key_the_old_servers_links_do_not_open()
    {
        using var folder = new TemporaryFolder();
        await WriteOldPairAsync(folder, "old");
        await using var server = NewServer(folder);
        using var api = new VideoApi(server.NewClient());
        await TakenInAsync(api, "old");

        var played = await api.GetAsync(LinkToken.Link("old", OldExpiration, "another-key"));

        Assert.That((played.Status, played.Error), Is.EqualTo((403, "Invalid token")));
    }

    [Test]
    public async Task An_expired_video_of_the_old_server_is_swept()
    {
        using var folder = new TemporaryFolder();
        await WriteOldPairAsync(folder, "old", "2026-10-04T11:59:59.9");
        var clock = new FakeTimeProvider(Noon);
        await using var server = NewServer(folder, clock: clock);
        using var api = new VideoApi(server.NewClient());

        var comes = await Eventually.ComesAsync(() =>
        {
            clock.Advance(TimeSpan.FromSeconds(30));
            return Task.FromResult(folder.Files().Count == 0);
        });

        Assert.That(comes, Is.True);
    }

    // What an earlier version stored

    [TestCase(null, TestName = "What_an_earlier_version_took_for_a_video_keeps_its_link_when_it_comes_again")]
    [TestCase("10", TestName = "What_an_earlier_version_took_for_a_video_may_come_again_with_other_hours")]
    public async Task Bytes_of_an_earlier_version(string? hours)
    {
        using var folder = new TemporaryFolder();
        byte[] bytes = [.. Mp4Boxes.FileType(), .. Mp4Boxes.Box("mdat", "<html>please log in</html>"u8.ToArray())];
        var before = await WriteAsVersion02Async(folder, "old-page", bytes);
        await using var server = NewServer(folder);
        using var api = new VideoApi(server.NewClient());

        var again = await api.UploadAsync(UploadForm.Usual("old-page", bytes, hours));
        var elsewhere = await api.UploadAsync(UploadForm.Usual("new-page", bytes, hours));

        Assert.That((again.Status, elsewhere.Status), Is.EqualTo((200, 415)), again.ToString());
        var stored = VideoApi.StoredFrom(again);
        Assert.That(stored.Link == before.Link, Is.EqualTo(hours is null));
        Assert.That((await api.GetAsync(stored.Link)).Body, Is.EqualTo(bytes));
    }

    // What cannot be used

    [TestCase("damaged", TestName = "A_damaged_sidecar_is_named_in_the_log")]
    [TestCase("no-sidecar", TestName = "A_video_without_a_sidecar_is_named_in_the_log")]
    [TestCase("no-video", TestName = "A_sidecar_without_a_video_is_named_in_the_log")]
    [TestCase("no-time", TestName = "A_sidecar_without_an_expiration_is_named_in_the_log")]
    [TestCase("a-list", TestName = "A_sidecar_that_is_a_list_is_named_in_the_log")]
    public async Task What_cannot_be_used_is_named_in_the_log(string id)
    {
        using var folder = new TemporaryFolder();
        await WriteUnusableAsync(folder);
        var log = new LogLines();
        await using var server = NewServer(folder, log);
        using var api = new VideoApi(server.NewClient());

        var comes = await Eventually.ComesAsync(() =>
            Task.FromResult(
                log.All.Any(line => line.StartsWith("Warning", StringComparison.Ordinal) && line.Contains(id, StringComparison.Ordinal))
            )
        );

        Assert.That(comes, Is.True, string.Join('\n', log.All));
    }

    [TestCase("{}", TestName = "A_sidecar_with_an_id_that_is_an_object_is_named_in_the_log_and_its_video_plays")]
    [TestCase("null", TestName = "A_sidecar_with_an_id_of_null_is_named_in_the_log_and_its_video_plays")]
    [TestCase(null, TestName = "A_sidecar_without_an_id_is_named_in_the_log_and_its_video_plays")]
    public async Task A_sidecar_whose_id_is_none(string? id)
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllBytesAsync(folder.At("video_odd.mp4"), Clips.Fake());
        var sidecar = new JsonObject { ["expiration_time"] = OldExpiration };
        if (id is not null)
            sidecar["video_id"] = JsonNode.Parse(id);
        await File.WriteAllTextAsync(folder.At("video_odd.json"), sidecar.ToJsonString());
        var log = new LogLines();
        await using var server = NewServer(folder, log);
        using var api = new VideoApi(server.NewClient());

        var plays = await WorksAsync(api, LinkToken.Link("odd", OldExpiration, VigintServer.Key));
        var isNamed = await Eventually.ComesAsync(() =>
            Task.FromResult(
                log.All.Any(line =>
                    line.StartsWith("Warning", StringComparison.Ordinal) && line.Contains("Video odd", StringComparison.Ordinal)
                )
            )
        );

        Assert.That((plays, isNamed), Is.EqualTo((true, true)), string.Join('\n', log.All));
    }

    [Test]
    public async Task What_cannot_be_used_is_left_as_it_is()
    {
        using var folder = new TemporaryFolder();
        await WriteUnusableAsync(folder);
        await WriteOldPairAsync(folder, "zz-usable");
        var before = Contents(folder);
        await using var server = NewServer(folder);
        using var api = new VideoApi(server.NewClient());
        await TakenInAsync(api, "zz-usable");

        await api.PostAsync("/api/storage/cleanup", """{"type":"all"}""");

        Assert.That(Contents(folder), Is.EqualTo(before));
    }

    [Test]
    public async Task What_cannot_be_used_does_not_keep_the_others_from_being_taken_in()
    {
        using var folder = new TemporaryFolder();
        await WriteUnusableAsync(folder);
        await WriteOldPairAsync(folder, "aa-usable");
        await WriteOldPairAsync(folder, "zz-usable");
        await using var server = NewServer(folder);
        using var api = new VideoApi(server.NewClient());

        Assert.That(
            (
                await WorksAsync(api, LinkToken.Link("aa-usable", OldExpiration, VigintServer.Key)),
                await WorksAsync(api, LinkToken.Link("zz-usable", OldExpiration, VigintServer.Key))
            ),
            Is.EqualTo((true, true))
        );
    }

    [Test]
    public async Task Files_of_somebody_else_are_left_alone()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.At("notes.txt"), "mine");
        await File.WriteAllTextAsync(folder.At("holiday.mp4"), "mine");
        await WriteOldPairAsync(folder, "old");
        await using var server = NewServer(folder);
        using var api = new VideoApi(server.NewClient());
        await TakenInAsync(api, "old");

        await api.PostAsync("/api/storage/cleanup", """{"type":"all"}""");

        Assert.That(folder.Files(), Is.SupersetOf(new[] { "holiday.mp4", "notes.txt" }));
    }

    // The database gets a folder that is there: whether the server makes one is SettingsTests' business.
    private static VigintServer NewServer(TemporaryFolder folder, LogLines? log = null, FakeTimeProvider? clock = null) =>
        new(clock ?? new FakeTimeProvider(Noon), log, ("VIDEO_STORAGE_DIR", folder.Path), ("DATABASE_URL", "sqlite:///vigint.db"));

    // Sidecar and file, as version 0.2 left them, which looked at the first bytes only.
    private static async Task<StoredVideo> WriteAsVersion02Async(TemporaryFolder folder, string id, byte[] bytes)
    {
        StoredVideo stored;
        await using (var server = NewServer(folder))
        {
            using var api = new VideoApi(server.NewClient());
            stored = await api.StoreAsync(id, Clips.Fake());
        }

        var sidecar = JsonNode.Parse(await File.ReadAllTextAsync(folder.At($"video_{id}.json")))!;
        sidecar["vigint"]!["sha256"] = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes));
        await File.WriteAllTextAsync(folder.At($"video_{id}.json"), sidecar.ToJsonString());
        await File.WriteAllBytesAsync(folder.At($"video_{id}.mp4"), bytes);
        return stored;
    }

    private static async Task WriteOldPairAsync(TemporaryFolder folder, string id, string expiration = OldExpiration)
    {
        await File.WriteAllBytesAsync(folder.At($"video_{id}.mp4"), Clips.Fake());
        await File.WriteAllTextAsync(
            folder.At($"video_{id}.json"),
            new JsonObject
            {
                ["video_id"] = id,
                ["incident_type"] = "shoplifting",
                ["expiration_time"] = expiration,
                ["upload_timestamp"] = "2026-10-04T12:00:00.5",
            }.ToJsonString()
        );
    }

    private static async Task WriteUnusableAsync(TemporaryFolder folder)
    {
        foreach (var id in new[] { "damaged", "no-sidecar", "no-time", "a-list" })
            await File.WriteAllBytesAsync(folder.At($"video_{id}.mp4"), Clips.Fake());
        await File.WriteAllTextAsync(folder.At("video_damaged.json"), """{"video_id":"damaged","expiration_""");
        await File.WriteAllTextAsync(folder.At("video_no-video.json"), $$"""{"expiration_time":"{{OldExpiration}}"}""");
        await File.WriteAllTextAsync(folder.At("video_no-time.json"), """{"video_id":"no-time"}""");
        await File.WriteAllTextAsync(folder.At("video_a-list.json"), "[]");
    }

    private static List<string> Contents(TemporaryFolder folder) =>
        [
            .. folder
                .Files()
                .Select(file =>
                    $"{file}: {Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(folder.At(file))))}"
                ),
        ];

    private static Task<bool> WorksAsync(VideoApi api, string link) =>
        Eventually.ComesAsync(async () => (await api.GetAsync(link)).Status == 200, TimeSpan.FromSeconds(5));

    private static Task TakenInAsync(VideoApi api, string id) =>
        Eventually.RequireAsync(
            $"{id} is taken in",
            async () => (await api.GetAsync($"/api/v1/videos/{Uri.EscapeDataString(id)}")).Status == 200
        );
}
