using Vigint.TestSupport;

namespace Vigint.SystemTests;

/// <summary>The storage folder on a disk of 64 MB.</summary>
public sealed class FullDiskTests
{
    private const int ClipBytes = 4 * 1024 * 1024;

    private TemporaryFolder folder = null!;
    private SmallDisk disk = null!;

    [SetUp]
    public async Task Mount()
    {
        folder = new TemporaryFolder();
        disk = await SmallDisk.MountAsync("64m");
    }

    [TearDown]
    public async Task Unmount()
    {
        if (disk is not null)
            await disk.DisposeAsync();
        folder.Dispose();
    }

    [TestCase(false, TestName = "Filling_the_disk_is_refused_loses_nothing_and_ends_with_a_clean_up")]
    [TestCase(true, TestName = "Filling_the_disk_that_also_holds_the_database_is_refused_loses_nothing_and_ends_with_a_clean_up")]
    public async Task Fill(bool databaseToo)
    {
        (string, string)[] settings = [("VIDEO_STORAGE_DIR", disk.At("videos"))];
        if (databaseToo)
            settings = [.. settings, ("DATABASE_URL", $"sqlite:///{disk.Path}/vigint.db")];
        await using var server = await VigintProcess.StartAsync(folder.Path, settings);

        var stored = new List<(string Link, byte[] Bytes)>();
        var refused = await FillAsync(server, stored);
        var clip = new PausingStream(64 * 1024 * 1024);
        clip.LetGo();
        var chunked = await server.Api.UploadAsync(VideoApi.NewId(), clip);

        Assert.That(refused.Number("status"), Is.EqualTo(507));
        Assert.That(refused.Error, Does.StartWith("Disk full: ").And.Not.Match("[0-9]"));
        Assert.That(refused.Number("free_bytes"), Is.InRange(0, 2 * ClipBytes));
        Assert.That(chunked.Status, Is.EqualTo(507), "a body without a length is refused while it comes in");
        foreach (var (link, bytes) in stored)
            Assert.That((await server.Api.GetAsync(link)).Body.AsSpan().SequenceEqual(bytes), Is.True, "stored videos stay whole");
        Assert.That(Directory.EnumerateFiles(Path.Combine(disk.At("videos"), ".incoming")), Is.Empty);

        var cleaned = await server.Api.PostAsync("/api/storage/cleanup", """{"max_age_hours":0}""");
        Assert.That((int?)cleaned.Json["cleanup_result"]!["cleaned"], Is.EqualTo(stored.Count));
        await server.Api.StoreAsync(VideoApi.NewId(), Clips.Fake(ClipBytes));
    }

    private static async Task<Answer> FillAsync(VigintProcess server, List<(string, byte[])> stored)
    {
        for (var seed = 0; seed < 30; seed++)
        {
            var bytes = Clips.Fake(ClipBytes, seed);
            var answer = await server.Api.UploadAsync(UploadForm.Usual(VideoApi.NewId(), bytes));
            if (answer.Status != 200)
                return answer;
            stored.Add((VideoApi.StoredFrom(answer).Link, bytes));
        }

        throw new InvalidOperationException("The disk did not fill up.");
    }
}
