using System.Globalization;
using System.Net;
using Vigint.TestSupport;

namespace Vigint.SystemTests;

/// <summary>Runs each program of docs/examples against a started server, as its first comment says.</summary>
public sealed class ExampleTests
{
    private static readonly string[][] Commands =
    [
        ["python3", Repository.At("docs", "examples", "vigint.py")],
        ["node", Repository.At("docs", "examples", "vigint.mjs")],
        ["dotnet", "run", "Vigint.cs"],
    ];

    private TemporaryFolder folder = null!;
    private TemporaryFolder serverFolder = null!;
    private VigintProcess server = null!;

    [OneTimeSetUp]
    public async Task StartServer()
    {
        folder = new TemporaryFolder();
        serverFolder = new TemporaryFolder();
        await File.WriteAllBytesAsync(folder.At("clip.mp4"), await Clips.FiveSecondsAsync());

        // Inside the repository its own build settings would hold for the example.
        File.Copy(Repository.At("docs", "examples", "Vigint.cs"), folder.At("Vigint.cs"));

        // The examples report the same incident one after the other.
        server = await VigintProcess.StartAsync(
            serverFolder.Path,
            ("ANALYZER", "motion"),
            ("EMAIL_TO", "you@example.org"),
            ("ALERT_QUIET_MINUTES", "0")
        );
    }

    [OneTimeTearDown]
    public async Task StopServer()
    {
        if (server is not null)
            await server.DisposeAsync();
        serverFolder?.Dispose();
        folder?.Dispose();
    }

    [TestCaseSource(nameof(Commands))]
    public async Task An_example_uploads_analyzes_alerts_and_extends(params string[] command)
    {
        var (exitCode, output) = await RunAsync(command, VigintProcess.Key);

        Assert.That(exitCode, Is.Zero, output);
        var said = output
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split(": ", 2))
            .ToDictionary(parts => parts[0], parts => parts[1]);
        using var played = await server.Client.GetAsync(new Uri(said["link"]));
        var hoursLeft = (
            DateTime.Parse(said["works until"], CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal)
            - TimeProvider.System.GetUtcNow().UtcDateTime
        ).TotalHours;
        Assert.Multiple(() =>
        {
            Assert.That(played.StatusCode, Is.EqualTo(HttpStatusCode.OK));
            Assert.That(said["incident"], Is.EqualTo("None").Or.EqualTo("null"));
            Assert.That(said["alert"], Is.EqualTo("outbox"));
            Assert.That(hoursLeft, Is.EqualTo(72).Within(0.2));
        });
    }

    [TestCaseSource(nameof(Commands))]
    public async Task An_example_says_why_the_server_refuses(params string[] command)
    {
        var (exitCode, output) = await RunAsync(command, "not-a-key-of-this-server");

        Assert.That(exitCode, Is.Not.Zero);
        Assert.That(output, Does.Contain("403 Invalid API key"));
    }

    private Task<(int ExitCode, string Output)> RunAsync(string[] command, string key)
    {
        Needs.Program(command[0]);
        return Shell.RunAsync(
            folder.Path,
            [.. command, "clip.mp4"],
            ("VIGINT_URL", server.Address.ToString().TrimEnd('/')),
            ("VIGINT_KEY", key),
            ("DOTNET_NOLOGO", "true"),
            ("DOTNET_CLI_TELEMETRY_OPTOUT", "true")
        );
    }
}
