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
        await File.WriteAllLinesAsync(folder.At("ids.csv"), ["id,token", .. videos.Select(video => $"{video.Id},{(wrong.Contains(video) ? "0123456789abcdef0123456789abcdef" : video.Token)}")]);
        string[] command = ["migrate", "ids.csv", "--from", old.Address.ToString(), "--report", "report.json", "--json"];

        foreach (var enough in new[] { 100, 300 })
        {
            await using var killed = VigintCli.Start(folder, server, command);
            await Eventually.RequireAsync($"{enough} are downloaded", () => Task.FromResult(old.Served >= enough || killed.HasEnded));
            Assert.That(killed.HasEnded, Is.False, killed.Errors);
            await killed.KillAsync();
        }

        var third = await VigintCli.RunAsync(folder, server, command);
        Assert.That((third.ExitCode, third.Json["failed"]!.GetValue<int>(), third.Json["not_tried"]!.GetValue<int>()), Is.EqualTo((1, wrong.Length, 0)), third.Errors);
        Assert.That(
            third.Json["videos"]!.AsArray().Where(one => one!["outcome"]!.ToString() == "failed").Select(one => one!["video_id"]!.ToString()),
            Is.EquivalentTo(wrong.Select(video => video.Id)));

        await File.WriteAllLinesAsync(folder.At("ids.csv"), videos.Select(old.LinkTo));
        var last = await VigintCli.RunAsync(folder, server, command);
        Assert.That((last.ExitCode, last.Json["moved"]!.GetValue<int>(), last.Json["already_there"]!.GetValue<int>()), Is.EqualTo((0, wrong.Length, Many + 1 - wrong.Length)), last.Errors);
        Assert.That(JsonNode.DeepEquals(last.Json, JsonNode.Parse(await File.ReadAllTextAsync(folder.At("report.json")))), Is.True);

        await RequireEachOnceAsync(server, videos);
        Assert.That(folder.Files().Where(file => file.StartsWith("vigint-", StringComparison.Ordinal)), Is.Empty);
        Assert.That(videos.Count(video => video.Downloads > 1), Is.LessThanOrEqualTo(2 * 4), "only what was under way at a kill is downloaded again");
    }

    private static async Task RequireEachOnceAsync(VigintProcess server, IReadOnlyList<OldVideo> videos)
    {
        var stored = new Dictionary<string, string>();
        string? cursor = null;
        do
        {
            var page = await server.Api.GetAsync($"/api/v1/videos?limit=200{(cursor is null ? "" : $"&cursor={Uri.EscapeDataString(cursor)}")}");
            foreach (var video in page.Json["videos"]!.AsArray())
                stored.Add(video!["video_id"]!.ToString(), video["sha256"]!.ToString());
            cursor = page.Json["next_cursor"]?.ToString();
        }
        while (cursor is not null);

        Assert.That(stored, Is.EquivalentTo(videos.ToDictionary(video => video.Id, video => Convert.ToHexStringLower(SHA256.HashData(video.Bytes)))));
        foreach (var video in videos)
        {
            var audit = await server.Api.GetAsync($"/api/v1/videos/{video.Id}/audit");
            Assert.That(audit.Json["events"]!.AsArray().Select(one => one!["action"]!.ToString()), Is.EqualTo(new[] { "uploaded" }), video.Id);
        }
    }
}
