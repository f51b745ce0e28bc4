using Microsoft.Extensions.Time.Testing;
using Vigint.TestSupport;

namespace Vigint.ContractTests;

/// <summary>Two servers over one database: what one administrator does is known to the other.</summary>
[OwnServer("two servers")]
public sealed class TwoInstancesTests
{
    private readonly FakeTimeProvider clock = new(new DateTimeOffset(2026, 10, 4, 12, 0, 0, TimeSpan.Zero));

    [Test]
    public async Task A_revocation_on_one_instance_is_known_on_the_other_within_five_seconds()
    {
        using var folder = new TemporaryFolder();
        var database = ("DATABASE_URL", VigintServer.NewDatabase?.Invoke() ?? $"sqlite:///{folder.At("shared.db")}");
        await using var one = new VigintServer(clock, settings: database);
        await using var other = new VigintServer(clock, settings: database);
        using var admin = new AdminApi(one.NewClient(key: null));
        var made = await admin.AddClientAsync();
        using var shop = new VideoApi(other.NewClient(made.Key));
        var before = await shop.GetAsync("/api/v1/videos");

        await admin.PostAsync($"/admin/clients/{made.Id}/revoke");
        clock.Advance(TimeSpan.FromSeconds(5));

        Assert.That((before.Status, (await shop.GetAsync("/api/v1/videos")).Status), Is.EqualTo((200, 401)));
    }

    [Test]
    public async Task An_erasure_on_one_instance_ends_keys_and_links_on_the_other()
    {
        using var folder = new TemporaryFolder();
        var database = ("DATABASE_URL", VigintServer.NewDatabase?.Invoke() ?? $"sqlite:///{folder.At("shared.db")}");
        await using var one = new VigintServer(clock, settings: database);
        await using var other = new VigintServer(clock, settings: database);
        using var admin = new AdminApi(one.NewClient(key: null));
        var made = await admin.AddClientAsync();
        using var shop = new VideoApi(other.NewClient(made.Key));
        using var anybody = new VideoApi(other.NewClient(key: null));
        var video = await shop.StoreAsync(VideoApi.NewId(), Clips.Fake());
        var before = await anybody.GetAsync(video.Link);

        await admin.DeleteAsync($"/admin/clients/{made.Id}");
        clock.Advance(TimeSpan.FromMinutes(1));

        Assert.That((before.Status, (await shop.GetAsync("/api/v1/videos")).Status), Is.EqualTo((200, 401)));
        Assert.That(await Eventually.ComesAsync(async () => (await anybody.GetAsync(video.Link)).Status == 403), Is.True);
    }

    [Test]
    public async Task A_server_that_starts_over_the_database_of_another_with_videos_warns_and_leaves_their_files()
    {
        using var folder = new TemporaryFolder();
        using var videos = new TemporaryFolder();
        var database = ("DATABASE_URL", VigintServer.NewDatabase?.Invoke() ?? $"sqlite:///{folder.At("shared.db")}");
        await using var one = new VigintServer(clock, settings: [database, ("VIDEO_STORAGE_DIR", videos.Path)]);
        using var shop = new VideoApi(one.NewClient());
        await shop.StoreAsync("a", Clips.Fake());
        var log = new LogLines();

        await using var other = new VigintServer(clock, log, database);
        using var otherShop = new VideoApi(other.NewClient());

        await Eventually.RequireAsync(
            "the folder is taken in",
            () => Task.FromResult(log.All.Any(line => line.Contains("Storage folder taken in", StringComparison.Ordinal)))
        );
        Assert.That(
            log.All,
            Has.Some.StartsWith("Warning: The records of 1 videos were dropped").And.Some.Contains("give each a database of its own")
        );
        Assert.That(videos.Files(), Is.EquivalentTo(new[] { "video_a.json", "video_a.mp4" }));
    }
}
