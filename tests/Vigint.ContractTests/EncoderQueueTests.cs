using System.Text;
using System.Text.Json.Nodes;
using Vigint.TestSupport;

namespace Vigint.ContractTests;

/// <summary>Contract §6: only so many encodings run at once, and none for a caller who has gone.</summary>
[OwnServer("settings, and the processes of its machine"), AnyDatabase]
public sealed class EncoderQueueTests : ContractFixture
{
    // Half a minute of 720p takes many seconds to encode; nobody waits for it here.
    private static readonly Lazy<Task<byte[]>> LongOnce = new(() =>
        Clips.MakeAsync(
            "long.mp4",
            "-f",
            "lavfi",
            "-i",
            "testsrc2=duration=30:size=1280x720:rate=25",
            "-c:v",
            "libx264",
            "-preset",
            "ultrafast",
            "-pix_fmt",
            "yuv420p"
        )
    );

    protected override VigintServer NewServer() => new(settings: ("FFMPEG_QUEUE", "1"));

    [Test]
    public async Task When_the_caller_goes_its_ffmpeg_ends_and_nothing_is_left()
    {
        using var connection = await StartLongAsync();
        await Eventually.RequireAsync("an encoder runs", () => Task.FromResult(Encoders().Count == 1));

        connection.Dispose();

        Assert.That(await Eventually.ComesAsync(() => Task.FromResult(Encoders().Count == 0)), Is.True);
        Assert.That(await Eventually.ComesAsync(() => Task.FromResult(Work().Count == 0)), Is.True);
    }

    [Test]
    public async Task Beyond_the_queue_a_call_is_asked_to_come_again()
    {
        using var running = await StartLongAsync();
        await Eventually.RequireAsync("an encoder runs", () => Task.FromResult(Encoders().Count == 1));
        using var waiting = await StartLongAsync();
        await Eventually.RequireAsync(
            "the next waits",
            () => Task.FromResult(Work().Count(name => name.EndsWith("source", StringComparison.Ordinal)) == 2)
        );

        var answer = await Api.CompressAsync(await LongOnce.Value, new JsonObject { ["max_size_mb"] = 1 });
        running.Dispose();
        waiting.Dispose();

        using (Assert.EnterMultipleScope())
        {
            Assert.That((answer.Status, answer.Error), Is.EqualTo((503, "Too many videos are being worked on")));
            Assert.That(int.Parse(answer.Header("Retry-After")!, System.Globalization.CultureInfo.InvariantCulture), Is.InRange(1, 300));
            Assert.That(await Eventually.ComesAsync(() => Task.FromResult(Work().Count == 0)), Is.True);
        }
    }

    private IReadOnlyList<string> Work() => Server.Folder.Files("data", "videos", ".work");

    // Those of this server: its folder stands in their arguments.
    private List<string> Encoders() =>
        [
            .. Directory
                .GetDirectories("/proc")
                .Select(process => TextOf(Path.Combine(process, "cmdline")))
                .Where(line =>
                    line.Contains(Server.Folder.Path, StringComparison.Ordinal) && line.Contains("libx264", StringComparison.Ordinal)
                ),
        ];

    private static string TextOf(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return ""; // no process, or one that has ended by now
        }
    }

    private async Task<RawConnection> StartLongAsync()
    {
        var body = Encoding.ASCII.GetBytes(
            new JsonObject { ["max_size_mb"] = 1, ["video_data"] = Convert.ToBase64String(await LongOnce.Value) }.ToJsonString()
        );
        var connection = await RawConnection.OpenAsync(Api.Address);
        await connection.SendAsync(
            $"POST {MediaCalls.Compress} HTTP/1.1\r\nHost: x\r\nX-API-Key: {VigintServer.Key}\r\nContent-Length: {body.Length}\r\n\r\n"
        );
        await connection.SendAsync(body);
        return connection;
    }
}
