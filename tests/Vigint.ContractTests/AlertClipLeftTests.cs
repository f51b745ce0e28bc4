using System.Text.Json.Nodes;
using Dapper;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Time.Testing;
using Vigint.TestSupport;

namespace Vigint.ContractTests;

/// <summary>Contract §7: a clip is stored for its alert; without one it does not stay.</summary>
[OwnServer("its database fails")]
public sealed class AlertClipLeftTests
{
    private FakeTimeProvider clock = null!;
    private FakeSmtp smtp = null!;
    private TemporaryFolder folder = null!;

    [SetUp]
    public void Start() => (clock, smtp, folder) = (new FakeTimeProvider(A.Noon), new FakeSmtp(), new TemporaryFolder());

    [TearDown]
    public async Task Stop()
    {
        await smtp.DisposeAsync();
        folder.Dispose();
    }

    [Test]
    public async Task The_clip_of_an_alert_that_could_not_be_recorded_is_removed()
    {
        await using var server = NewServer();
        using var api = new VideoApi(server.NewClient());
        await KeepAlertsOutAsync();

        var refused = await RaiseAsync(api, seed: 1);

        var stored = await CountAsync(api);
        await LetAlertsInAsync();
        var recorded = await RaiseAsync(api, seed: 2);
        clock.Advance(TimeSpan.FromSeconds(31));
        Assert.That((refused.Status, stored, recorded.Status), Is.EqualTo((500, 1, 200)));
        await Eventually.RequireAsync("the sweep removes it", async () => await CountAsync(api) == 1);
        Assert.That(
            (await api.GetAsync("/api/v1/videos")).Member("videos")![0]!["video_id"]!.GetValue<string>(),
            Is.EqualTo(recorded.Inner("video_link", "video_id"))
        );
    }

    [Test]
    public async Task A_clip_whose_alert_a_crash_kept_from_being_recorded_is_removed_after_the_next_start()
    {
        string kept;
        await using (var server = NewServer())
        {
            using var api = new VideoApi(server.NewClient());
            kept = (await RaiseAsync(api, seed: 1)).Inner("video_link", "video_id")!;
            await KeepAlertsOutAsync();
            await RaiseAsync(api, seed: 2);
            await LetAlertsInAsync();
        }

        await using var next = NewServer();
        using var caller = new VideoApi(next.NewClient());
        var atFirst = await CountAsync(caller);
        clock.Advance(TimeSpan.FromMinutes(6));

        Assert.That(atFirst, Is.EqualTo(2), "another instance might just be recording it");
        await Eventually.RequireAsync("the sweep removes it", async () => await CountAsync(caller) == 1);
        Assert.That((await caller.GetAsync($"/api/v1/videos/{kept}")).Status, Is.EqualTo(200));
    }

    private static Task<Answer> RaiseAsync(VideoApi api, int seed) =>
        api.RaiseAsync($"Something, number {seed}.", new JsonObject { ["video_data"] = Convert.ToBase64String(Clips.Fake(seed: seed)) });

    private static async Task<int> CountAsync(VideoApi api) => (int)(await api.GetAsync("/api/v1/videos")).Number("count");

    private VigintServer NewServer() =>
        new(
            clock,
            settings:
            [
                .. smtp.Settings,
                ("EMAIL_TO", "operator@example.org"),
                ("VIDEO_STORAGE_DIR", folder.At("videos")),
                ("DATABASE_URL", $"sqlite:///{folder.At("test.db")}"),
            ]
        );

    private Task KeepAlertsOutAsync() =>
        ExecuteAsync("create trigger no_alerts before insert on alerts begin select raise(abort, 'not now'); end");

    private Task LetAlertsInAsync() => ExecuteAsync("drop trigger no_alerts");

    private async Task ExecuteAsync(string sql)
    {
        await using var connection = new SqliteConnection($"Data Source={folder.At("test.db")};Pooling=False");
        await connection.ExecuteAsync(sql);
    }
}
