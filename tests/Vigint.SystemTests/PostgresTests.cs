using System.Collections.Concurrent;
using Npgsql;
using Vigint.TestSupport;

namespace Vigint.SystemTests;

/// <summary>The server on PostgreSQL, which comes late, goes away and comes back.</summary>
public sealed class PostgresTests
{
    private PostgresCluster cluster = null!;
    private TemporaryFolder folder = null!;

    [SetUp]
    public async Task Start()
    {
        folder = new TemporaryFolder();
        cluster = await PostgresCluster.StartNewAsync();
    }

    [TearDown]
    public async Task Stop()
    {
        if (cluster is not null)
            await cluster.DisposeAsync();
        folder.Dispose();
    }

    [Test]
    public async Task A_database_that_comes_late_is_waited_for()
    {
        var database = await cluster.NewDatabaseAsync();
        await cluster.StopAsync();
        await using var server = await VigintProcess.StartAsync(folder.Path, ("DATABASE_URL", database), ("RENDITIONS", "false"));

        var without = await server.Api.GetAsync("/api/health");
        var refused = await server.Api.UploadAsync(UploadForm.Usual("early", Clips.Fake()));
        await cluster.StartAsync();
        await Eventually.RequireAsync("it is healthy", async () => (await server.Api.GetAsync("/api/health")).Status == 200);
        var stored = await server.Api.StoreAsync("late", Clips.Fake());

        Assert.That((without.Status, without.Text("status")), Is.EqualTo((503, "unhealthy")));
        Assert.That((refused.Status, refused.Header("Retry-After")), Is.EqualTo((503, "5")));
        Assert.That((await server.Api.GetAsync(stored.Link)).Body, Is.EqualTo(Clips.Fake()));
        Assert.That(
            folder.Files("data", "videos"),
            Is.EqualTo(new[] { "video_late.json", "video_late.mp4" }),
            "a refused upload leaves nothing"
        );
    }

    [Test]
    public async Task While_the_database_is_away_links_that_are_known_play_and_calls_say_so([Values] bool crashes)
    {
        await using var server = await StartHealthyAsync();
        var stored = await server.Api.StoreAsync("known", Clips.Fake());
        await (crashes ? cluster.CrashAsync() : cluster.StopAsync());

        var played = await server.Api.GetAsync(stored.Link);
        var listed = await server.Api.GetAsync("/api/v1/videos");
        await cluster.StartAsync();
        await Eventually.RequireAsync("it works again", async () => (await server.Api.GetAsync("/api/v1/videos")).Status == 200);

        Assert.That(played.Body, Is.EqualTo(Clips.Fake()));
        Assert.That(
            (listed.Status, listed.Header("Retry-After"), listed.Error),
            Is.EqualTo((503, "5", "The database cannot be used at the moment"))
        );
    }

    [Test]
    public async Task No_answered_upload_is_lost_when_the_database_dies_under_load_and_none_that_was_refused_is_left()
    {
        await using var server = await StartHealthyAsync();
        using var over = new CancellationTokenSource();
        var answered = new ConcurrentBag<(StoredVideo Video, int Seed)>();
        var refused = new ConcurrentBag<int>();
        var load = Task.WhenAll(Enumerable.Range(0, 4).Select(worker => UploadAsync(server, worker, answered, refused, over.Token)));

        await Eventually.RequireAsync("uploads are answered", () => Task.FromResult(answered.Count > 10));
        await cluster.CrashAsync();
        await Eventually.RequireAsync("uploads are refused", () => Task.FromResult(refused.Count > 10));
        await cluster.StartAsync();
        var before = answered.Count;
        await Eventually.RequireAsync("uploads are answered again", () => Task.FromResult(answered.Count > before + 10));
        await over.CancelAsync();
        await load;

        foreach (var (video, seed) in answered)
            Assert.That((await server.Api.GetAsync(video.Link)).Body, Is.EqualTo(Clips.Fake(seed: seed)));
        Assert.That(
            folder.Files("data", "videos").Count(file => file.EndsWith(".mp4", StringComparison.Ordinal)),
            Is.EqualTo(answered.Count)
        );
        Assert.That(refused, Is.All.EqualTo(503));
    }

    [Test]
    public async Task A_newer_schema_stops_the_server_with_one_sentence()
    {
        var database = await cluster.NewDatabaseAsync();
        await using (var first = await VigintProcess.StartAsync(folder.Path, ("DATABASE_URL", database)))
            await Eventually.RequireAsync("it is healthy", async () => (await first.Api.GetAsync("/api/health")).Status == 200);
        await using (
            var direct = NpgsqlDataSource.Create(
                $"Host=127.0.0.1;Port={cluster.Port};Username=vigint;Database={database[(database.LastIndexOf('/') + 1)..]}"
            )
        )
        await using (
            var command = direct.CreateCommand("insert into schema_migrations (number, name, applied_at_ms) values (9999, 'future', 0)")
        )
            await command.ExecuteNonQueryAsync();

        await using var second = new ServerProcess(
            folder.Path,
            ("SECRET_KEY", VigintProcess.Key),
            ("PORT", $"{ServerProcess.FreePort()}"),
            ("DATABASE_URL", database)
        );

        Assert.That(await second.ExitCodeAsync(), Is.EqualTo(1));
        Assert.That(second.Errors, Does.Contain("newer than this version of Vigint knows").And.Not.Contain("\n"));
    }

    private async Task<VigintProcess> StartHealthyAsync()
    {
        var server = await VigintProcess.StartAsync(folder.Path, ("DATABASE_URL", await cluster.NewDatabaseAsync()));
        await Eventually.RequireAsync("it is healthy", async () => (await server.Api.GetAsync("/api/health")).Status == 200);
        return server;
    }

    private static async Task UploadAsync(
        VigintProcess server,
        int worker,
        ConcurrentBag<(StoredVideo, int)> answered,
        ConcurrentBag<int> refused,
        CancellationToken over
    )
    {
        for (var number = 0; !over.IsCancellationRequested; number++)
        {
            var seed = (worker * 100_000) + number;
            var answer = await server.Api.UploadAsync(UploadForm.Usual($"w{worker}_{number}", Clips.Fake(seed: seed)));
            if (answer.Status == 200)
                answered.Add((VideoApi.StoredFrom(answer), seed));
            else
                refused.Add(answer.Status);
        }
    }
}
