using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Vigint.TestSupport;

namespace Vigint.SystemTests;

/// <summary>The storage folder on a disk of 64 MB.</summary>
public sealed class FullDiskTests
{
    private const int ClipBytes = 4 * 1024 * 1024;

    private TemporaryFolder folder = null!;
    private string disk = null!;

    [SetUp]
    public async Task Mount()
    {
        folder = new TemporaryFolder();
        disk = folder.At("disk");
        Directory.CreateDirectory(disk);
        if (await RunAsync("mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", disk) != 0)
            Needs.Missing("a tmpfs cannot be mounted here");
    }

    [TearDown]
    public async Task Unmount()
    {
        await RunAsync("umount", disk);
        folder.Dispose();
    }

    [TestCase(false, TestName = "Filling_the_disk_is_refused_loses_nothing_and_ends_with_a_clean_up")]
    [TestCase(true, TestName = "Filling_the_disk_that_also_holds_the_database_is_refused_loses_nothing_and_ends_with_a_clean_up")]
    public async Task Fill(bool databaseToo)
    {
        (string, string)[] settings = [("VIDEO_STORAGE_DIR", Path.Combine(disk, "videos"))];
        if (databaseToo)
            settings = [.. settings, ("DATABASE_URL", $"sqlite:///{disk}/vigint.db")];
        await using var server = await VigintProcess.StartAsync(folder.Path, settings: settings);

        var stored = new List<(Uri Link, byte[] Bytes)>();
        var refused = await FillAsync(server, stored);
        using var chunked = await SendWithoutLengthAsync(server);

        Assert.That((int)refused["status"]!, Is.EqualTo(507));
        Assert.That((string?)refused["error"], Does.StartWith("Disk full: ").And.Not.Match("[0-9]"));
        Assert.That((long)refused["free_bytes"]!, Is.InRange(0, 2 * ClipBytes));
        Assert.That((int)chunked.StatusCode, Is.EqualTo(507), "a body without a length is refused while it comes in");
        foreach (var (link, bytes) in stored)
            Assert.That((await server.Client.GetByteArrayAsync(link)).AsSpan().SequenceEqual(bytes), Is.True, "stored videos stay whole");
        Assert.That(Directory.EnumerateFiles(Path.Combine(disk, "videos", ".incoming")), Is.Empty);

        using var cleaned = await server.Client.PostAsync("/api/storage/cleanup", new StringContent("""{"max_age_hours":0}"""));
        Assert.That((int?)(await cleaned.Content.ReadFromJsonAsync<JsonObject>())!["cleanup_result"]!["cleaned"], Is.EqualTo(stored.Count));
        await server.Client.UploadAsync(Clips.Fake(ClipBytes), Uploads.NewId());
    }

    private static async Task<JsonObject> FillAsync(VigintProcess server, List<(Uri, byte[])> stored)
    {
        for (var seed = 0; seed < 30; seed++)
        {
            var bytes = Clips.Fake(ClipBytes, seed);
            using var answer = await server.Client.SendUploadAsync(bytes, Uploads.NewId());
            var json = (await answer.Content.ReadFromJsonAsync<JsonObject>())!;
            if (!answer.IsSuccessStatusCode)
                return json;
            stored.Add((new Uri((string)json["private_link"]!), bytes));
        }

        throw new InvalidOperationException("The disk did not fill up.");
    }

    private static async Task<HttpResponseMessage> SendWithoutLengthAsync(VigintProcess server)
    {
        var clip = new PausingStream(64 * 1024 * 1024);
        clip.LetGo();
        using var form = Uploads.Form(new StreamContent(clip), Uploads.NewId());
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/videos/upload") { Content = form };
        request.Headers.TransferEncodingChunked = true;
        return await server.Client.SendAsync(request);
    }

    private static async Task<int> RunAsync(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(program, arguments);
            await process.WaitForExitAsync();
            return process.ExitCode;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return -1;
        }
    }
}
