using System.Text.RegularExpressions;
using Vigint.TestSupport;

namespace Vigint.SystemTests;

/// <summary>What a loss of power takes back can be seen only in what the program asked of the kernel.</summary>
public sealed partial class PowerLossTests
{
    private const string Calls = "trace=fsync,fdatasync,pwrite64,read,recvfrom,recvmsg,write,sendto,sendmsg";

    [Test]
    public async Task What_only_the_database_knows_is_on_the_disk_before_it_is_answered()
    {
        using var folder = new TemporaryFolder();
        await using var smtp = new FakeSmtp();
        await smtp.StopAsync();
        string[] strace = [Needs.Program("strace"), "-f", "--seccomp-bpf", "-y", "-s", "64", "-e", Calls, "-o", folder.At("trace")];
        var made = new List<(string Method, string Path, int Status)>();
        await using (
            var server = await VigintProcess.StartAsync(strace, folder.Path, [.. smtp.Settings, ("EMAIL_TO", "operator@example.org")])
        )
        {
            using var admin = new AdminApi(new HttpClient { BaseAddress = server.Address }, VigintProcess.Key);
            made.Add(("POST", AlertCalls.Alert, (await server.Api.RaiseAsync("A man takes a bottle.")).Status));
            var shop = await admin.AddClientAsync();
            made.Add(("POST", "/admin/clients", 201));
            foreach (
                var (method, path, body) in new (string, string, string?)[]
                {
                    ("POST", $"/admin/clients/{shop.Id}/keys", """{"name":"till"}"""),
                    ("PUT", $"/admin/clients/{shop.Id}/limits", """{"uploads_per_minute":7}"""),
                    ("PUT", $"/admin/clients/{shop.Id}/channels", """{"ntfy":[{"url":"https://ntfy.example.org/shop"}]}"""),
                    ("POST", $"/admin/clients/{shop.Id}/keys/1/revoke", ""),
                    ("DELETE", $"/admin/clients/{shop.Id}", null),
                }
            )
            {
                var answer = method switch
                {
                    "POST" => await admin.PostAsync(path, body!),
                    "PUT" => await admin.PutAsync(path, body!),
                    _ => await admin.DeleteAsync(path),
                };
                made.Add((method, path, answer.Status));
            }
        }

        var trace = (await File.ReadAllLinesAsync(folder.At("trace"))).ToList();
        var at = 0;
        using (Assert.EnterMultipleScope())
        {
            foreach (var (method, path, status) in made)
            {
                var asked = trace.FindIndex(at, line => line.Contains($"\"{method} {path} HTTP/1.1", StringComparison.Ordinal));
                at = trace.FindIndex(asked, line => line.Contains("\"HTTP/1.1 ", StringComparison.Ordinal));
                Assert.That(trace[at], Does.Contain($"HTTP/1.1 {status}"));
                Assert.That(status, Is.InRange(200, 299), $"{method} {path}");
                Assert.That(IsSynced(trace[asked..at]), Is.True, $"{method} {path} is synced before it is answered");
            }
        }
    }

    // The write-ahead log is written and then synced, and the sync has ended.
    private static bool IsSynced(List<string> lines)
    {
        var written = lines.FindIndex(line =>
            line.Contains("pwrite64(", StringComparison.Ordinal) && line.Contains("vigint.db-wal>", StringComparison.Ordinal)
        );
        if (written < 0)
            return false;
        var begun = lines.FindIndex(written, line => SyncOfLog().IsMatch(line));
        if (begun < 0)
            return false;
        var thread = lines[begun].Split(' ')[0];
        return lines[begun].EndsWith("= 0", StringComparison.Ordinal)
            || lines
                .Skip(begun)
                .Any(line =>
                    line.StartsWith($"{thread} ", StringComparison.Ordinal)
                    && line.Contains("sync resumed>", StringComparison.Ordinal)
                    && line.EndsWith("= 0", StringComparison.Ordinal)
                );
    }

    [GeneratedRegex(@"f(data)?sync\(\d+<[^>]*vigint\.db-wal>")]
    private static partial Regex SyncOfLog();
}
