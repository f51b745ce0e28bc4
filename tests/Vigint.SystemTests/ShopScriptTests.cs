using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Vigint.TestSupport;

namespace Vigint.SystemTests;

/// <summary>The programs of docs/what-runs-in-the-shop.md, against a started server whose models are played.</summary>
public sealed class ShopScriptTests
{
    private FakeGemini gemini = null!;
    private TemporaryFolder serverFolder = null!;
    private VigintProcess server = null!;
    private TemporaryFolder shop = null!;
    private byte[] clip = null!;

    [SetUp]
    public async Task StartServer()
    {
        clip = await Clips.FiveSecondsAsync();
        shop = new TemporaryFolder();
        serverFolder = new TemporaryFolder();
        gemini = await FakeGemini.StartAsync();
        gemini.Screening.Answers(incident: true);
        gemini.Confirmation.Answers(incident: true, analysis: "A bottle goes under a coat.");
        server = await VigintProcess.StartAsync(serverFolder.Path, [.. gemini.Settings, ("EMAIL_TO", "you@example.org")]);
    }

    [TearDown]
    public async Task StopServer()
    {
        await server.DisposeAsync();
        await gemini.DisposeAsync();
        serverFolder.Dispose();
        shop.Dispose();
    }

    [Test]
    public async Task A_folder_is_sent_but_for_what_is_still_written_and_what_is_no_video()
    {
        await FileAsync("till_3/old clip.mp4", clip, finished: true);
        await FileAsync("till_3/new.mp4", [.. clip, 0], finished: false);
        await FileAsync("till_3/text.mp4", "not a video"u8.ToArray(), finished: true);

        var (exitCode, output) = await SendFolderAsync("incident");

        Assert.That(exitCode, Is.Zero, output);
        var alert = await OnlyAlertAsync();
        Assert.Multiple(() =>
        {
            Assert.That(FilesIn("till_3"), Is.EqualTo(new[] { "new.mp4" }));
            Assert.That(FilesIn("till_3/sent"), Is.EqualTo(new[] { "old clip.mp4" }));
            Assert.That(FilesIn("till_3/refused"), Is.EqualTo(new[] { "text.mp4" }));
            Assert.That(output, Does.Contain("text.mp4 refused: Not a video."));
            Assert.That((string?)alert["source_id"], Is.EqualTo("till_3"));
            Assert.That((string?)alert["risk_level"], Is.EqualTo("HIGH"));
        });
    }

    [Test]
    public async Task A_clip_that_is_sent_twice_is_one_video_and_one_alert()
    {
        await FileAsync("till_3/clip.mp4", clip, finished: true);
        await SendFolderAsync("always");
        await FileAsync("till_3/clip.mp4", clip, finished: true);

        var (exitCode, output) = await SendFolderAsync("always");

        Assert.That(exitCode, Is.Zero, output);
        Assert.That((int?)(await server.Api.GetAsync("/api/v1/videos")).Member("count"), Is.EqualTo(1));
        Assert.That((int?)(await OnlyAlertAsync())["repeats"] ?? 0, Is.Zero);
    }

    [Test]
    public async Task A_clip_waits_while_the_server_is_away()
    {
        await FileAsync("till_3/clip.mp4", clip, finished: true);
        await server.KillAsync();

        var (exitCode, output) = await SendFolderAsync("always");

        Assert.That(exitCode, Is.EqualTo(1), output);
        Assert.That(FilesIn("till_3"), Is.EqualTo(new[] { "clip.mp4" }));
    }

    [Test]
    public async Task Frigates_finished_events_are_sent_once()
    {
        double start = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() - 60;
        await using var frigate = await PlayedFrigateAsync(Event("1.5-done", start, start + 20), Event("2.5-running", start + 30, null));

        var (exitCode, output) = await SendFrigateAsync(frigate);
        var (again, outputAgain) = await SendFrigateAsync(frigate);

        Assert.That(exitCode, Is.Zero, output);
        Assert.That(again, Is.Zero, outputAgain);
        var alert = await OnlyAlertAsync();
        Assert.Multiple(() =>
        {
            Assert.That(output, Is.EqualTo("1.5-done incident: True\n1.5-done alert: outbox\n"));
            Assert.That(outputAgain, Is.Empty);
            Assert.That((string?)alert["source_id"], Is.EqualTo("till"));
            Assert.That((string?)alert["incident_type"], Is.EqualTo("shoplifting"));
        });
    }

    private async Task FileAsync(string name, byte[] bytes, bool finished)
    {
        var path = shop.At(name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await File.WriteAllBytesAsync(path, bytes);
        if (finished)
            File.SetLastWriteTimeUtc(path, TimeProvider.System.GetUtcNow().UtcDateTime.AddMinutes(-5));
    }

    private IEnumerable<string> FilesIn(string name) =>
        Directory
            .EnumerateFiles(shop.At(name))
            .Select(path => Path.GetFileName(path))
            .Where(file => !file.StartsWith('.'))
            .Order(StringComparer.Ordinal);

    private async Task<JsonNode> OnlyAlertAsync()
    {
        var alerts = (await server.Api.GetAsync("/api/alerts")).Member("alerts")!.AsArray();
        Assert.That(alerts, Has.Count.EqualTo(1));
        return alerts[0]!;
    }

    private Task<(int ExitCode, string Output)> SendFolderAsync(string alert)
    {
        foreach (var program in new[] { "curl", "jq", "flock" })
            Needs.Program(program);
        return Shell.RunAsync(
            shop.Path,
            ["bash", Repository.At("docs", "examples", "send-folder.sh"), shop.At("till_3")],
            [.. ServerSettings, ("ALERT", alert)]
        );
    }

    private Task<(int ExitCode, string Output)> SendFrigateAsync(WebApplication frigate)
    {
        Needs.Program("python3");
        return Shell.RunAsync(
            shop.Path,
            ["python3", Repository.At("docs", "examples", "frigate.py")],
            [.. ServerSettings, ("FRIGATE_URL", frigate.Urls.First()), ("STATE", shop.At("frigate.state"))]
        );
    }

    private (string Name, string Value)[] ServerSettings =>
        [("VIGINT_URL", server.Address.ToString().TrimEnd('/')), ("VIGINT_KEY", VigintProcess.Key)];

    private static JsonObject Event(string id, double start, double? end) =>
        new()
        {
            ["id"] = id,
            ["camera"] = "till",
            ["label"] = "person",
            ["start_time"] = start,
            ["end_time"] = end,
            ["has_clip"] = true,
        };

    private async Task<WebApplication> PlayedFrigateAsync(params JsonObject[] events)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.MapGet(
            "/api/events",
            (double after) => Results.Json(events.Where(one => (double)one["start_time"]! > after && (bool)one["has_clip"]!).ToList())
        );
        app.MapGet("/api/events/{id}/clip.mp4", (string id) => Results.Bytes(clip, "video/mp4"));
        await app.StartAsync();
        return app;
    }
}
