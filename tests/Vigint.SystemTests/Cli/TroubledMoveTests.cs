using System.Net;
using System.Net.Sockets;
using System.Text;
using Vigint.TestSupport;

namespace Vigint.SystemTests.Cli;

/// <summary>A migration that meets a full disk here, or an old server that does not say where a video ends.</summary>
public sealed class TroubledMoveTests
{
    private TemporaryFolder folder = null!;
    private VigintProcess server = null!;

    [SetUp]
    public async Task Start()
    {
        folder = new TemporaryFolder();
        server = await VigintProcess.StartAsync(folder.Path, ("RENDITIONS", "false"));
    }

    [TearDown]
    public async Task Stop()
    {
        await server.DisposeAsync();
        folder.Dispose();
    }

    [Test]
    public async Task A_disk_that_is_full_here_ends_it_with_the_result_shown()
    {
        await using var disk = await SmallDisk.MountAsync("64k");
        await using var old = await OldVideoServer.StartAsync();
        await File.WriteAllLinesAsync(
            folder.At("links.txt"),
            Enumerable.Range(0, 5).Select(number => old.LinkTo(old.Add($"v{number}", Clips.Fake(seed: number))))
        );
        disk.Fill();

        var answer = await VigintCli.RunAsync(
            folder,
            server,
            "migrate",
            "links.txt",
            "--parallel",
            "1",
            "--json",
            "--state",
            disk.At("state.jsonl"),
            "--report",
            disk.At("report.json")
        );

        Assert.That((answer.ExitCode, answer.Json["not_tried"]!.GetValue<int>()), Is.EqualTo((1, 5)), answer.Errors);
        Assert.That(answer.Json["ended_early"]!.ToString(), Does.StartWith("The file that remembers what has arrived cannot be written"));
        Assert.That(answer.Errors, Does.Contain("The report cannot be written").And.Not.Contain("   at "));
    }

    [TestCase("http://127.0.0.1:1", VigintProcess.Key, TestName = "A_server_that_is_away_leaves_no_report_of_an_earlier_run")]
    [TestCase(null, "a-wrong-key-0123456789abcdef", TestName = "A_key_that_is_refused_leaves_no_report_of_an_earlier_run")]
    public async Task Old_report(string? address, string key)
    {
        await File.WriteAllTextAsync(folder.At("report.json"), """{ "moved": 500, "failed": 0 }""");
        await File.WriteAllTextAsync(folder.At("links.txt"), "http://127.0.0.1:1/video/a?token=0");

        var answer = await VigintCli.RunAsync(
            folder,
            [("VIGINT_SERVER", address ?? server.Address.ToString()), ("VIGINT_KEY", key)],
            "migrate",
            "links.txt",
            "--report",
            "report.json"
        );

        Assert.That((answer.ExitCode, File.Exists(folder.At("report.json"))), Is.EqualTo((1, false)), answer.Errors);
    }

    [Test]
    public async Task A_doctor_without_a_temporary_folder_says_so()
    {
        var answer = await VigintCli.RunAsync(
            folder,
            [("TMPDIR", folder.At("none")), ("SECRET_KEY", VigintProcess.Key)],
            "doctor",
            "--json"
        );

        Assert.That((answer.ExitCode, answer.Json["checks"]![1]!["name"]!.ToString()), Is.EqualTo((1, "temporary folder")), answer.Errors);
    }

    [TestCase(1, "moved", TestName = "A_video_without_a_length_is_asked_for_again")]
    [TestCase(100, "failed", TestName = "A_video_that_never_has_a_length_is_not_taken_for_whole")]
    public async Task Endless(int times, string outcome)
    {
        var clip = Clips.Fake(seed: 6);
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var stopping = new CancellationTokenSource();
        var serving = ServeAsync(listener, clip, times, stopping.Token);
        await File.WriteAllTextAsync(
            folder.At("links.txt"),
            $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/video/cut?token=0"
        );

        var answer = await VigintCli.RunAsync(folder, server, "migrate", "links.txt", "--json");
        await stopping.CancelAsync();
        await serving;

        Assert.That(answer.Json["videos"]![0]!["outcome"]!.ToString(), Is.EqualTo(outcome), answer.Output);
        Assert.That(answer.Json["videos"]![0]!["size_bytes"]?.GetValue<int>(), Is.EqualTo(outcome == "moved" ? clip.Length : (int?)null));
        Assert.That((await server.Api.GetAsync("/api/v1/videos/cut")).Status, Is.EqualTo(outcome == "moved" ? 200 : 404));
    }

    // Answers as programs of HTTP/1.0 do, by closing the connection: so often in the midst of the video, then with its length.
    private static async Task ServeAsync(TcpListener listener, byte[] clip, int times, CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                using var client = await listener.AcceptTcpClientAsync(cancellationToken);
                await using var stream = client.GetStream();
                using var reader = new StreamReader(stream);
                var asked = await reader.ReadLineAsync(cancellationToken);
                while (await reader.ReadLineAsync(cancellationToken) is { Length: > 0 })
                {
                    // What else it says of itself is no matter.
                }

                if (asked!.Contains("/info", StringComparison.Ordinal))
                    await stream.WriteAsync(
                        "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"u8.ToArray(),
                        cancellationToken
                    );
                else
                    await stream.WriteAsync(
                        times-- > 0 ? AnswerOf(clip.AsSpan(0, clip.Length / 2)) : AnswerOf(clip, $"Content-Length: {clip.Length}\r\n"),
                        cancellationToken
                    );
            }
        }
        catch (OperationCanceledException)
        {
            // Over.
        }
    }

    private static byte[] AnswerOf(ReadOnlySpan<byte> body, string length = "") =>
        [.. Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Type: video/mp4\r\n{length}Connection: close\r\n\r\n"), .. body];
}
