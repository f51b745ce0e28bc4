using System.Text.Json.Nodes;
using Vigint.TestSupport;

namespace Vigint.SystemTests.Cli;

/// <summary>Links that were given out before a move open the same video after it, and for as long.</summary>
public sealed class LinksKeptTests
{
    private static readonly (string Name, string Value) NoRenditions = ("RENDITIONS", "false");

    private TemporaryFolder folder = null!;
    private TemporaryFolder elsewhere = null!;

    [SetUp]
    public void MakeFolders() => (folder, elsewhere) = (new TemporaryFolder(), new TemporaryFolder());

    [TearDown]
    public void RemoveFolders()
    {
        folder.Dispose();
        elsewhere.Dispose();
    }

    [Test]
    public async Task Every_link_of_a_video_in_a_storage_folder_opens_it_after_the_import_and_its_metadata_is_the_clients()
    {
        const string clientsTime = "2031-05-06T07:08:09.123456";
        StoredVideo uploaded,
            extended;
        await using (var old = await VigintProcess.StartAsync(elsewhere.Path, NoRenditions))
        {
            uploaded = await old.Api.StoreAsync(
                "kept",
                Clips.Fake(),
                hours: "5",
                metadata: new JsonObject { ["expiration_time"] = clientsTime, ["source"] = "till" }
            );
            extended = await old.Api.ExtendAsync("kept", 40);
        }

        await using var server = await VigintProcess.StartAsync(folder.Path, NoRenditions);
        var first = await ImportAsync(server);
        var again = await ImportAsync(server);

        Assert.That((first.ExitCode, again.ExitCode), Is.EqualTo((0, 0)), first.Output + again.Output);
        string[] links = [uploaded.Link, extended.Link, LinkToken.Link("kept", clientsTime, VigintProcess.Key)];
        foreach (var link in links)
            Assert.That((await server.Api.GetAsync(link)).Body, Is.EqualTo(Clips.Fake()), link);
        var record = await server.Api.GetAsync("/api/v1/videos/kept");
        Assert.That(
            (record.Json["metadata"]!["expiration_time"]!.ToString(), record.Json["metadata"]!["source"]!.ToString()),
            Is.EqualTo((clientsTime, "till"))
        );
    }

    [Test]
    public async Task An_import_that_ended_before_all_links_were_added_adds_the_rest_when_it_is_started_again()
    {
        const string clientsTime = "2031-05-06T07:08:09";
        StoredVideo uploaded;
        await using (var old = await VigintProcess.StartAsync(elsewhere.Path, NoRenditions))
            uploaded = await old.Api.StoreAsync(
                "kept",
                Clips.Fake(),
                hours: "5",
                metadata: new JsonObject { ["expiration_time"] = clientsTime, ["source"] = "till" }
            );
        await using var server = await VigintProcess.StartAsync(folder.Path, NoRenditions);
        await server.Api.StoreAsync(
            "kept",
            Clips.Fake(),
            hours: "4.99",
            metadata: new JsonObject { ["expiration_time"] = uploaded.Expiration, ["source"] = "till" }
        );

        var answer = await ImportAsync(server);

        Assert.That((answer.ExitCode, answer.Json["already_there"]!.GetValue<int>()), Is.EqualTo((0, 1)), answer.Output);
        Assert.That((await server.Api.GetAsync(LinkToken.Link("kept", clientsTime, VigintProcess.Key))).Status, Is.EqualTo(200));
        Assert.That((await server.Api.GetAsync(uploaded.Link)).Status, Is.EqualTo(200));
        Assert.That(
            (await server.Api.GetAsync("/api/v1/videos/kept")).Json["metadata"]!["expiration_time"]!.ToString(),
            Is.EqualTo(clientsTime)
        );
    }

    [Test]
    public async Task What_is_there_already_lives_as_long_as_its_old_link_and_is_opened_by_it()
    {
        await using var old = await VigintProcess.StartAsync(elsewhere.Path, NoRenditions);
        await using var server = await VigintProcess.StartAsync(folder.Path, NoRenditions);
        var there = await old.Api.StoreAsync("both", Clips.Fake(), hours: "100");
        var here = await server.Api.StoreAsync("both", Clips.Fake(), hours: "1", metadata: new JsonObject { ["source"] = "the new one's" });

        var answer = await MigrateAsync(server, LinkAt(old, there));

        Assert.That((answer.ExitCode, answer.Json["already_there"]!.GetValue<int>()), Is.EqualTo((0, 1)), answer.Output);
        Assert.That((await server.Api.GetAsync(there.Link)).Status, Is.EqualTo(200), "the old link");
        Assert.That((await server.Api.GetAsync(here.Link)).Status, Is.EqualTo(200), "the link of the new server");
        var record = await server.Api.GetAsync("/api/v1/videos/both");
        Assert.That(DateTime.Parse(record.Text("expiration_time"), null), Is.GreaterThanOrEqualTo(DateTime.Parse(there.Expiration, null)));
        Assert.That(record.Json["metadata"]!["source"]!.ToString(), Is.EqualTo("the new one's"));
    }

    [Test]
    public async Task An_old_link_that_may_not_live_as_long_is_a_failure()
    {
        await using var old = await VigintProcess.StartAsync(elsewhere.Path, NoRenditions);
        await using var server = await VigintProcess.StartAsync(folder.Path, NoRenditions, ("MAX_RETENTION_HOURS", "10"));
        var there = await old.Api.StoreAsync("both", Clips.Fake(), hours: "100");
        await server.Api.StoreAsync("both", Clips.Fake(), hours: "1");

        var answer = await MigrateAsync(server, LinkAt(old, there));

        Assert.That((answer.ExitCode, answer.Json["failed"]!.GetValue<int>()), Is.EqualTo((1, 1)), answer.Output);
        Assert.That(
            answer.Json["videos"]![0]!["reason"]!.ToString(),
            Does.StartWith("It is there, but the links that were given out for it cannot be kept: ")
        );
    }

    [Test]
    public async Task With_another_key_the_old_link_that_does_not_work_is_a_failure_unless_new_links_will_do()
    {
        await using var old = await VigintProcess.StartAsync(elsewhere.Path, NoRenditions, ("SPARSE_AI_API_KEY", "another-key-0123456789"));
        await using var server = await VigintProcess.StartAsync(folder.Path, NoRenditions);
        var there = await old.Api.StoreAsync("moving", Clips.Fake());

        var strict = await MigrateAsync(server, LinkAt(old, there));
        var content = await MigrateAsync(server, LinkAt(old, there), "--new-links");

        Assert.That((strict.ExitCode, strict.Json["failed"]!.GetValue<int>()), Is.EqualTo((1, 1)), strict.Output);
        Assert.That(strict.Json["videos"]![0]!["reason"]!.ToString(), Does.Contain("SPARSE_AI_API_KEY"));
        Assert.That((content.ExitCode, content.Json["already_there"]!.GetValue<int>()), Is.EqualTo((0, 1)), content.Output);
    }

    [Test]
    public async Task A_link_that_was_made_longer_since_the_list_was_is_moved_and_one_that_has_ended_is_said_to_have_expired()
    {
        await using var old = await VigintProcess.StartAsync(elsewhere.Path, NoRenditions);
        await using var server = await VigintProcess.StartAsync(folder.Path, NoRenditions);
        await using var older = await OldVideoServer.StartAsync();
        var there = await old.Api.StoreAsync("longer", Clips.Fake());

        var answer = await MigrateAsync(
            server,
            $"{LinkAt(old, there)},2020-01-01T00:00:00\n{older.LinkTo(older.Add("over", Clips.Fake()).Ends())}"
        );

        Assert.That(
            answer.Json["videos"]!.AsArray().Select(one => $"{one!["video_id"]} {one["outcome"]}"),
            Is.EquivalentTo(new[] { "longer moved", "over expired" }),
            answer.Output
        );
        Assert.That((answer.ExitCode, (await server.Api.GetAsync(there.Link)).Status), Is.EqualTo((0, 200)));
    }

    private static string LinkAt(VigintProcess server, StoredVideo video) => new Uri(server.Address, video.Link).ToString();

    private Task<CliAnswer> ImportAsync(VigintProcess server) =>
        VigintCli.RunAsync(folder, server, "import", elsewhere.At("data", "videos"), "--json");

    private async Task<CliAnswer> MigrateAsync(VigintProcess server, string lines, params string[] options)
    {
        await File.WriteAllTextAsync(folder.At("links.txt"), lines);
        return await VigintCli.RunAsync(folder, server, ["migrate", "links.txt", "--json", .. options]);
    }
}
