using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Vigint.TestSupport;

namespace Vigint.SystemTests.Cli;

/// <summary>Videos move from a server that speaks the old protocol.</summary>
public sealed class MigrateTests
{
    private const int Many = 500;

    [Test]
    public async Task All_of_five_hundred_videos_arrive_each_once_though_the_migration_is_killed_twice()
    {
        using var folder = new TemporaryFolder();
        await using var server = await VigintProcess.StartAsync(folder.Path, ("RENDITIONS", "false"));
        await using var old = await OldVideoServer.StartAsync();
        var videos = Enumerable.Range(0, Many).Select(number => old.Add($"old_{number}", Clips.Fake(4096 + number, number))).ToList();
        videos[3].BreaksOff(2);
        videos[4].IsBusy(1);
        videos.Insert(0, old.Add("slow", Clips.Fake(5000, Many)).WaitsFor(others: 50));
        OldVideo[] wrong = [videos[7], videos[250], videos[499]];
        await File.WriteAllLinesAsync(
            folder.At("ids.csv"),
            [
                "id,token",
                .. videos.Select(video => $"{video.Id},{(wrong.Contains(video) ? "0123456789abcdef0123456789abcdef" : video.Token)}"),
            ]
        );
        string[] command = ["migrate", "ids.csv", "--from", old.Address.ToString(), "--report", "report.json", "--json"];

        foreach (var enough in new[] { 100, 300 })
        {
            await using var killed = VigintCli.Start(folder, server, command);
            await Eventually.RequireAsync($"{enough} are downloaded", () => Task.FromResult(old.Served >= enough || killed.HasEnded));
            Assert.That(killed.HasEnded, Is.False, killed.Errors);
            await killed.KillAsync();
        }

        var third = await VigintCli.RunAsync(folder, server, command);
        Assert.That(
            (third.ExitCode, third.Json["failed"]!.GetValue<int>(), third.Json["not_tried"]!.GetValue<int>()),
            Is.EqualTo((1, wrong.Length, 0)),
            third.Errors
        );
        Assert.That(
            third.Json["videos"]!
                .AsArray()
                .Where(one => one!["outcome"]!.ToString() == "failed")
                .Select(one => one!["video_id"]!.ToString()),
            Is.EquivalentTo(wrong.Select(video => video.Id))
        );

        await File.WriteAllLinesAsync(folder.At("ids.csv"), videos.Select(old.LinkTo));
        var last = await VigintCli.RunAsync(folder, server, command);
        Assert.That(
            (last.ExitCode, last.Json["moved"]!.GetValue<int>(), last.Json["already_there"]!.GetValue<int>()),
            Is.EqualTo((0, wrong.Length, Many + 1 - wrong.Length)),
            last.Errors
        );
        Assert.That(JsonNode.DeepEquals(last.Json, JsonNode.Parse(await File.ReadAllTextAsync(folder.At("report.json")))), Is.True);

        await RequireEachOnceAsync(server, videos);
        Assert.That(folder.Files().Where(file => file.StartsWith("vigint-", StringComparison.Ordinal)), Is.Empty);
        Assert.That(
            videos.Count(video => video.Downloads > 1),
            Is.LessThanOrEqualTo(2 * 4),
            "only what was under way at a kill is downloaded again"
        );
    }

    [Test]
    public async Task Interrupted_it_says_so_leaves_nothing_behind_and_goes_on()
    {
        using var folder = new TemporaryFolder();
        await using var server = await VigintProcess.StartAsync(folder.Path, ("RENDITIONS", "false"));
        await using var old = await OldVideoServer.StartAsync();
        OldVideo[] videos =
        [
            old.Add("first", Clips.Fake(5000, 1)),
            old.Add("stuck", Clips.Fake(5000, 2)).WaitsFor(others: 2),
            old.Add("last", Clips.Fake(5000, 3)),
        ];
        await File.WriteAllLinesAsync(folder.At("links.txt"), ["# the shop's", "", .. videos.Select(old.LinkTo)]);
        string[] command = ["migrate", "links.txt", "--parallel", "1", "--json"];

        CliAnswer interrupted;
        await using (var process = VigintCli.Start(folder, server, command))
        {
            await Eventually.RequireAsync("the second one is under way", () => Task.FromResult(old.Asked >= 2 && old.Served == 1));
            process.Interrupt();
            interrupted = new CliAnswer(await process.ExitCodeAsync(), process.Output, process.Errors);
        }

        videos[1].WaitsFor(others: 0);
        var second = await VigintCli.RunAsync(folder, server, command);

        Assert.That(
            (interrupted.ExitCode, interrupted.Json["moved"]!.GetValue<int>(), interrupted.Json["not_tried"]!.GetValue<int>()),
            Is.EqualTo((1, 1, 2))
        );
        Assert.That(interrupted.Errors, Does.Contain("the same command goes on where this one ended"));
        Assert.That(
            (second.ExitCode, second.Json["already_there"]!.GetValue<int>(), second.Json["moved"]!.GetValue<int>()),
            Is.EqualTo((0, 1, 2)),
            second.Errors
        );
        Assert.That(folder.Files().Where(file => file.StartsWith("vigint-", StringComparison.Ordinal)), Is.Empty);
        await RequireEachOnceAsync(server, videos);
    }

    [TestCase("migrate")]
    [TestCase("import")]
    public async Task An_old_servers_folder_moves_with_links_that_go_on_working(string command)
    {
        using var folder = new TemporaryFolder();
        await using var server = await VigintProcess.StartAsync(folder.Path, ("RENDITIONS", "false"));
        var bytes = Clips.Fake(7000, 7);
        var expiration = $"{TimeProvider.System.GetUtcNow().AddHours(100):yyyy-MM-ddTHH:mm:ss}.123456";
        Store(
            folder,
            "good",
            bytes,
            new JsonObject
            {
                ["video_id"] = "good",
                ["expiration_time"] = expiration,
                ["incident_type"] = "shoplifting",
            }
        );
        Store(folder, "ended", bytes, new JsonObject { ["video_id"] = "ended", ["expiration_time"] = "2020-01-01T00:00:00" });
        Store(
            folder,
            "damaged",
            bytes,
            new JsonObject
            {
                ["video_id"] = "damaged",
                ["expiration_time"] = expiration,
                ["file_hash"] = new string('0', 64),
            }
        );
        Store(folder, "odd id", bytes, new JsonObject { ["expiration_time"] = expiration });
        await File.WriteAllBytesAsync(folder.At("old", "video_alone.mp4"), bytes);

        var first = await VigintCli.RunAsync(folder, server, command, folder.At("old"), "--json");
        var again = await VigintCli.RunAsync(folder, server, command, folder.At("old"), "--json");

        Assert.That(
            OutcomesIn(first),
            Is.EquivalentTo(new[] { "good moved", "ended expired", "damaged failed", "odd id failed", "alone failed" })
        );
        Assert.That(OutcomesIn(again), Does.Contain("good already_there"));
        Assert.That((first.ExitCode, again.ExitCode), Is.EqualTo((1, 1)));
        Assert.That((await server.Api.GetAsync(LinkToken.Link("good", expiration, VigintProcess.Key))).Body, Is.EqualTo(bytes));
        var record = await server.Api.GetAsync("/api/v1/videos/good");
        Assert.That(record.Json["metadata"]!["incident_type"]!.ToString(), Is.EqualTo("shoplifting"));
        Assert.That(
            record.Text("expiration_time"),
            Is.EqualTo($"{DateTime.Parse(expiration, null).AddSeconds(1):yyyy-MM-ddTHH:mm:ss}"),
            "rounded up, as the server writes it"
        );
    }

    [Test]
    public async Task A_new_link_of_an_id_is_looked_at_again_whatever_is_remembered_of_the_one_before()
    {
        using var folder = new TemporaryFolder();
        await using var server = await VigintProcess.StartAsync(folder.Path, ("RENDITIONS", "false"));
        await using var old = await OldVideoServer.StartAsync();
        var first = old.Add("again", Clips.Fake(seed: 1));
        await File.WriteAllLinesAsync(folder.At("links.txt"), [old.LinkTo(first)]);
        await File.WriteAllTextAsync(folder.At("links.txt.moved.jsonl"), "{\"video_id\":\"other\",\"sha256\":\"00\"}\n");
        Task<CliAnswer> Run() => VigintCli.RunAsync(folder, server, "migrate", "links.txt", "--json");
        Assert.That(
            (OutcomesIn(await Run()).Single(), OutcomesIn(await Run()).Single(), first.Downloads),
            Is.EqualTo(("again moved", "again already_there", 1))
        );

        var second = old.Add("again", Clips.Fake(seed: 2));
        await File.WriteAllLinesAsync(folder.At("links.txt"), [old.LinkTo(second)]);
        var answer = await Run();

        Assert.That((OutcomesIn(answer).Single(), second.Downloads, answer.ExitCode), Is.EqualTo(("again failed", 1, 1)), answer.Output);
        Assert.That(answer.Output, Does.Contain("another video of that id"));
    }

    [Test]
    public async Task A_source_without_a_video_and_a_line_without_an_id_are_no_success()
    {
        using var folder = new TemporaryFolder();
        await using var server = await VigintProcess.StartAsync(folder.Path, ("RENDITIONS", "false"));
        await File.WriteAllLinesAsync(folder.At("head.csv"), ["id,token", "# nothing more", " , ", ""]);
        await File.WriteAllLinesAsync(folder.At("torn.csv"), ["id,token", ",0123456789abcdef0123456789abcdef"]);
        Directory.CreateDirectory(folder.At("empty"));

        foreach (var arguments in new[] { "migrate head.csv", "migrate empty", "import empty" })
        {
            var answer = await VigintCli.RunAsync(folder, server, arguments.Split(' '));
            Assert.That((answer.ExitCode, answer.Errors), Is.EqualTo((1, "The source holds no video; is it the right one?")), arguments);
        }

        var torn = await VigintCli.RunAsync(folder, server, "migrate", "torn.csv", "--from", "http://127.0.0.1:1", "--json");
        Assert.That((OutcomesIn(torn).Single(), torn.ExitCode), Is.EqualTo(("line 2 failed", 1)), torn.Output);
    }

    [Test]
    public async Task Bytes_of_a_storage_folder_that_are_not_those_that_were_uploaded_are_not_imported()
    {
        using var folder = new TemporaryFolder();
        using var elsewhere = new TemporaryFolder();
        await using (var old = await VigintProcess.StartAsync(elsewhere.Path, ("RENDITIONS", "false")))
        {
            await old.Api.StoreAsync("sound", Clips.Fake(seed: 1));
            await old.Api.StoreAsync("rotten", Clips.Fake(seed: 2));
        }

        await File.WriteAllBytesAsync(elsewhere.At("data", "videos", "video_rotten.mp4"), Clips.Fake(seed: 3));
        await using var server = await VigintProcess.StartAsync(folder.Path, ("RENDITIONS", "false"));

        var answer = await VigintCli.RunAsync(folder, server, "import", elsewhere.At("data", "videos"), "--json");

        Assert.That(OutcomesIn(answer), Is.EquivalentTo(new[] { "sound moved", "rotten failed" }));
        Assert.That((answer.ExitCode, (await server.Api.GetAsync("/api/v1/videos/rotten")).Status), Is.EqualTo((1, 404)));
    }

    [Test]
    public async Task From_a_server_of_this_kind_the_end_of_links_is_kept_and_another_video_of_the_same_id_is_left_alone()
    {
        using var folder = new TemporaryFolder();
        using var elsewhere = new TemporaryFolder();
        await using var old = await VigintProcess.StartAsync(elsewhere.Path, ("RENDITIONS", "false"));
        await using var server = await VigintProcess.StartAsync(folder.Path, ("RENDITIONS", "false"));
        var moving = await old.Api.StoreAsync("moving", Clips.Fake(seed: 1), hours: "77");
        var taken = await old.Api.StoreAsync("taken", Clips.Fake(seed: 2));
        var others = await server.Api.StoreAsync("taken", Clips.Fake(seed: 3));
        await File.WriteAllLinesAsync(
            folder.At("links.txt"),
            [new Uri(old.Address, moving.Link).ToString(), new Uri(old.Address, taken.Link).ToString(), "nonsense"]
        );

        var answer = await VigintCli.RunAsync(folder, server, "migrate", "links.txt", "--json");

        Assert.That(OutcomesIn(answer), Is.EquivalentTo(new[] { "moving moved", "taken failed", "line 3 failed" }));
        Assert.That((await server.Api.GetAsync(moving.Link)).Body, Is.EqualTo(Clips.Fake(seed: 1)), "the old link, with the same key");
        Assert.That((await server.Api.GetAsync(others.Link)).Body, Is.EqualTo(Clips.Fake(seed: 3)));
    }

    [Test]
    public async Task From_a_server_of_this_kind_the_evidence_moves_and_not_what_browsers_play()
    {
        Needs.Program("ffmpeg");
        using var folder = new TemporaryFolder();
        using var elsewhere = new TemporaryFolder();
        await using var old = await VigintProcess.StartAsync(elsewhere.Path);
        await using var server = await VigintProcess.StartAsync(folder.Path, ("RENDITIONS", "false"));
        var clip = await Clips.MakeAsync("clip.mp4", "-f", "lavfi", "-i", "testsrc2=duration=2:size=320x240:rate=25", "-c:v", "mpeg4");
        var stored = await old.Api.StoreAsync("evidence", clip);
        await old.Api.ReadyAsync("evidence");
        Assert.That((await old.Api.GetAsync(stored.Link)).Body, Is.Not.EqualTo(clip), "what browsers play");
        await File.WriteAllLinesAsync(folder.At("links.txt"), [new Uri(old.Address, stored.Link).ToString()]);

        var answer = await VigintCli.RunAsync(folder, server, "migrate", "links.txt", "--json");

        Assert.That((OutcomesIn(answer).Single(), answer.ExitCode), Is.EqualTo(("evidence moved", 0)), answer.Output);
        Assert.That((await server.Api.GetAsync($"{stored.Link}&original=1")).Body, Is.EqualTo(clip));
    }

    [Test]
    public async Task Bytes_that_are_not_those_of_the_hash_that_their_server_names_are_downloaded_again()
    {
        using var folder = new TemporaryFolder();
        await using var server = await VigintProcess.StartAsync(folder.Path, ("RENDITIONS", "false"));
        await using var old = await OldVideoServer.StartAsync();
        var video = old.Add("damaged", Clips.Fake(seed: 8)).NamesItsHash().IsDamagedOnTheWay(1);
        await File.WriteAllLinesAsync(folder.At("links.txt"), [old.LinkTo(video)]);

        var answer = await VigintCli.RunAsync(folder, server, "migrate", "links.txt", "--json");

        Assert.That((answer.ExitCode, video.Downloads), Is.EqualTo((0, 2)), answer.Output);
        await RequireEachOnceAsync(server, [video]);
    }

    [Test]
    public async Task A_full_server_ends_it_and_what_was_not_tried_is_said()
    {
        using var folder = new TemporaryFolder();
        await using var server = await VigintProcess.StartAsync(
            folder.Path,
            ("RENDITIONS", "false"),
            ("VIDEO_STORAGE_QUOTA_GB", "0.00001")
        );
        await using var old = await OldVideoServer.StartAsync();
        var videos = Enumerable.Range(0, 5).Select(number => old.Add($"v{number}", Clips.Fake(8000, number))).ToList();
        await File.WriteAllLinesAsync(folder.At("links.txt"), videos.Select(old.LinkTo));

        var answer = await VigintCli.RunAsync(folder, server, "migrate", "links.txt", "--parallel", "1", "--json");

        Assert.That(
            (answer.ExitCode, answer.Json["moved"]!.GetValue<int>(), answer.Json["not_tried"]!.GetValue<int>()),
            Is.EqualTo((1, 1, 4)),
            answer.Output
        );
        Assert.That(answer.Json["ended_early"]!.ToString(), Does.StartWith("Disk full"));
    }

    private static IEnumerable<string> OutcomesIn(CliAnswer answer) =>
        answer.Json["videos"]!.AsArray().Select(one => $"{one!["video_id"]} {one["outcome"]}");

    private static void Store(TemporaryFolder folder, string id, byte[] bytes, JsonObject sidecar)
    {
        Directory.CreateDirectory(folder.At("old"));
        File.WriteAllBytes(folder.At("old", $"video_{id}.mp4"), bytes);
        File.WriteAllText(folder.At("old", $"video_{id}.json"), sidecar.ToJsonString());
    }

    private static async Task RequireEachOnceAsync(VigintProcess server, IReadOnlyList<OldVideo> videos)
    {
        var stored = new Dictionary<string, string>();
        string? cursor = null;
        do
        {
            var page = await server.Api.GetAsync(
                $"/api/v1/videos?limit=200{(cursor is null ? "" : $"&cursor={Uri.EscapeDataString(cursor)}")}"
            );
            foreach (var video in page.Json["videos"]!.AsArray())
                stored.Add(video!["video_id"]!.ToString(), video["sha256"]!.ToString());
            cursor = page.Json["next_cursor"]?.ToString();
        } while (cursor is not null);

        Assert.That(
            stored,
            Is.EquivalentTo(videos.ToDictionary(video => video.Id, video => Convert.ToHexStringLower(SHA256.HashData(video.Bytes))))
        );
        foreach (var video in videos)
        {
            var audit = await server.Api.GetAsync($"/api/v1/videos/{video.Id}/audit");
            Assert.That(
                audit.Json["events"]!.AsArray().Select(one => one!["action"]!.ToString()),
                Is.EqualTo(new[] { "uploaded" }),
                video.Id
            );
        }
    }
}
