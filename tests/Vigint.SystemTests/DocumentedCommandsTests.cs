using System.Text;
using Vigint.TestSupport;

namespace Vigint.SystemTests;

/// <summary>
/// Types every block of a page that is marked <c>bash</c>, in an empty folder in which a server was started without a setting; a block
/// marked <c>bash stopped</c> while that server is stopped. Blocks marked <c>sh</c> are for another machine: a platform, a container,
/// systemd.
/// </summary>
[Parallelizable]
public sealed class DocumentedCommandsTests
{
    private const string Start = """
        set -Eeuo pipefail
        curl() { case $1 in -fsS) command curl "$@" ;; *) command curl -sS --fail-with-body "$@" ;; esac; }
        start() {
          dotnet "$PROGRAM" >>server.log 2>&1 & server=$!
          local try
          for try in {1..600}; do command curl -fs -o /dev/null "http://127.0.0.1:$PORT/health/live" && return; sleep 0.1; done
          return 1
        }
        stop() { kill -TERM $server; wait $server; }
        trap 'echo; echo "failed: $BASH_COMMAND"' ERR
        trap 'kill -KILL $server 2>/dev/null || true' EXIT
        start

        """;

    // Whoever moves has two servers; here one plays both.
    private static readonly string[] Addresses =
    [
        "http://127.0.0.1:5002",
        "https://vigint-api-server.onrender.com",
        "https://sparse-ai-video-server.onrender.com",
    ];

    private static IEnumerable<string> Pages =>
        Directory
            .EnumerateFiles(Repository.At("docs"), "*.md")
            .Select(path => $"docs/{Path.GetFileName(path)}")
            .Prepend("README.md")
            .Where(page => Blocks(page).Any())
            .Order(StringComparer.Ordinal);

    [TestCaseSource(nameof(Pages))]
    public async Task What_a_page_tells_to_type_works(string page)
    {
        foreach (var program in new[] { "curl", "ffmpeg", "jq", "openssl", "rsync", "sqlite3" })
            Needs.Program(program);
        using var folder = new TemporaryFolder();
        Directory.CreateSymbolicLink(folder.At("deploy"), Repository.At("deploy"));
        var port = ServerProcess.FreePort();
        await File.WriteAllTextAsync(folder.At("typed.sh"), Typed(page, port));

        var (exitCode, output) = await Shell.RunAsync(
            folder.Path,
            ["bash", "typed.sh"],
            ("PROGRAM", Path.Combine(AppContext.BaseDirectory, "Vigint.Api.dll")),
            ("PORT", $"{port}"),
            ("ANALYZER", "motion"),
            ("EMAIL_TO", "you@example.org")
        );

        Assert.That(exitCode, Is.Zero, output);
    }

    private static string Typed(string page, int port)
    {
        var script = new StringBuilder(Start);
        foreach (var (line, isStopped, text) in Blocks(page))
        {
            script.Append($"echo '── {page}, line {line}'\n");
            script.Append(isStopped ? $"stop\n{text}start\n" : text);
        }

        script.Append("stop\n");
        foreach (var address in Addresses)
            script.Replace(address, $"http://127.0.0.1:{port}");
        return script.ToString();
    }

    private static IEnumerable<(int Line, bool IsStopped, string Text)> Blocks(string page)
    {
        // In a list a block is indented.
        var lines = File.ReadLines(Repository.At(page)).Select(line => line.TrimStart()).ToList();
        for (var i = 0; i < lines.Count; i++)
        {
            if (lines[i] is not ("```bash" or "```bash stopped"))
                continue;
            var block = lines.Skip(i + 1).TakeWhile(line => line != "```").ToList();
            yield return (i + 1, lines[i] == "```bash stopped", string.Concat(block.Select(line => $"{line}\n")));
        }
    }
}
