using System.Data.Common;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Vigint.TestSupport;

namespace Vigint.ContractTests;

/// <summary>
/// Contract §8, <c>DELETE /admin/clients/{client_id}</c>: nothing of a client is left but its number and the sums of its usage.
/// </summary>
[OwnServer("its folders and its database")]
public sealed class EraseClientTests
{
    private const string Clients = "/admin/clients";
    private const string Name = "Épicerie du Coin";
    private const string Email = "Epicerie@example.org";
    private const string Program = "EpicerieCam/3";

    private FakeTimeProvider clock = null!;
    private TemporaryFolder folder = null!;
    private string? database;
    private VigintServer server = null!;
    private AdminApi admin = null!;
    private VideoApi anybody = null!;

    private IReadOnlyList<string> Stored => folder.Files("videos");

    [SetUp]
    public void Open()
    {
        clock = new FakeTimeProvider(new DateTimeOffset(2026, 10, 4, 12, 0, 0, TimeSpan.Zero));
        (folder, database) = (new TemporaryFolder(), null);
        server = NewServer();
        admin = new AdminApi(server.NewClient(key: null));
        anybody = new VideoApi(server.NewClient(key: null));
    }

    [TearDown]
    public async Task Close()
    {
        admin.Dispose();
        anybody.Dispose();
        await server.DisposeAsync();
        folder.Dispose();
    }

    [Test]
    public async Task What_it_stored_and_raised_goes_with_its_files()
    {
        var (made, shop) = await NewShopAsync();
        using var _ = shop;
        var videos = new[] { await shop.StoreAsync("epicerie_1", Clips.Fake()), await shop.StoreAsync("epicerie_2", Clips.Fake(seed: 2)) };
        await shop.RaiseAsync("A man takes a bottle.", new JsonObject { ["video_data"] = Convert.ToBase64String(Clips.Fake(seed: 3)) });

        var erased = await EraseAsync(made.Id);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                (erased.Status, erased.Number("client_id"), erased.Number("videos_deleted"), erased.Number("alerts_deleted")),
                Is.EqualTo((200, made.Id, 3, 1))
            );
            Assert.That(
                (erased.Member("success")!.GetValue<bool>(), erased.Text("message")),
                Is.EqualTo((true, "Nothing is left but the number and the sums of what was used"))
            );
            Assert.That(Stored, Has.None.Contains("epicerie").And.None.Contains("alert_"));
            Assert.That(server.Folder.Files("data", "outbox"), Is.Empty);
            Assert.That((await anybody.GetAsync(videos[0].Link)).Error, Is.EqualTo("Video not found"));
            Assert.That((await shop.UploadAsync(UploadForm.Usual("epicerie_4", Clips.Fake()))).Error, Is.EqualTo("Invalid API key"));
        }
    }

    [Test]
    public async Task No_row_of_any_table_tells_of_it()
    {
        var (made, shop) = await NewShopAsync();
        using var _ = shop;
        var video = await shop.StoreAsync("epicerie_1", Clips.Fake());
        await shop.UploadAsync(UploadForm.Usual("epicerie_2", Clips.Fake()), ("Idempotency-Key", "epicerie-key"), ("User-Agent", Program));
        await shop.RaiseAsync("A man in the épicerie.", headers: ("Idempotency-Key", "epicerie-alert"));
        await anybody.GetAsync(video.Link, ("User-Agent", Program));
        await shop.GetAsync("/api/v1/videos/epicerie_1/audit");
        await admin.PutAsync($"{Clients}/{made.Id}/channels", """{"webhooks":[{"url":"https://epicerie.example.org/alerts"}]}""");
        await admin.PutAsync($"{Clients}/{made.Id}/analysis", """{"watch_for":"the épicerie's till","normal":"the épicerie's cat"}""");
        await admin.PostAsync($"{Clients}/{made.Id}/keys", """{"name":"épicerie's till"}""");
        var before = await RowsAsync();

        await EraseAsync(made.Id);
        clock.Advance(TimeSpan.FromSeconds(1));
        await anybody.GetAsync($"/video/epicerie_1?token={video.Token}", ("User-Agent", Program));
        var after = await RowsAsync();

        Assert.That(
            before.Where(TellsOfIt).Select(row => row.Table).Distinct(),
            Is.SupersetOf(
                new[]
                {
                    "clients",
                    "api_keys",
                    "videos",
                    "alerts",
                    "alert_deliveries",
                    "alert_channels",
                    "audit_events",
                    "idempotency_keys",
                }
            ),
            "what there was to erase"
        );
        Assert.That(after.Where(TellsOfIt), Is.Empty);
    }

    [Test]
    public async Task Nor_does_a_file_of_the_database([Values] bool whileSomebodyReads)
    {
        OnPostgres.NotThere("the files are those of SQLite");
        var (made, shop) = await NewShopAsync();
        using var _ = shop;
        await shop.RaiseAsync("A man in the épicerie.");
        Assert.That(FilesWithAddress(), Is.Not.Empty, "what there was to erase");

        Answer erased;
        await using (var connection = await server.Services.GetRequiredService<DbDataSource>().OpenConnectionAsync())
        {
            // A backup, say: what it reads must stay in the log until it is done.
            if (whileSomebodyReads)
                await ReadAsync(connection, "begin; select * from clients");
            erased = await EraseAsync(made.Id);
            if (whileSomebodyReads)
                await ReadAsync(connection, "rollback; select 1");
        }

        if (whileSomebodyReads)
            await admin.AddClientAsync();

        Assert.That(erased.Status, Is.EqualTo(200));
        Assert.That(FilesWithAddress(), Is.Empty);
    }

    [Test]
    public async Task The_sums_of_its_usage_stay_under_its_number_and_the_single_calls_go()
    {
        var (made, shop) = await NewShopAsync();
        using var _ = shop;
        await shop.StoreAsync("epicerie_1", Clips.Fake());
        await shop.RaiseAsync("A man takes a bottle.");

        await EraseAsync(made.Id);

        var sums = (await admin.GetAsync("/admin/usage"))
            .Member("clients")!
            .AsArray()
            .Single(one => one!["client_id"]!.GetValue<int>() == made.Id)!;
        Assert.That((sums["calls"]!.GetValue<int>(), sums["client_name"]), Is.EqualTo((2, (JsonNode?)null)));
        Assert.That((await RowsAsync()).Where(row => row.Table == "usage_calls"), Is.Empty);
    }

    [Test]
    public async Task It_is_in_no_list_its_number_is_not_given_again_and_its_address_may_be_used()
    {
        var (made, shop) = await NewShopAsync();
        shop.Dispose();

        await EraseAsync(made.Id);
        var again = await admin.PostAsync(Clients, new JsonObject { ["name"] = "Another", ["email"] = Email }.ToJsonString());

        var listed = (await admin.GetAsync(Clients)).Member("clients")!.AsArray().Select(one => one!["id"]!.GetValue<int>());
        Assert.That((again.Status, again.Number("client_id")), Is.EqualTo((201, made.Id + 1)));
        Assert.That(listed, Is.EqualTo(new[] { made.Id + 1 }));
    }

    [TestCase("DELETE", "")]
    [TestCase("POST", "/revoke")]
    [TestCase("POST", "/reactivate")]
    [TestCase("POST", "/keys")]
    [TestCase("PUT", "/limits")]
    [TestCase("PUT", "/analysis")]
    [TestCase("PUT", "/channels")]
    [TestCase("GET", "/channels")]
    public async Task An_erased_client_is_none(string method, string path)
    {
        var (made, shop) = await NewShopAsync();
        shop.Dispose();
        await EraseAsync(made.Id);

        var answer = await anybody.SendAsync(
            HttpMethod.Parse(method),
            $"{Clients}/{made.Id}{path}",
            headers: ("X-Admin-Key", VigintServer.Key)
        );

        Assert.That((answer.Status, answer.Error), Is.EqualTo((404, $"Client {made.Id} not found")));
    }

    [Test]
    public async Task Whom_there_never_was_cannot_be_erased()
    {
        var answer = await EraseAsync(77);

        Assert.That((answer.Status, answer.Error), Is.EqualTo((404, "Client 77 not found")));
    }

    [Test]
    public async Task What_is_anothers_stays()
    {
        var (made, shop) = await NewShopAsync();
        using var _ = shop;
        var other = await admin.AddClientAsync();
        using var neighbour = new VideoApi(server.NewClient(other.Key));
        using var operators = new VideoApi(server.NewClient());
        var theirs = await neighbour.StoreAsync("neighbour_1", Clips.Fake());
        var operatorsOwn = await operators.StoreAsync("operator_1", Clips.Fake(seed: 2));
        var alert = await neighbour.RaiseAsync("A man takes a bottle.");
        await shop.RaiseAsync("A man takes a bottle.");

        await EraseAsync(made.Id);

        Assert.That(
            ((await anybody.GetAsync(theirs.Link)).Status, (await anybody.GetAsync(operatorsOwn.Link)).Status),
            Is.EqualTo((200, 200))
        );
        Assert.That((await neighbour.ShowAlertAsync(alert.Text("alert_id"))).Status, Is.EqualTo(200));
        Assert.That((await neighbour.GetAsync("/api/v1/videos/neighbour_1/audit")).Number("count"), Is.Positive);
        Assert.That(server.Folder.Files("data", "outbox"), Is.EqualTo(new[] { $"{alert.Text("alert_id")}.eml" }));
    }

    [Test]
    public async Task Its_current_clip_its_frames_and_its_downloads_go()
    {
        var (made, shop) = await NewShopAsync();
        using var _ = shop;
        var frame = await Clips.PictureAsync("320x240");
        await shop.UploadClipAsync(await Clips.FiveSecondsAsync());
        await shop.BufferAsync(frame);
        await shop.BufferOfSourceAsync("till", frame);
        var picture = Convert.ToBase64String(frame);
        await shop.PostAsync(
            "/api/video/create",
            new JsonObject { ["frames"] = new JsonArray(picture, picture), ["fps"] = 2 }.ToJsonString()
        );
        var before = folder.Files("videos", ".work");

        await EraseAsync(made.Id);

        Assert.That(before, Has.Count.GreaterThanOrEqualTo(4));
        Assert.That(folder.Files("videos", ".work"), Is.Empty);
    }

    [Test]
    public async Task An_upload_under_way_leaves_nothing()
    {
        var (made, shop) = await NewShopAsync();
        using var _ = shop;
        using var streaming = VideoApi.At(shop.Address, made.Key);
        using var clip = new PausingStream(pauseAt: 1024 * 1024);
        var uploading = streaming.UploadAsync("epicerie_1", clip);
        await clip.Reached;
        await Eventually.RequireAsync("it comes in", () => Task.FromResult(folder.Files("videos", ".incoming").Count > 0));

        await EraseAsync(made.Id);
        clip.LetGo();
        var answer = await uploading;

        Assert.That((answer.Status, answer.Error), Is.EqualTo((403, "The client was erased")));
        Assert.That(Stored, Has.None.Contains("epicerie").And.None.StartsWith(".incoming"));
        Assert.That((await RowsAsync()).Where(TellsOfIt), Is.Empty);
    }

    [Test]
    public async Task What_cannot_be_deleted_is_counted_and_the_next_call_goes_on()
    {
        var (made, shop) = await NewShopAsync();
        using var _ = shop;
        await shop.StoreAsync("epicerie_1", Clips.Fake());
        await shop.StoreAsync("epicerie_2", Clips.Fake());
        File.Delete(folder.At("videos", "video_epicerie_1.mp4"));
        Directory.CreateDirectory(folder.At("videos", "video_epicerie_1.mp4", "in the way"));

        var stuck = await EraseAsync(made.Id);
        var listed = (await admin.GetAsync(Clients)).Member("clients")![0]!;
        var reactivated = await admin.PostAsync($"{Clients}/{made.Id}/reactivate");
        var anotherKey = await admin.PostAsync($"{Clients}/{made.Id}/keys");
        Directory.Delete(folder.At("videos", "video_epicerie_1.mp4"), recursive: true);
        var erased = await EraseAsync(made.Id);

        using (Assert.EnterMultipleScope())
        {
            Assert.That((stuck.Status, stuck.Number("videos_left"), stuck.Number("mails_left")), Is.EqualTo((503, 1, 0)));
            Assert.That(
                stuck.Error,
                Is.EqualTo($"Client {made.Id} is not wholly erased: 1 of its videos and 0 of its mails cannot be deleted")
            );
            Assert.That(
                (listed["name"]!.GetValue<string>(), listed["api_keys"]![0]!["is_active"]!.GetValue<bool>()),
                Is.EqualTo((Name, false))
            );
            Assert.That(
                (reactivated.Status, reactivated.Error, anotherKey.Status),
                Is.EqualTo((409, $"Client {made.Id} is being erased", 409))
            );
            Assert.That((erased.Status, erased.Number("videos_deleted")), Is.EqualTo((200, 1)));
            Assert.That(Stored, Has.None.Contains("epicerie"));
        }
    }

    [Test]
    public async Task An_alert_that_waits_to_be_sent_is_not_sent_any_more()
    {
        await using var smtp = new FakeSmtp();
        await smtp.StopAsync();
        await using var mailing = new VigintServer(clock, settings: [.. smtp.Settings]);
        using var manager = new AdminApi(mailing.NewClient(key: null));
        var made = await manager.AddClientAsync();
        var other = await manager.AddClientAsync();
        using var shop = new VideoApi(mailing.NewClient(made.Key));
        using var neighbour = new VideoApi(mailing.NewClient(other.Key));
        var waiting = await shop.RaiseAsync("A man takes a bottle.");
        await neighbour.RaiseAsync("A man takes a bottle.");

        await manager.DeleteAsync($"{Clients}/{made.Id}");
        smtp.StartAgain();
        clock.Advance(TimeSpan.FromMinutes(1));
        await Eventually.RequireAsync("the other one is sent", () => Task.FromResult(smtp.Mails.Count > 0));

        Assert.That((waiting.Status, smtp.Mails.Count), Is.EqualTo((207, 1)));
    }

    [Test]
    public async Task What_comes_back_with_an_old_copy_of_the_folder_is_deleted_again()
    {
        var (made, shop) = await NewShopAsync();
        await shop.StoreAsync("epicerie_1", Clips.Fake());
        shop.Dispose();
        var (bytes, sidecar) = (
            await File.ReadAllBytesAsync(folder.At("videos", "video_epicerie_1.mp4")),
            await File.ReadAllBytesAsync(folder.At("videos", "video_epicerie_1.json"))
        );
        await EraseAsync(made.Id);
        await StopAsync();
        await File.WriteAllBytesAsync(folder.At("videos", "video_epicerie_1.mp4"), bytes);
        await File.WriteAllBytesAsync(folder.At("videos", "video_epicerie_1.json"), sidecar);

        server = NewServer();
        admin = new AdminApi(server.NewClient(key: null));
        anybody = new VideoApi(server.NewClient(key: null));

        Assert.That(
            await Eventually.ComesAsync(() => Task.FromResult(Stored.All(file => !file.Contains("epicerie", StringComparison.Ordinal)))),
            Is.True
        );
        Assert.That((await RowsAsync()).Where(TellsOfIt), Is.Empty);
    }

    private static bool TellsOfIt((string Table, string Row) one) =>
        new[] { "epicerie", "épicerie" }.Any(word => one.Row.Contains(word, StringComparison.OrdinalIgnoreCase));

    private List<string> FilesWithAddress()
    {
        var found = new List<string>();
        foreach (var file in Directory.GetFiles(folder.Path, "shared.db*"))
        {
            // Not opened here: closing a file lets go of the locks that this process has on it.
            using var grep = System.Diagnostics.Process.Start("grep", ["-q", "-a", "-i", Email, file]);
            grep.WaitForExit();
            if (grep.ExitCode == 0)
                found.Add(Path.GetFileName(file));
        }

        return found;
    }

    private Task<Answer> EraseAsync(int id) => admin.DeleteAsync($"{Clients}/{id}");

    private async Task<(MadeClient Made, VideoApi Shop)> NewShopAsync()
    {
        var answer = await admin.PostAsync(Clients, new JsonObject { ["name"] = Name, ["email"] = Email }.ToJsonString());
        var made = new MadeClient((int)answer.Number("client_id"), answer.Text("api_key"));
        return (made, new VideoApi(server.NewClient(made.Key)));
    }

    // One folder and one database for all servers of a test.
    private VigintServer NewServer()
    {
        database ??= VigintServer.NewDatabase?.Invoke() ?? $"sqlite:///{folder.At("shared.db")}";
        return new VigintServer(clock, settings: [("VIDEO_STORAGE_DIR", folder.At("videos")), ("DATABASE_URL", database)]);
    }

    private async Task StopAsync()
    {
        admin.Dispose();
        anybody.Dispose();
        await server.DisposeAsync();
    }

    /// <summary>Every row of every table, as text.</summary>
    private async Task<IReadOnlyList<(string Table, string Row)>> RowsAsync()
    {
        var tables = VigintServer.IsOnSqlite
            ? "select name from sqlite_master where type = 'table'"
            : "select table_name from information_schema.tables where table_schema = 'public'";
        await using var connection = await server.Services.GetRequiredService<DbDataSource>().OpenConnectionAsync();
        var rows = new List<(string, string)>();
        foreach (var table in await ReadAsync(connection, tables))
            rows.AddRange((await ReadAsync(connection, $"select * from {table}")).Select(row => (table, row)));
        return rows;
    }

    private static async Task<List<string>> ReadAsync(DbConnection connection, string sql)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<string>();
        while (await reader.ReadAsync())
            rows.Add(string.Join(' ', Enumerable.Range(0, reader.FieldCount).Select(column => reader.GetValue(column))));
        return rows;
    }
}
