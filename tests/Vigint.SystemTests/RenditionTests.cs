using Vigint.TestSupport;

namespace Vigint.SystemTests;

/// <summary>The making of playable forms, when the process dies, the database is lost, or there is no ffmpeg.</summary>
public sealed class RenditionTests
{
    private static readonly string[] Picture =
    [
        "-f",
        "lavfi",
        "-i",
        "testsrc2=duration=60:size=640x480:rate=25",
        "-c:v",
        "mpeg4",
        "-q:v",
        "5",
    ];

    private TemporaryFolder folder = null!;

    [SetUp]
    public void MakeFolder() => folder = new TemporaryFolder();

    [TearDown]
    public void RemoveFolder() => folder.Dispose();

    [Test]
    public async Task What_was_being_made_when_the_process_was_killed_is_made_by_the_next_one_and_nothing_is_left_over()
    {
        Needs.Program("ffmpeg");
        var clip = await Clips.MakeAsync("clip.mp4", Picture);
        StoredVideo stored;
        await using (var first = await VigintProcess.StartAsync(folder.Path))
        {
            stored = await first.Api.StoreAsync("a", clip);
            await Eventually.RequireAsync(
                "it is being made",
                async () => (await first.Api.GetAsync("/api/v1/videos/a")).Member("percent")?.GetValue<int>() > 0
            );
            await first.KillAsync();
        }

        await using var second = await VigintProcess.StartAsync(folder.Path);
        await second.Api.ReadyAsync("a");
        var played = await second.Api.GetAsync(stored.Link);
        var original = await second.Api.GetAsync($"{stored.Link}&original=1");

        Assert.That((played.Status, played.Body.AsSpan().SequenceEqual(clip)), Is.EqualTo((200, false)));
        Assert.That(original.Body.AsSpan().SequenceEqual(clip), Is.True, "the evidence is untouched");
        Assert.That(
            await Eventually.ComesAsync(() => Task.FromResult(folder.Files("data", "videos", ".work").Count == 0)),
            Is.True,
            "no litter"
        );
        Assert.That(folder.Files("data", "videos", ".playable").Select(Path.GetExtension), Is.EquivalentTo(new[] { ".jpg", ".mp4" }));
    }

    [Test]
    public async Task After_the_database_was_lost_what_was_made_is_used_again_and_what_belongs_to_nothing_is_gone()
    {
        Needs.Program("ffmpeg");
        StoredVideo stored;
        Answer before;
        await using (var first = await VigintProcess.StartAsync(folder.Path))
        {
            stored = await first.Api.StoreAsync("a", await Clips.MakeAsync("clip.mp4", [.. Picture, "-t", "2"]));
            await first.Api.ReadyAsync("a");
            before = await first.Api.GetAsync(stored.Link);
            await first.KillAsync();
        }

        foreach (var file in Directory.GetFiles(folder.At("data"), "vigint.db*"))
            File.Delete(file);
        var orphan = Directory.CreateDirectory(folder.At("data", "videos", ".playable", "video_gone")).FullName;
        await File.WriteAllTextAsync(Path.Combine(orphan, "r1.mp4"), "what a video that is gone left");

        await using var second = await VigintProcess.StartAsync(folder.Path);
        await Eventually.RequireAsync("the folder is taken in", async () => (await second.Api.GetAsync("/api/v1/videos/a")).Status == 200);
        await second.Api.ReadyAsync("a");
        var after = await second.Api.GetAsync(stored.Link);

        Assert.That((after.Header("ETag"), after.Body.AsSpan().SequenceEqual(before.Body)), Is.EqualTo((before.Header("ETag"), true)));
        Assert.That(await Eventually.ComesAsync(() => Task.FromResult(!Directory.Exists(orphan))), Is.True);
    }

    [Test]
    public async Task What_was_made_and_then_removed_by_hand_is_made_anew()
    {
        Needs.Program("ffmpeg");
        StoredVideo stored;
        await using (var first = await VigintProcess.StartAsync(folder.Path))
        {
            stored = await first.Api.StoreAsync("a", await Clips.MakeAsync("clip.mp4", [.. Picture, "-t", "2"]));
            await first.Api.ReadyAsync("a");
        }

        Directory.Delete(folder.At("data", "videos", ".playable"), recursive: true);
        await using var second = await VigintProcess.StartAsync(folder.Path);

        Assert.That(await Eventually.ComesAsync(() => Task.FromResult(folder.Files("data", "videos", ".playable").Count == 2)), Is.True);
    }

    [Test]
    public async Task Without_ffmpeg_there_is_the_original_only_and_when_it_comes_the_rest_is_made()
    {
        Needs.Program("ffmpeg");
        var clip = await Clips.MakeAsync("clip.mp4", [.. Picture, "-t", "2"]);
        await using (var without = await VigintProcess.StartAsync(folder.Path, ("PATH", folder.Path)))
        {
            var stored = await without.Api.StoreAsync("a", clip);
            var playback = await without.Api.SettledAsync("a");
            var played = await without.Api.GetAsync(stored.Link);

            Assert.That(playback, Is.EqualTo("original only"));
            Assert.That(
                (await without.Api.GetAsync("/api/v1/videos/a")).Text("playback_reason"),
                Is.EqualTo("This server has no usable ffmpeg")
            );
            Assert.That(played.Body.AsSpan().SequenceEqual(clip), Is.True);
        }

        await using var with = await VigintProcess.StartAsync(folder.Path);

        await with.Api.ReadyAsync("a");
    }

    [Test]
    public async Task The_videos_of_an_old_server_become_playable_too()
    {
        Needs.Program("ffmpeg");
        var videos = Directory.CreateDirectory(folder.At("data", "videos")).FullName;
        await File.WriteAllBytesAsync(Path.Combine(videos, "video_old.mp4"), await Clips.MakeAsync("clip.mp4", [.. Picture, "-t", "2"]));
        await File.WriteAllTextAsync(
            Path.Combine(videos, "video_old.json"),
            """{ "video_id": "old", "expiration_time": "2099-01-01T00:00:00.123456" }"""
        );

        await using var server = await VigintProcess.StartAsync(folder.Path);

        await server.Api.ReadyAsync("old");
    }
}
