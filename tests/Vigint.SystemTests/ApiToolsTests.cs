using Vigint.TestSupport;

namespace Vigint.SystemTests;

/// <summary>What the JavaScript world's tools make of the API's description: two linters, and types for a client.</summary>
public sealed class ApiToolsTests
{
    private TemporaryFolder folder = null!;

    [OneTimeSetUp]
    public async Task Install()
    {
        Needs.Program("npm");
        folder = new TemporaryFolder();
        foreach (var file in Directory.EnumerateFiles(Repository.At("tests", "Vigint.SystemTests", "Clients", "typescript")))
            File.Copy(file, folder.At(Path.GetFileName(file)));
        await SaidByAsync(["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts"]);
    }

    [OneTimeTearDown]
    public void Remove() => folder?.Dispose();

    [Test]
    public Task Spectral_finds_no_error() =>
        SaidByAsync(["npx", "spectral", "lint", ApiDescription.Path, "--ruleset", ".spectral.yaml", "--fail-severity", "error"]);

    [Test]
    public Task Redocly_finds_no_error() => SaidByAsync(["npx", "redocly", "lint", ApiDescription.Path]);

    [Test]
    public async Task A_client_in_TypeScript_stores_a_clip_and_lists_it()
    {
        await SaidByAsync(["npx", "openapi-typescript", ApiDescription.Path, "--output", "api.d.ts"]);
        await SaidByAsync(["npx", "tsc", "--project", "."]);
        using var serverFolder = new TemporaryFolder();
        await using var server = await VigintProcess.StartAsync(serverFolder.Path, ("RENDITIONS", "false"));

        var said = await SaidByAsync(
            ["node", "out/main.js"],
            ("BASE", server.Address.ToString().TrimEnd('/')),
            ("KEY", VigintProcess.Key),
            ("VIDEO_ID", "typescript_1"),
            ("CLIP", Convert.ToBase64String(await Clips.FiveSecondsAsync()))
        );

        Assert.That(said, Is.EqualTo("typescript_1 stored\ntypescript_1 original only\n"));
    }

    private async Task<string> SaidByAsync(string[] command, params (string Name, string Value)[] environment)
    {
        var (code, said) = await Shell.RunAsync(folder.Path, command, [("REDOCLY_TELEMETRY", "off"), .. environment]);
        Assert.That(code, Is.Zero, said);
        return said;
    }
}
