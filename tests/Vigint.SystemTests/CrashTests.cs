using Microsoft.Data.Sqlite;
using Vigint.TestSupport;

namespace Vigint.SystemTests;

/// <summary>The process dies in the middle of everything; what it had answered is still true afterwards.</summary>
public sealed class CrashTests
{
    [Test]
    public async Task What_was_answered_before_a_crash_is_served_after_it_and_nothing_else_is_left([Range(1, 3)] int round)
    {
        using var folder = new TemporaryFolder();
        var answered = new List<(string Link, byte[] Bytes)>();
        await using (var first = await VigintProcess.StartAsync(folder.Path))
        {
            using var crash = new CancellationTokenSource();
            var uploads = Enumerable.Range(0, 10).Select(worker => KeepUploadingAsync(first, worker, answered, crash.Token)).ToList();
            await Eventually.RequireAsync("some uploads are answered", () => Task.FromResult(Count(answered) >= 5 * round));
            await first.KillAsync();
            await crash.CancelAsync();
            await Task.WhenAll(uploads);
        }

        await using var second = await VigintProcess.StartAsync(folder.Path);
        await TakenInAsync(second);

        foreach (var (link, bytes) in answered)
        {
            var served = await second.Api.GetAsync(link);
            Assert.That(served.Body.AsSpan().SequenceEqual(bytes), Is.True, $"{link.Split('?')[0]} is served byte for byte");
        }

        // Besides these, at most what each of the ten was just being answered; of every video all of it, and no draft.
        var files = folder.Files("data", "videos");
        Assert.That(files.Count(file => file.EndsWith(".mp4", StringComparison.Ordinal)), Is.InRange(answered.Count, answered.Count + 10));
        Assert.That(files.Where(file => file.StartsWith(".incoming", StringComparison.Ordinal)), Is.Empty);
        Assert.That(
            files.Where(file => file.EndsWith(".mp4", StringComparison.Ordinal)).Select(file => Path.ChangeExtension(file, ".json")),
            Is.EqualTo(files.Where(file => file.EndsWith(".json", StringComparison.Ordinal)))
        );
    }

    [Test]
    public async Task Calls_and_openings_are_on_record_after_a_crash_but_for_the_last_second()
    {
        const int calls = 20;
        using var folder = new TemporaryFolder();
        await using (var first = await VigintProcess.StartAsync(folder.Path))
        {
            var video = await first.Api.StoreAsync("watched", Clips.Fake());
            await first.Api.GetAsync(video.Link);
            for (var i = 1; i < calls; i++)
                await first.Api.GetAsync("/api/storage/status");
            await Eventually.RequireAsync(
                "they are written by themselves",
                () => Task.FromResult(Rows(folder, "usage_calls") == calls && Rows(folder, "audit_events") == 2)
            );
            await first.KillAsync();
        }

        await using var second = await VigintProcess.StartAsync(folder.Path);

        Assert.That((await second.Api.GetAsync("/api/usage")).Number("usage_count"), Is.EqualTo(calls));
        Assert.That((await second.Api.GetAsync("/api/v1/videos/watched/audit")).Number("count"), Is.EqualTo(2));
    }

    [Test]
    public async Task Half_an_upload_is_gone_after_a_crash()
    {
        using var folder = new TemporaryFolder();
        await using (var first = await VigintProcess.StartAsync(folder.Path))
        {
            var half = new PausingStream(4 * 1024 * 1024);
            var upload = first.Api.UploadAsync("half", half);
            await half.Reached;
            await first.KillAsync();
            half.LetGo();
            Assert.That(async () => await upload, Throws.InstanceOf<HttpRequestException>());
        }

        await using var second = await VigintProcess.StartAsync(folder.Path);

        Assert.That(folder.Files("data", "videos"), Is.Empty);
    }

    [Test]
    public async Task Every_link_of_ten_uploads_of_one_id_gives_its_own_bytes_or_none()
    {
        using var folder = new TemporaryFolder();
        await using var server = await VigintProcess.StartAsync(folder.Path, ("RENDITIONS", "false"));
        var clips = Enumerable.Range(0, 10).Select(seed => Clips.Fake(200_000 + seed, seed)).ToList();
        using var over = new CancellationTokenSource();
        var links = new Dictionary<string, byte[]>();
        var reader = Task.Run(async () =>
        {
            while (!over.IsCancellationRequested)
            {
                KeyValuePair<string, byte[]>[] known;
                lock (links)
                    known = [.. links];
                foreach (var (link, bytes) in known)
                    await GivesItsOwnAsync(server, link, bytes);
                await Task.Yield();
            }
        });

        for (var round = 0; round < 5; round++)
        {
            await Task.WhenAll(
                clips.Select(
                    async (bytes, worker) =>
                    {
                        var stored = await server.Api.StoreAsync("one", bytes, hours: $"{1 + worker + (round * 10)}");
                        lock (links)
                            links[stored.Link] = bytes;
                    }
                )
            );
        }

        await over.CancelAsync();
        await reader;
        var alive = 0;
        foreach (var (link, bytes) in links)
            alive += await GivesItsOwnAsync(server, link, bytes) ? 1 : 0;
        Assert.That(alive, Is.EqualTo(1), "the last upload's link lives, and no other");
        Assert.That(folder.Files("data", "videos"), Is.EqualTo(new[] { "video_one.json", "video_one.mp4" }));
    }

    private static async Task<bool> GivesItsOwnAsync(VigintProcess server, string link, byte[] bytes)
    {
        var answer = await server.Api.GetAsync(link);
        if (answer.Status != 200)
            return false;
        Assert.That(answer.Body.AsSpan().SequenceEqual(bytes), Is.True, "a link gives the bytes that were uploaded with it");
        return true;
    }

    private static async Task KeepUploadingAsync(VigintProcess server, int worker, List<(string, byte[])> answered, CancellationToken crash)
    {
        for (var number = 0; !crash.IsCancellationRequested; number++)
        {
            var bytes = Clips.Fake(300_000 + worker, (worker * 1000) + number);
            try
            {
                var stored = await server.Api.StoreAsync($"w{worker}_{number}", bytes);
                lock (answered)
                    answered.Add((stored.Link, bytes));
            }
            catch (HttpRequestException)
            {
                return;
            }
        }
    }

    private static long Rows(TemporaryFolder folder, string table)
    {
        using var connection = new SqliteConnection($"Data Source={folder.At("data", "vigint.db")};Mode=ReadOnly;Pooling=false");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = $"select count(*) from {table}";
        return (long)command.ExecuteScalar()!;
    }

    private static int Count(List<(string, byte[])> answered)
    {
        lock (answered)
            return answered.Count;
    }

    private static Task TakenInAsync(VigintProcess server) =>
        Eventually.RequireAsync(
            "the folder is taken in",
            async () => (string?)(await server.Api.GetAsync("/api/health")).Json["storage_scan"]!["status"] == "finished"
        );
}
