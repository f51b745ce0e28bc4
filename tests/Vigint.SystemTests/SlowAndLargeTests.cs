using System.Net.Sockets;
using System.Text;
using Vigint.TestSupport;

namespace Vigint.SystemTests;

public sealed class SlowAndLargeTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(100);

    [Test]
    public async Task Two_hundred_slow_senders_and_readers_hold_up_nobody_else()
    {
        using var folder = new TemporaryFolder();
        await using var server = await VigintProcess.StartAsync(folder.Path);
        var large = await server.Api.StoreAsync("large", Clips.Fake(8 * 1024 * 1024));
        using var over = new CancellationTokenSource();
        var senders = await Task.WhenAll(
            Enumerable
                .Range(0, 100)
                .Select(_ =>
                    OpenAsync(
                        server,
                        $"POST /api/v1/videos/upload HTTP/1.1\r\nHost: x\r\nX-API-Key: {VigintProcess.Key}\r\nContent-Type: "
                            + $"multipart/form-data; boundary=B\r\nContent-Length: 1000000\r\n\r\n--B\r\nContent-Dispo"
                    )
                )
        );
        var readers = await Task.WhenAll(
            Enumerable.Range(0, 100).Select(_ => OpenAsync(server, $"GET {large.Link} HTTP/1.1\r\nHost: x\r\n\r\n"))
        );
        var trickle = Task.WhenAll([
            .. senders.Select(one => SendByBytesAsync(one, over.Token)),
            .. readers.Select(one => ReadByBytesAsync(one, over.Token)),
        ]);

        using var limit = new CancellationTokenSource(Limit);
        for (var i = 0; i < 20; i++)
        {
            var bytes = Clips.Fake(100_000, i);
            var stored = await server.Api.StoreAsync(VideoApi.NewId(), bytes);
            var played = await server.Api.GetAsync(stored.Link).WaitAsync(limit.Token);
            Assert.That(played.Body, Is.EqualTo(bytes));
        }

        await over.CancelAsync();
        await trickle;
        foreach (var one in senders.Concat(readers))
            one.Dispose();
    }

    [Test]
    public async Task Memory_does_not_grow_with_an_upload()
    {
        using var folder = new TemporaryFolder();
        await using var server = await VigintProcess.StartAsync(folder.Path);
        await server.Api.StoreAsync(VideoApi.NewId(), Clips.Fake());
        var before = server.Memory("VmRSS");
        const long megabytes = 300;

        var clip = new PausingStream(megabytes * 1024 * 1024);
        clip.LetGo();
        var answer = await server.Api.UploadAsync("large", clip);

        Assert.That(answer.Status, Is.EqualTo(200));
        Assert.That(server.Memory("VmHWM") - before, Is.LessThan(megabytes * 1024 / 3), "kilobytes added");
    }

    private static async Task<TcpClient> OpenAsync(VigintProcess server, string request)
    {
        var socket = new TcpClient { ReceiveBufferSize = 4096 };
        await socket.ConnectAsync("127.0.0.1", server.Port);
        await socket.GetStream().WriteAsync(Encoding.ASCII.GetBytes(request));
        return socket;
    }

    private static async Task SendByBytesAsync(TcpClient socket, CancellationToken over)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1));
        try
        {
            while (await timer.WaitForNextTickAsync(over))
                await socket.GetStream().WriteAsync("x"u8.ToArray(), over);
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException)
        {
            // The test is over, or the server has had enough of it: both are right.
        }
    }

    private static async Task ReadByBytesAsync(TcpClient socket, CancellationToken over)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1));
        var one = new byte[1];
        try
        {
            while (await timer.WaitForNextTickAsync(over))
            {
                if (await socket.GetStream().ReadAsync(one, over) == 0)
                    return;
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException)
        {
            // The test is over, or the server has had enough of it: both are right.
        }
    }
}
