using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Vigint.TestSupport;

namespace Vigint.SystemTests;

public sealed class LogFormatTests
{
    [TestCase("ASPNETCORE_ENVIRONMENT", "Production", TestName = "In_production_each_line_is_a_JSON_object")]
    [TestCase("RENDER", "true", TestName = "On_the_platform_each_line_is_a_JSON_object")]
    [TestCase("LOG_FORMAT", "json", TestName = "Where_it_is_asked_for_each_line_is_a_JSON_object")]
    public async Task Each_line_is_a_JSON_object(string name, string value)
    {
        var lines = await LinesOfAsync((name, value), ("HOST", "127.0.0.1"));

        var entries = lines.Select(line => JsonNode.Parse(line)!.AsObject()).ToList();
        var request = entries.Single(entry => (int?)entry["event_id"] == 2000 && (string?)entry["data"]!["request_id"] == "told-by-caller");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                entries.Select(entry => entry.Select(member => member.Key).Take(5)),
                Is.All.EqualTo(new[] { "timestamp", "level", "category", "event_id", "message" })
            );
            Assert.That(((string?)request["level"], (string?)request["category"]), Is.EqualTo(("information", "Vigint.Requests")));
            Assert.That(
                request["timestamp"]!.GetValue<DateTimeOffset>(),
                Is.EqualTo(TimeProvider.System.GetUtcNow()).Within(TimeSpan.FromMinutes(5))
            );
            Assert.That((string?)request["message"], Does.StartWith("told-by-caller GET /video/{video_id} 200"));
            Assert.That(((int?)request["data"]!["status"], (string?)request["data"]!["route"]), Is.EqualTo((200, "/video/{video_id}")));
            Assert.That(
                entries.Single(entry => (int?)entry["event_id"] == 1000)["data"]!["video_id"]!.GetValueKind(),
                Is.EqualTo(JsonValueKind.String)
            );
        }
    }

    [TestCase("ASPNETCORE_ENVIRONMENT", "Development", TestName = "Elsewhere_lines_are_for_people")]
    [TestCase("ASPNETCORE_ENVIRONMENT", "Production", "LOG_FORMAT", "text", TestName = "In_production_too_where_that_is_asked_for")]
    public async Task Lines_are_for_people(params string[] settings)
    {
        var lines = await LinesOfAsync([.. settings.Chunk(2).Select(one => (one[0], one[1]))]);

        Assert.That(
            lines,
            Has.Some.Matches(@"^\d{4}-\d\d-\d\d .* INF Vigint.Requests: told-by-caller GET /video/\{video_id\} 200")
                .And.None.StartsWith("{")
        );
    }

    [Test]
    public async Task A_production_server_in_a_terminal_is_read_there()
    {
        using var folder = new TemporaryFolder();
        var start = new ProcessStartInfo(Needs.Program("script"))
        {
            WorkingDirectory = folder.Path,
            RedirectStandardOutput = true,
            RedirectStandardInput = true,
        };
        foreach (
            var argument in new[]
            {
                "--quiet",
                "--return",
                "--command",
                $"dotnet {Path.Combine(AppContext.BaseDirectory, "Vigint.Api.dll")}",
                "/dev/null",
            }
        )
            start.ArgumentList.Add(argument);
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Production";
        start.Environment["SECRET_KEY"] = VigintProcess.Key;
        start.Environment["PORT"] = $"{ServerProcess.FreePort()}";
        using var terminal = Process.Start(start)!;
        try
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
            var first = await terminal.StandardOutput.ReadLineAsync(limit.Token);

            Assert.That(first, Does.Match("(INF|WRN) .*: "));
        }
        finally
        {
            terminal.Kill(entireProcessTree: true);
            await terminal.WaitForExitAsync();
        }
    }

    [Test]
    public async Task No_line_holds_a_key_or_a_token()
    {
        using var folder = new TemporaryFolder();
        string token;
        string output;
        await using (
            var server = await VigintProcess.StartAsync(
                folder.Path,
                ("LOG_FORMAT", "json"),
                ("RENDITIONS", "false"),
                ("Logging__LogLevel__Default", "Trace")
            )
        )
        {
            token = (await server.Api.StoreAsync("clip", Clips.Fake())).Token;
            await server.Api.GetAsync($"/video/clip?token={token}");
            await server.Api.GetAsync($"/no/such/address?token={token}", ("X-Request-Id", "the-last"));
            await Eventually.RequireAsync(
                "the last line is written",
                () => Task.FromResult(server.Output.Contains("the-last", StringComparison.Ordinal))
            );
            output = server.Output;
        }

        Assert.That(output, Does.Not.Contain(token).And.Not.Contain(VigintProcess.Key));
    }

    private static async Task<IReadOnlyList<string>> LinesOfAsync(params (string Name, string Value)[] settings)
    {
        using var folder = new TemporaryFolder();
        await using var server = await VigintProcess.StartAsync(folder.Path, [("RENDITIONS", "false"), .. settings]);
        var stored = await server.Api.StoreAsync("clip", Clips.Fake());
        await server.Api.GetAsync(stored.Link, ("X-Request-Id", "told-by-caller"));
        await Eventually.RequireAsync(
            "the line is written",
            () => Task.FromResult(server.Output.Contains("told-by-caller", StringComparison.Ordinal))
        );
        return server.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
