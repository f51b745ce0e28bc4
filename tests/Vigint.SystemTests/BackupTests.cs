using Vigint.TestSupport;

namespace Vigint.SystemTests;

/// <summary>What is lost and put back, with the scripts that operators use (docs/operations.md).</summary>
public sealed class BackupTests
{
    private TemporaryFolder folder = null!;
    private PostgresCluster? cluster;

    [SetUp]
    public void Make() => (folder, cluster) = (new TemporaryFolder(), null);

    [TearDown]
    public async Task Remove()
    {
        if (cluster is not null)
            await cluster.DisposeAsync();
        folder.Dispose();
    }

    [Test]
    public async Task Everything_that_was_there_at_the_backup_is_there_after_both_disk_and_database_were_lost([Values] bool postgres)
    {
        var before = await NewDatabaseAsync(postgres);
        MadeClient shop;
        StoredVideo own, shops, later;
        await using (var server = await StartAsync(before))
        {
            own = await server.Api.StoreAsync("own", Clips.Fake(seed: 1));
            (shop, shops) = await AddShopAsync(server);
            await server.Api.GetAsync("/api/v1/videos/own/audit"); // has written what waits
            Assert.That(await RunAsync("backup.sh", before), Is.EqualTo((0, $"2 videos and the database are in {folder.At("backup")}.\n")));
            later = await server.Api.StoreAsync("later", Clips.Fake(seed: 3));
        }

        Directory.Delete(folder.At("data"), recursive: true);
        var after = await NewDatabaseAsync(postgres);
        Assert.That(await RunAsync("restore.sh", after), Is.EqualTo((0, $"The database and 2 videos are as they were in {folder.At("backup")}. Start the server.\n")));

        await using var restored = await StartAsync(after);
        Assert.That((await restored.Api.GetAsync(own.Link)).Body, Is.EqualTo(Clips.Fake(seed: 1)));
        Assert.That((await restored.Api.GetAsync(shops.Link)).Body, Is.EqualTo(Clips.Fake(seed: 2)));
        Assert.That((await restored.Api.GetAsync(later.Link)).Error, Is.EqualTo("Video not found"));
        using var shopsApi = VideoApi.At(restored.Address, shop.Key);
        Assert.That(IdsIn(await shopsApi.GetAsync("/api/v1/videos")), Is.EqualTo(new[] { "shops" }));
        Assert.That((await restored.Api.GetAsync("/api/v1/videos/own/audit")).BodyText, Does.Contain("uploaded"));
    }

    [Test]
    public async Task Without_a_backup_a_lost_database_is_made_anew_from_the_folder_and_links_live_on([Values] bool postgres)
    {
        var before = await NewDatabaseAsync(postgres);
        MadeClient shop;
        StoredVideo own, shops;
        await using (var server = await StartAsync(before))
        {
            own = await server.Api.StoreAsync("own", Clips.Fake(seed: 1));
            (shop, shops) = await AddShopAsync(server);
        }

        foreach (var file in Directory.EnumerateFiles(folder.At("data"), "vigint.db*"))
            File.Delete(file);

        await using var again = await StartAsync(await NewDatabaseAsync(postgres));
        await Eventually.RequireAsync("the folder is taken in", async () => IdsIn(await again.Api.GetAsync("/api/v1/videos")).Count == 2);
        Assert.That((await again.Api.GetAsync(own.Link)).Body, Is.EqualTo(Clips.Fake(seed: 1)));
        Assert.That((await again.Api.GetAsync(shops.Link)).Body, Is.EqualTo(Clips.Fake(seed: 2)));

        // Clients, and with them their keys, stand in the database alone; nobody new gets the videos of one who was lost.
        using var shopsApi = VideoApi.At(again.Address, shop.Key);
        Assert.That((await shopsApi.GetAsync("/api/v1/videos")).Status, Is.EqualTo(401));
        using var admin = AdminOf(again);
        using var newcomer = VideoApi.At(again.Address, (await admin.AddClientAsync()).Key);
        Assert.That(IdsIn(await newcomer.GetAsync("/api/v1/videos")), Is.Empty);
    }

    [Test]
    public async Task A_second_backup_forgets_what_was_deleted()
    {
        await using var server = await StartAsync(database: null);
        await server.Api.StoreAsync("kept", Clips.Fake(seed: 1));
        await server.Api.StoreAsync("deleted", Clips.Fake(seed: 2));
        await RunAsync("backup.sh", database: null);
        await server.Api.DeleteAsync("/api/v1/videos/upload/deleted");

        await RunAsync("backup.sh", database: null);

        Assert.That(folder.Files("backup"), Is.EqualTo(new[] { "database", "videos/video_kept.json", "videos/video_kept.mp4" }));
    }

    [Test]
    public async Task A_running_server_is_not_restored_over()
    {
        await using var server = await StartAsync(database: null);
        var stored = await server.Api.StoreAsync("kept", Clips.Fake());
        await RunAsync("backup.sh", database: null);

        Assert.That(await RunAsync("restore.sh", database: null), Is.EqualTo((1, "The server runs; stop it first.\n")));
        Assert.That((await server.Api.GetAsync(stored.Link)).Body, Is.EqualTo(Clips.Fake()));
    }

    private static async Task<(MadeClient Shop, StoredVideo Video)> AddShopAsync(VigintProcess server)
    {
        using var admin = AdminOf(server);
        var shop = await admin.AddClientAsync();
        using var api = VideoApi.At(server.Address, shop.Key);
        return (shop, await api.StoreAsync("shops", Clips.Fake(seed: 2)));
    }

    private static AdminApi AdminOf(VigintProcess server) => new(new HttpClient { BaseAddress = server.Address }, VigintProcess.Key);

    private static IReadOnlyList<string> IdsIn(Answer list) => [.. list.Json["videos"]!.AsArray().Select(video => (string)video!["video_id"]!)];

    /// <returns>Null for SQLite in the server's own folder.</returns>
    private async Task<string?> NewDatabaseAsync(bool postgres)
    {
        if (!postgres)
            return null;
        cluster ??= await PostgresCluster.StartNewAsync();
        return await cluster.NewDatabaseAsync();
    }

    private async Task<VigintProcess> StartAsync(string? database)
    {
        var server = await VigintProcess.StartAsync(folder.Path, [("RENDITIONS", "false"), .. SettingsOf(database)]);
        await Eventually.RequireAsync("it is healthy", async () => (await server.Api.GetAsync("/api/health")).Status == 200);
        return server;
    }

    private Task<(int ExitCode, string Output)> RunAsync(string script, string? database)
    {
        foreach (var program in new[] { "rsync", "sqlite3", "pg_dump" })
            Needs.Program(program);
        return Shell.RunAsync(folder.Path, [Repository.At("deploy", script), folder.At("backup")], SettingsOf(database));
    }

    private static (string, string)[] SettingsOf(string? database) => database is null ? [] : [("DATABASE_URL", database)];
}
