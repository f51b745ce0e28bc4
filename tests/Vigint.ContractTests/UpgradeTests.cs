using System.Data.Common;
using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Npgsql;
using Vigint.TestSupport;

namespace Vigint.ContractTests;

/// <summary>This program over what 0.2.0 itself made (Data/from-0.2): nothing of it is lost, and nothing is done twice.</summary>
[OwnServer("its folder and its database")]
public sealed class UpgradeTests
{
    // What is only added to while the server looks at it.
    private static readonly string[] Tables =
    [
        "videos",
        "used_links",
        "clients",
        "api_keys",
        "alerts",
        "alert_deliveries",
        "idempotency_keys",
        "alert_channels",
        "renditions",
    ];

    private static readonly long[] Rows = [3, 5, 1, 3, 2, 2, 3, 1, 3];

    private FakeSmtp smtp = null!;
    private VigintServer server = null!;
    private VideoApi api = null!;
    private JsonNode made = null!;
    private Dictionary<string, byte[]> files = null!;
    private Dictionary<string, DateTime> renditions = null!;

    [SetUp]
    public async Task StartOverOldData()
    {
        smtp = new FakeSmtp();
        using var unpacked = new TemporaryFolder();
        var data = Repository.At(
            "tests",
            "Vigint.ContractTests",
            "Data",
            "from-0.2",
            VigintServer.IsOnSqlite ? "sqlite.tar.gz" : "postgres.tar.gz"
        );
        await Shell.RunAsync(unpacked.Path, ["tar", "-xzf", data]);
        made = JsonNode.Parse(await File.ReadAllTextAsync(unpacked.At("expected.json")))!;
        var clock = new FakeTimeProvider(DateTimeOffset.Parse(Made("made_at"), CultureInfo.InvariantCulture).AddHours(1));
        List<(string, string)> settings = [.. smtp.Settings, ("EMAIL_TO", "operator@example.org"), ("RENDITIONS", "true")];
        if (VigintServer.NewDatabase is { } newDatabase)
        {
            settings.Add(("DATABASE_URL", newDatabase()));
            await FillAsync(settings[^1].Item2, await File.ReadAllTextAsync(unpacked.At("dump.sql")));
        }

        server = new VigintServer(clock, settings: [.. settings]);
        await Shell.RunAsync(unpacked.Path, ["cp", "-a", unpacked.At("data"), server.Folder.Path]);
        var videos = server.Folder.At("data", "videos");
        files = Directory.GetFiles(videos, "video_*.mp4").ToDictionary(file => Path.GetFileName(file), File.ReadAllBytes);
        renditions = RenditionsIn(videos);
        api = new VideoApi(server.NewClient());
        await Eventually.RequireAsync(
            "the folder is taken in",
            async () => (await api.GetAsync("/api/health")).BodyText.Contains("\"healthy\"", StringComparison.Ordinal)
        );
    }

    [TearDown]
    public async Task Stop()
    {
        api.Dispose();
        await server.DisposeAsync();
        await smtp.DisposeAsync();
    }

    [Test]
    public async Task Every_link_opens_the_same_bytes_and_that_of_a_deleted_video_none()
    {
        // The clip of the door has MPEG-4 part 2 in it: what is played is its rendition.
        var door = await api.GetAsync(PathOf("door"));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                (door.Status, door.Body.Length),
                Is.EqualTo((200, (int)new FileInfo(renditions.Keys.Single(file => file.EndsWith(".mp4", StringComparison.Ordinal))).Length))
            );
            Assert.That((await api.GetAsync(PathOf("till"))).Body, Is.EqualTo(files["video_till.mp4"]));
            Assert.That((await api.GetAsync(PathOf("extended"))).Body, Is.EqualTo(files["video_till.mp4"]));
            Assert.That((await api.GetAsync(PathOf("shops"))).Body, Is.EqualTo(files["video_shops.mp4"]));
            Assert.That((await api.GetAsync(PathOf("gone"))).Status, Is.AnyOf(403, 404));
        }
    }

    [Test]
    public async Task Keys_open_what_they_opened_and_a_revoked_one_nothing()
    {
        using var shop = VideoApi.At(api.Address, Made("shop_key"));
        using var second = VideoApi.At(api.Address, Made("second_key"));
        using var revoked = VideoApi.At(api.Address, Made("revoked_key"));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                (await shop.GetAsync("/api/v1/videos")).Member("videos")!.AsArray().Select(video => (string)video!["video_id"]!),
                Is.EqualTo(new[] { "shops" })
            );
            Assert.That((await second.GetAsync("/api/v1/videos/shops")).Status, Is.EqualTo(200));
            Assert.That((await revoked.GetAsync("/api/v1/videos")).Status, Is.EqualTo(401));
        }
    }

    [Test]
    public async Task What_waited_is_delivered_once_and_its_key_still_means_it()
    {
        string[] ids = [Made("operators_alert"), Made("shops_alert")];
        foreach (var id in ids)
            Assert.That(await Eventually.ComesAsync(async () => (await api.ShowAlertAsync(id)).Text("state") == "delivered"), Is.True, id);

        var again = await api.RaiseAsync(
            "A man takes a bottle.",
            new JsonObject { ["risk_level"] = "HIGH", ["video_id"] = "door" },
            ("Idempotency-Key", "operators-alert")
        );

        using (Assert.EnterMultipleScope())
        {
            Assert.That(again.Text("alert_id"), Is.EqualTo(ids[0]));
            Assert.That(
                smtp.Mails.Select(mail => mail.Recipients.Single()),
                Is.EquivalentTo(new[] { "operator@example.org", "shop@example.org" })
            );
            Assert.That((await api.ShowAlertAsync(ids[0])).BodyText, Does.Contain("door"));
        }
    }

    [Test]
    public async Task Nothing_is_counted_otherwise_and_no_rendition_is_made_anew()
    {
        var states = new List<string>();
        foreach (var id in (string[])["door", "till", "shops"])
            states.Add((await api.GetAsync($"/api/v1/videos/{id}")).Text("playback"));

        await using var connection = await server.Services.GetRequiredService<DbDataSource>().OpenConnectionAsync();
        var counts = new List<long>();
        foreach (var table in Tables)
            counts.Add(Convert.ToInt64(await AskAsync(connection, $"select count(*) from {table}"), CultureInfo.InvariantCulture));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(states, Is.All.EqualTo("ready"));
            Assert.That(counts, Is.EqualTo(Rows));
            Assert.That(
                RenditionsIn(server.StorageFolder),
                Is.EquivalentTo(renditions.Select(one => KeyValuePair.Create(one.Key, one.Value)))
            );
            Assert.That(
                Convert.ToInt32(await AskAsync(connection, "select max(attempts) from renditions"), CultureInfo.InvariantCulture),
                Is.LessThanOrEqualTo(1)
            );
        }
    }

    private string Made(string name) => (string)made[name]!;

    private string PathOf(string name) => new Uri(Made(name)).PathAndQuery;

    private static Dictionary<string, DateTime> RenditionsIn(string videos) =>
        Directory
            .GetFiles(Path.Combine(videos, ".playable"), "*", SearchOption.AllDirectories)
            .ToDictionary(file => file, File.GetLastWriteTimeUtc);

    private static async Task FillAsync(string address, string dump)
    {
        var uri = new Uri(address);
        await using var connection = new NpgsqlConnection(
            $"Host={uri.Host};Port={uri.Port};Username=vigint;Database={uri.AbsolutePath[1..]};Pooling=false"
        );
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // our own file
        command.CommandText = dump;
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<object?> AskAsync(DbConnection connection, string sql)
    {
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // names of tables that stand above
        command.CommandText = sql;
#pragma warning restore CA2100
        return await command.ExecuteScalarAsync();
    }
}
