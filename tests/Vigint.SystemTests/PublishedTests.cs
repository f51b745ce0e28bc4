using System.Runtime.InteropServices;
using Vigint.TestSupport;

namespace Vigint.SystemTests;

/// <summary>What <c>dotnet publish</c> makes, on its own: no SDK, no repository, no network.</summary>
public sealed class PublishedTests
{
    // lo is all that a new network namespace has, and it is down.
    private const string ServeAndPlay = """
        set -euo pipefail
        ip link set lo up
        [ -z "$(ip route)" ]
        [ -z "$("$RUNTIME/dotnet" --list-sdks)" ]
        "$RUNTIME/dotnet" "$PROGRAM/Vigint.Api.dll" >server.log 2>&1 &
        server=$!
        trap 'kill -KILL $server 2>/dev/null || true; cat server.log' EXIT
        curl -fsS -o health.json --retry 60 --retry-connrefused --retry-delay 1 "$BASE/api/health"
        curl -fsS -o answer.json "$BASE/api/v1/videos/upload" -H "Authorization: Bearer $SECRET_KEY" \
          -F "video=@clip.mp4" -F 'metadata={"video_id":"alone"}'
        curl -fsS -o played.mp4 "$(sed -n 's/.*"private_link":"\([^"]*\)".*/\1/p' answer.json)"
        kill -TERM $server
        wait $server
        """;

    private TemporaryFolder folder = null!;

    [OneTimeSetUp]
    public async Task Publish()
    {
        folder = new TemporaryFolder();
        var configuration = Path.GetFileName(Path.GetDirectoryName(AppContext.BaseDirectory.TrimEnd('/')))!;
        var (exitCode, output) = await Shell.RunAsync(
            folder.Path,
            [
                "dotnet",
                "publish",
                Repository.At("src", "Vigint.Api"),
                "--configuration",
                configuration,
                "--no-build",
                "--nologo",
                "-p:UseAppHost=false",
                "--output",
                folder.At("program"),
            ]
        );
        Assert.That(exitCode, Is.Zero, output);
        LinkRuntime();
    }

    [OneTimeTearDown]
    public void Remove() => folder.Dispose();

    [Test]
    public async Task It_starts_and_serves_without_an_SDK_and_without_a_network()
    {
        var network = await WithoutNetworkAsync();
        var clip = await Clips.FiveSecondsAsync();
        await File.WriteAllBytesAsync(folder.At("clip.mp4"), clip);
        var port = $"{ServerProcess.FreePort()}";

        var (exitCode, output) = await Shell.RunAsync(
            folder.Path,
            [.. network, "bash", "-c", ServeAndPlay],
            ("PROGRAM", folder.At("program")),
            ("RUNTIME", folder.At("runtime")),
            ("BASE", $"http://127.0.0.1:{port}"),
            ("PORT", port),
            ("SECRET_KEY", VigintProcess.Key)
        );

        Assert.That(exitCode, Is.Zero, output);
        Assert.That(await File.ReadAllBytesAsync(folder.At("played.mp4")), Is.EqualTo(clip));
        Assert.That(output, Does.Not.Match("(WRN|ERR) "), "there is nothing that it misses");
    }

    [Test]
    public void Nothing_in_it_is_for_another_system_or_for_tests() =>
        Assert.That(
            folder.Files("program").Select(Path.GetFileName),
            Has.None.Match(@"(?i)\.exe$|test|moq|nunit").And.Contains("Vigint.Api.dll")
        );

    // As a machine has it on which only the runtime is installed.
    private void LinkRuntime()
    {
        var installed = Path.GetFullPath("../../..", RuntimeEnvironment.GetRuntimeDirectory());
        Directory.CreateDirectory(folder.At("runtime"));
        File.Copy(Path.Combine(installed, "dotnet"), folder.At("runtime", "dotnet"));
        foreach (var part in new[] { "host", "shared" })
            Directory.CreateSymbolicLink(folder.At("runtime", part), Path.Combine(installed, part));
    }

    private async Task<string[]> WithoutNetworkAsync()
    {
        Needs.Program("ip");
        Needs.Program("curl");
        string[] command =
            Environment.UserName == "root" ? [Needs.Program("unshare"), "--net"] : [Needs.Program("unshare"), "--net", "--map-root-user"];
        if ((await Shell.RunAsync(folder.Path, [.. command, "true"])).ExitCode != 0)
            Needs.Missing("a network namespace cannot be made here");
        return command;
    }
}
