using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using Vigint.TestSupport;

namespace Vigint.ContractTests;

/// <summary>Contract §4, storage status and clean-up.</summary>
public sealed class StorageTests : ContractFixture
{
    private const string Status = "/api/storage/status";
    private const string CleanUp = "/api/storage/cleanup";

    // Status

    [TestCase("disk_free_gb")]
    [TestCase("disk_used_gb")]
    [TestCase("disk_total_gb")]
    [TestCase("temp_files_count")]
    [TestCase("temp_files_size_mb")]
    [TestCase("videos_count")]
    [TestCase("videos_size_mb")]
    [TestCase("expired_pending_count")]
    [TestCase("disk_info.free_gb")]
    [TestCase("disk_info.total_gb")]
    [TestCase("disk_info.used_gb")]
    [TestCase("temp_files.tracked")]
    [TestCase("temp_files.existing")]
    [TestCase("temp_files.total_size_mb")]
    public async Task The_status_has_the_number(string member)
    {
        var answer = await Api.GetAsync(Status);

        Assert.That(At(answer.Json, member).GetValue<double>(), Is.GreaterThanOrEqualTo(0));
    }

    [Test]
    public async Task The_status_says_that_the_disk_is_available()
    {
        var answer = await Api.GetAsync(Status);

        Assert.That(At(answer.Json, "disk_info.available").GetValue<bool>(), Is.True);
    }

    [Test]
    public async Task The_status_says_how_the_disk_stands()
    {
        var answer = await Api.GetAsync(Status);

        Assert.That(answer.Text("status"), Is.EqualTo("healthy").Or.EqualTo("low_space"));
    }

    [Test]
    public async Task What_is_free_and_what_is_used_is_the_whole_disk()
    {
        var answer = await Api.GetAsync(Status);

        Assert.That(answer.Number("disk_free_gb") + answer.Number("disk_used_gb"), Is.EqualTo(answer.Number("disk_total_gb")).Within(0.1));
    }

    [Test]
    public async Task The_old_servers_figures_are_the_documented_ones()
    {
        var answer = await Api.GetAsync(Status);

        Assert.That(At(answer.Json, "disk_info.total_gb").GetValue<double>(), Is.EqualTo(answer.Number("disk_total_gb")));
    }

    [Test]
    [OwnServer("no other videos")]
    public async Task The_status_counts_the_videos()
    {
        await using var server = new VigintServer();
        using var api = new VideoApi(server.NewClient());
        await api.StoreAsync("a", Clips.Fake(1024 * 1024));
        await api.StoreAsync("b", Clips.Fake(1024 * 1024));

        var answer = await api.GetAsync(Status);

        Assert.That((answer.Number("videos_count"), answer.Number("videos_size_mb")), Is.EqualTo((2d, 2d)));
    }

    [Test]
    [OwnServer("its clock")]
    public async Task The_status_counts_what_has_expired_and_is_still_there()
    {
        var clock = new FakeTimeProvider(Noon);
        await using var server = new VigintServer(clock);
        using var api = new VideoApi(server.NewClient());
        await api.StoreAsync("a", Clips.Fake(), hours: "0.001");
        await api.StoreAsync("b", Clips.Fake());
        clock.Advance(TimeSpan.FromSeconds(10));

        var answer = await api.GetAsync(Status);

        Assert.That(answer.Number("expired_pending_count"), Is.EqualTo(1));
    }

    [Test]
    [OwnServer("its settings")]
    public async Task With_a_quota_the_disk_is_the_quota()
    {
        await using var server = new VigintServer(settings: ("VIDEO_STORAGE_QUOTA_GB", "2"));
        using var api = new VideoApi(server.NewClient());

        var answer = await api.GetAsync(Status);

        Assert.That(answer.Number("disk_total_gb"), Is.EqualTo(2));
    }

    [Test]
    [OwnServer("its settings")]
    public async Task When_the_quota_is_almost_used_space_is_low()
    {
        await using var server = new VigintServer(settings: ("VIDEO_STORAGE_QUOTA_GB", "0.001"));
        using var api = new VideoApi(server.NewClient());
        await api.StoreAsync("a", Clips.Fake(1_000_000));

        var answer = await api.GetAsync(Status);

        Assert.That(answer.Text("status"), Is.EqualTo("low_space"));
    }

    // Clean-up: what is read

    [TestCase(
        """{"max_age_hours":168,"dry_run":true}""",
        "application/x-www-form-urlencoded",
        TestName = "The_usual_call_of_curl_is_read_as_JSON"
    )]
    [TestCase("""{"max_age_hours":168,"dry_run":true}""", "application/json", TestName = "A_call_that_says_JSON_is_read")]
    [TestCase("""{"max_age_hours":168,"dry_run":true}""", null, TestName = "A_call_that_says_nothing_is_read_as_JSON")]
    [TestCase("""{"max_age_hours":0.5,"dry_run":true}""", "text/plain", TestName = "An_age_may_be_a_fraction")]
    [TestCase("""{"type":"all","dry_run":true}""", "text/plain", TestName = "Without_an_age_the_default_holds")]
    [TestCase("""{"dry_run":true,"something":"else"}""", "text/plain", TestName = "Members_that_are_not_known_are_ignored")]
    public async Task A_clean_up_is_read_as_JSON(string body, string? contentType)
    {
        var answer = await Api.PostAsync(CleanUp, body, contentType);

        Assert.That(answer.Status, Is.EqualTo(200), answer.ToString());
    }

    [TestCase("", TestName = "An_empty_body_means_the_defaults")]
    [TestCase("  \r\n", TestName = "A_blank_body_means_the_defaults")]
    [TestCase("{}", TestName = "An_empty_object_means_the_defaults")]
    [OwnServer("videos that may be deleted")]
    public async Task Without_a_word_old_videos_are_deleted_after_thirty_days(string body)
    {
        var clock = new FakeTimeProvider(Noon);
        await using var server = new VigintServer(clock);
        using var api = new VideoApi(server.NewClient());
        await api.StoreAsync("older", Clips.Fake(), hours: "8000");
        clock.Advance(TimeSpan.FromHours(2));
        await api.StoreAsync("younger", Clips.Fake(), hours: "8000");
        clock.Advance(TimeSpan.FromHours(719));

        var answer = await api.PostAsync(CleanUp, body, "application/x-www-form-urlencoded");
        var (older, younger) = (await api.GetAsync(Record("older")), await api.GetAsync(Record("younger")));

        Assert.That((answer.Status, answer.Text("cleanup_type"), older.Status, younger.Status), Is.EqualTo((200, "old", 404, 200)));
    }

    [TestCase("-1", TestName = "A_negative_age_is_refused")]
    [TestCase("-0.001", TestName = "A_barely_negative_age_is_refused")]
    [TestCase("\"168\"", TestName = "An_age_that_is_a_text_is_refused")]
    [TestCase("null", TestName = "An_age_that_is_null_is_refused")]
    [TestCase("true", TestName = "An_age_that_is_a_boolean_is_refused")]
    [TestCase("[1]", TestName = "An_age_that_is_a_list_is_refused")]
    [TestCase("{}", TestName = "An_age_that_is_an_object_is_refused")]
    public async Task An_age_that_cannot_be_used_is_refused_by_name(string age)
    {
        var answer = await Api.PostAsync(CleanUp, $$"""{"max_age_hours":{{age}},"dry_run":true}""");

        Assert.That($"{answer.Status} {answer.Error}", Does.StartWith("400 ").And.Contain("max_age_hours"));
    }

    [TestCase("\"everything\"", TestName = "An_unknown_type_is_refused")]
    [TestCase("\"ALL\"", TestName = "A_type_in_upper_case_is_refused")]
    [TestCase("\"\"", TestName = "An_empty_type_is_refused")]
    [TestCase("1", TestName = "A_type_that_is_a_number_is_refused")]
    public async Task An_unknown_type_is_refused_by_name(string type)
    {
        var answer = await Api.PostAsync(CleanUp, $$"""{"type":{{type}},"dry_run":true}""");

        Assert.That($"{answer.Status} {answer.Error}", Does.StartWith("400 ").And.Contain("type"));
    }

    [TestCase("\"yes\"", TestName = "A_dry_run_that_is_a_text_is_refused")]
    [TestCase("1", TestName = "A_dry_run_that_is_a_number_is_refused")]
    public async Task A_dry_run_of_the_wrong_type_is_refused_by_name(string dryRun)
    {
        var answer = await Api.PostAsync(CleanUp, $$"""{"dry_run":{{dryRun}},"max_age_hours":1000000}""");

        Assert.That($"{answer.Status} {answer.Error}", Does.StartWith("400 ").And.Contain("dry_run"));
    }

    [TestCase("""{"type":"everything","max_age_hours":0}""", TestName = "An_unknown_type_deletes_nothing")]
    [TestCase("""{"max_age_hours":-1}""", TestName = "A_negative_age_deletes_nothing")]
    [TestCase("""{"max_age_hours":null}""", TestName = "An_age_of_null_deletes_nothing")]
    [TestCase("max_age_hours=0", TestName = "A_form_deletes_nothing")]
    [TestCase("[]", TestName = "A_list_deletes_nothing")]
    [TestCase("""{"max_age_hours":0,"dry_run":true}""", TestName = "A_dry_run_deletes_nothing")]
    [OwnServer("its clock, and videos that may be deleted")]
    public async Task A_clean_up_that_is_refused_or_dry_deletes_nothing(string body)
    {
        var clock = new FakeTimeProvider(Noon);
        await using var server = new VigintServer(clock);
        using var api = new VideoApi(server.NewClient());
        var stored = await api.StoreAsync("a", Clips.Fake());
        clock.Advance(TimeSpan.FromHours(1));
        await api.PostAsync(CleanUp, body);

        var played = await api.GetAsync(stored.Link);

        Assert.That(played.Status, Is.EqualTo(200));
    }

    // Clean-up: what is done

    [Test]
    [OwnServer("its clock, and videos that may be deleted")]
    public async Task A_clean_up_is_answered_with_the_contracts_members()
    {
        var clock = new FakeTimeProvider(Noon);
        await using var server = new VigintServer(clock);
        using var api = new VideoApi(server.NewClient());
        await api.StoreAsync("a", Clips.Fake(3 * 1024 * 1024));
        await api.StoreAsync("b", Clips.Fake(1024 * 1024));
        clock.Advance(TimeSpan.FromHours(2));
        await api.StoreAsync("c", Clips.Fake());

        var answer = await api.PostAsync(CleanUp, """{"max_age_hours":1}""");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(answer.Member("cleanup_result")!.ToJsonString(), Is.EqualTo("""{"cleaned":2,"failed":0,"total":2,"freed_mb":4}"""));
            Assert.That(answer.Text("cleanup_type"), Is.EqualTo("old"));
            Assert.That(At(answer.Json, "disk_info_after.videos_count").GetValue<int>(), Is.EqualTo(1));
        }
    }

    [Test]
    [OwnServer("its clock, and videos that may be deleted")]
    public async Task The_state_after_a_clean_up_is_told_as_in_the_status()
    {
        var clean = await Api.PostAsync(CleanUp, """{"dry_run":true}""");
        var status = await Api.GetAsync(Status);

        Assert.That(Names(clean.Member("disk_info_after")!), Is.EquivalentTo(Names(status.Json)));

        static IEnumerable<string> Names(JsonNode node) => node.AsObject().Select(member => member.Key);
    }

    [Test]
    [OwnServer("its clock, and videos that may be deleted")]
    public async Task A_dry_run_counts_what_would_be_deleted()
    {
        var clock = new FakeTimeProvider(Noon);
        await using var server = new VigintServer(clock);
        using var api = new VideoApi(server.NewClient());
        await api.StoreAsync("a", Clips.Fake(1024 * 1024));
        await api.StoreAsync("expired", Clips.Fake(1024 * 1024), hours: "0.001");
        clock.Advance(TimeSpan.FromSeconds(20));
        await api.StoreAsync("c", Clips.Fake());

        var answer = await api.PostAsync(CleanUp, """{"max_age_hours":0.002,"dry_run":true}""");

        Assert.That(
            (At(answer.Json, "cleanup_result.cleaned").GetValue<int>(), At(answer.Json, "cleanup_result.freed_mb").GetValue<double>()),
            Is.EqualTo((2, 2d))
        );
    }

    // Contract §3: 404 only when the record exists, and after a clean-up it does not.
    [Test]
    [OwnServer("its clock, and videos that may be deleted")]
    public async Task Links_that_were_opened_during_a_clean_up_lead_to_no_video_after_it()
    {
        var clock = new FakeTimeProvider(Noon);
        await using var server = new VigintServer(clock);
        using var api = new VideoApi(server.NewClient());
        var links = new List<string>();
        for (var number = 0; number < 190; number++)
            links.Add((await api.StoreAsync($"v{number:000}", Clips.Fake())).Link);
        clock.Advance(TimeSpan.FromHours(1));

        // Those that go first are opened again and again until the last has gone.
        using var isOver = new CancellationTokenSource();
        var readers = Enumerable
            .Range(0, 4)
            .Select(reader =>
                Task.Run(async () =>
                {
                    for (var next = reader; !isOver.IsCancellationRequested; next++)
                        await api.HeadAsync(links[next % 10]);
                })
            )
            .ToList();
        await api.PostAsync(CleanUp, """{"max_age_hours":0.5}""");
        await isOver.CancelAsync();
        await Task.WhenAll(readers);
        var after = await Task.WhenAll(links.Select(link => api.GetAsync(link)));

        Assert.That(after.Select(answer => answer.Status), Is.All.EqualTo(403));
    }

    [TestCase("old", TestName = "A_clean_up_of_the_old_deletes_what_has_expired_whatever_its_age")]
    [TestCase("all", TestName = "A_clean_up_of_all_deletes_what_has_expired_whatever_its_age")]
    [OwnServer("its clock")]
    public async Task A_clean_up_deletes_what_has_expired(string type)
    {
        var clock = new FakeTimeProvider(Noon);
        await using var server = new VigintServer(clock);
        using var api = new VideoApi(server.NewClient());
        await api.StoreAsync("a", Clips.Fake(), hours: "0.001");
        clock.Advance(TimeSpan.FromSeconds(10));
        await api.PostAsync(CleanUp, $$"""{"type":"{{type}}"}""");

        var record = await api.GetAsync(Record("a"));

        Assert.That(record.Status, Is.EqualTo(404));
    }

    // The contract: `all` is every temporary file. A link that is in a mail lives on.
    [Test]
    [OwnServer("its disk")]
    public async Task A_clean_up_of_all_deletes_every_temporary_file_and_no_video_before_its_time()
    {
        await using var server = new VigintServer();
        using var api = new VideoApi(server.NewClient());
        var stored = await api.StoreAsync("a", Clips.Fake());
        await LeaveTemporaryFileAsync(server);

        var answer = await api.PostAsync(CleanUp, """{"type":"all"}""");
        var played = await api.GetAsync(stored.Link);

        Assert.That((At(answer.Json, "disk_info_after.temp_files_count").GetValue<int>(), played.Status), Is.EqualTo((0, 200)));
    }

    [Test]
    [OwnServer("its disk")]
    public async Task A_clean_up_of_the_old_leaves_young_temporary_files()
    {
        await using var server = new VigintServer();
        using var api = new VideoApi(server.NewClient());
        await LeaveTemporaryFileAsync(server);

        var answer = await api.PostAsync(CleanUp, "");

        Assert.That(At(answer.Json, "disk_info_after.temp_files_count").GetValue<int>(), Is.EqualTo(1));
    }

    [Test]
    [OwnServer("its disk")]
    public async Task A_clean_up_of_the_old_deletes_old_temporary_files()
    {
        await using var server = new VigintServer();
        using var api = new VideoApi(server.NewClient());
        var path = await LeaveTemporaryFileAsync(server);
        File.SetLastWriteTimeUtc(path, new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc));

        var answer = await api.PostAsync(CleanUp, "");

        Assert.That(At(answer.Json, "disk_info_after.temp_files_count").GetValue<int>(), Is.Zero);
    }

    [Test]
    [OwnServer("its settings, and videos that may be deleted")]
    public async Task A_clean_up_of_the_monitor_deletes_nothing_while_there_is_room()
    {
        var clock = new FakeTimeProvider(Noon);
        await using var server = new VigintServer(clock, log: null, ("VIDEO_STORAGE_QUOTA_GB", "1"));
        using var api = new VideoApi(server.NewClient());
        await api.StoreAsync("a", Clips.Fake());
        clock.Advance(TimeSpan.FromHours(1));

        var answer = await api.PostAsync(CleanUp, """{"type":"monitor","max_age_hours":0}""");

        Assert.That((At(answer.Json, "cleanup_result.cleaned").GetValue<int>(), answer.Text("cleanup_type")), Is.EqualTo((0, "monitor")));
    }

    [Test]
    [OwnServer("its settings, and videos that may be deleted")]
    public async Task A_clean_up_of_the_monitor_deletes_the_oldest_until_there_is_room()
    {
        var clock = new FakeTimeProvider(Noon);
        await using var server = new VigintServer(clock, log: null, ("VIDEO_STORAGE_QUOTA_GB", "0.01"));
        using var api = new VideoApi(server.NewClient());
        foreach (var id in new[] { "a", "b", "c" })
        {
            await api.StoreAsync(id, Clips.Fake(3_400_000));
            clock.Advance(TimeSpan.FromHours(1));
        }

        await api.PostAsync(CleanUp, """{"type":"monitor","max_age_hours":0}""");
        var left = new List<int>();
        foreach (var id in new[] { "a", "b", "c" })
            left.Add((await api.GetAsync(Record(id))).Status);

        Assert.That(left, Is.EqualTo(new[] { 404, 200, 200 }));
    }

    [TestCase("1e300", TestName = "An_age_beyond_the_calendar_deletes_nothing")]
    [TestCase("1e999", TestName = "An_age_beyond_all_numbers_deletes_nothing")]
    [OwnServer("videos that may be deleted")]
    public async Task Nothing_is_older_than_the_calendar(string age)
    {
        var clock = new FakeTimeProvider(Noon);
        await using var server = new VigintServer(clock);
        using var api = new VideoApi(server.NewClient());
        var stored = await api.StoreAsync("a", Clips.Fake());
        clock.Advance(TimeSpan.FromHours(1));
        await api.PostAsync(CleanUp, $$"""{"max_age_hours":{{age}}}""");

        var played = await api.GetAsync(stored.Link);

        Assert.That(played.Status, Is.EqualTo(200));
    }

    private static async Task<string> LeaveTemporaryFileAsync(VigintServer server)
    {
        var path = Path.Combine(server.StorageFolder, ".incoming", "left-behind.mp4");
        await File.WriteAllBytesAsync(path, Clips.Fake());
        return path;
    }

    private static JsonNode At(JsonNode json, string path) =>
        path.Split('.').Aggregate(json, (node, name) => node[name] ?? throw new InvalidOperationException($"No {name} in {node}"));
}
