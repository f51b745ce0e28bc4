using Vigint.TestSupport;

namespace Vigint.SystemTests;

/// <summary>The loop of docs/migration.md that copies a few videos, as it is typed there.</summary>
public sealed class CopyingWithCurlTests
{
    [Test]
    public async Task What_cannot_be_downloaded_is_noted_and_no_other_video_is_stored_under_its_id()
    {
        Needs.Program("curl");
        using var folder = new TemporaryFolder();
        await using var server = await VigintProcess.StartAsync(folder.Path, ("RENDITIONS", "false"));
        await using var old = await OldVideoServer.StartAsync();
        var (first, lost, last) = (
            old.Add("first", Clips.Fake(seed: 1)),
            old.Add("lost", Clips.Fake(seed: 2)),
            old.Add("last", Clips.Fake(seed: 3))
        );
        await File.WriteAllLinesAsync(folder.At("old.txt"), [$"first,{first.Token}", $"{lost.Id},wrong", $"last,{last.Token}"]);
        await File.WriteAllTextAsync(folder.At("loop.sh"), Loop());

        var (_, output) = await Shell.RunAsync(
            folder.Path,
            ["bash", "loop.sh"],
            ("OLD", $"{old.Address}".TrimEnd('/')),
            ("NEW", $"{server.Address}".TrimEnd('/')),
            ("KEY", VigintProcess.Key)
        );

        Assert.That((await server.Api.GetAsync("/api/v1/videos/lost")).Status, Is.EqualTo(404), output);
        Assert.That(await File.ReadAllLinesAsync(folder.At("not-moved.txt")), Is.EqualTo(new[] { "lost" }));
        foreach (var video in new[] { first, last })
        {
            var record = await server.Api.GetAsync($"/api/v1/videos/{video.Id}");
            Assert.That((await server.Api.GetAsync(new Uri(record.Text("private_link")).PathAndQuery)).Body, Is.EqualTo(video.Bytes));
        }
    }

    private static string Loop()
    {
        var lines = File.ReadLines(Repository.At("docs", "migration.md"))
            .Select(line => line.Trim())
            .SkipWhile(line => !line.StartsWith("while ", StringComparison.Ordinal));
        return string.Join('\n', lines.TakeWhile(line => line != "```"));
    }
}
