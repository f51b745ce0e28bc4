using System.Text;
using Vigint.TestSupport;

namespace Vigint.ContractTests;

/// <summary>Contract, common to all calls, connections: one address does not take the server from the others.</summary>
[OwnServer("its settings"), AnyDatabase]
public sealed class ConnectionTests
{
    private const int Most = 8;
    private const string Caller = "203.0.113.9";
    private const string Other = "198.51.100.7";

    private const int MostAttempts = 5;

    // A path that costs the server nothing.
    private const string Nothing = "/nothing";

    // Its headers do not end.
    private const string SlowHeaders = "GET /openapi/v1.json HTTP/1.1\r\nHost: x\r\n";

    private readonly List<RawConnection> opened = [];
    private VigintServer? server;

    // The connections first: a server that stops waits half a minute for calls that have begun.
    [TearDown]
    public async Task Stop()
    {
        Close();
        if (server is not null)
            await server.DisposeAsync();
    }

    [Test]
    public async Task Connections_beyond_an_addresss_bound_are_told_so_and_health_is_answered_all_the_same()
    {
        using var api = NewApi();
        await FillAsync(api.Address, Most, SlowHeaders);

        var refused = await GetAsync(api.Address, "/openapi/v1.json");
        var healths = new List<int>();
        foreach (var path in new[] { "/health/live", "/health", "/api/health" })
            healths.Add((await GetAsync(api.Address, path)).Status);
        var elsewhere = await GetAsync(api.Address, "/openapi/v1.json", from: "127.0.0.2");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(refused.Status, Is.EqualTo(429));
            Assert.That(refused.Body, Does.Contain("Too many connections").And.Contain($"\"limit_connections\":{Most}"));
            Assert.That(healths, Is.All.EqualTo(200));
            Assert.That(elsewhere.Status, Is.EqualTo(200));
        }
    }

    [Test]
    public async Task An_alert_is_taken_on_a_connection_beyond_the_bound()
    {
        using var api = NewApi();
        await FillAsync(api.Address, Most, SlowHeaders);

        var alert = await AlertAsync(api.Address);

        Assert.That(alert.Status, Is.EqualTo(200), alert.Body);
        Assert.That(alert.Body, Does.Contain("\"success\":true"));
    }

    [Test]
    public async Task Behind_a_trusted_proxy_a_caller_with_too_many_calls_can_still_send_an_alert()
    {
        using var api = NewApi(("TRUSTED_PROXIES", "127.0.0.1"));
        await FillAsync(api.Address, Most * 2, SlowBody(Caller), Caller);

        Assert.That((await AlertAsync(api.Address, Caller)).Body, Does.Contain("\"success\":true"));
    }

    [Test]
    public async Task However_many_more_are_opened_health_is_answered()
    {
        using var api = NewApi();
        await FillAsync(api.Address, Most + 150, SlowHeaders);

        Assert.That(await Eventually.ComesAsync(async () => (await GetAsync(api.Address, "/health/live")).Status == 200), Is.True);
    }

    [Test]
    public async Task When_some_are_closed_there_is_room_again()
    {
        using var api = NewApi();
        await FillAsync(api.Address, Most, SlowHeaders);

        Close();

        Assert.That(await Eventually.ComesAsync(async () => (await GetAsync(api.Address, "/openapi/v1.json")).Status == 200), Is.True);
    }

    [Test]
    public async Task Behind_a_trusted_proxy_the_callers_are_counted_and_not_the_proxy()
    {
        using var api = NewApi(("TRUSTED_PROXIES", "127.0.0.1"));
        await FillAsync(api.Address, Most * 2, SlowBody(Caller), Caller);

        var same = await GetAsync(api.Address, "/openapi/v1.json", Caller);
        var health = await GetAsync(api.Address, "/health/live", Caller);
        var other = await GetAsync(api.Address, "/openapi/v1.json", Other);

        Assert.That((same.Status, health.Status, other.Status), Is.EqualTo((429, 200, 200)));
    }

    [Test]
    public async Task Bodies_that_nobody_wants_are_read_to_their_end_for_so_many_of_an_address_and_no_more()
    {
        const int drained = Most / 4;
        using var api = NewApi();
        await OpenManyAsync(api.Address, drained + 1, SlowBody(key: "wrong"));
        foreach (var one in opened)
            Assert.That((await one.ReadAnswerAsync()).Status, Is.EqualTo(401));

        var closed = opened.Select(one => one.ClosedAsync()).ToList();
        await Task.WhenAny(closed);

        Assert.That(closed.Count(one => one.IsCompleted), Is.EqualTo(1));
    }

    private void Close()
    {
        opened.ForEach(one => one.Dispose());
        opened.Clear();
    }

    private VideoApi NewApi(params (string Name, string Value)[] settings)
    {
        server = new VigintServer(
            settings: [("MAX_CONNECTIONS_PER_ADDRESS", $"{Most}"), ("EMAIL_TO", "operator@example.org"), .. settings]
        );
        return new VideoApi(server.NewClient(key: null));
    }

    private static string SlowBody(string? forwardedFor = null, string key = VigintServer.Key) =>
        $"POST /api/video/compress HTTP/1.1\r\nHost: x\r\nX-API-Key: "
        + $"{key}\r\n{(forwardedFor is null ? "" : $"X-Forwarded-For: {forwardedFor}\r\n")}Content-Length: 100000\r\n\r\n{{\"video";

    private async Task OpenManyAsync(Uri address, int count, string begin)
    {
        for (var i = 0; i < count; i++)
        {
            var one = await RawConnection.OpenAsync(address);
            opened.Add(one);
            await one.SendAsync(Encoding.ASCII.GetBytes(begin));
        }
    }

    // The server accepts connections one by one, and not always in order. On a busy machine some may end before the last one is accepted,
    // because a body that does not arrive is given up after five seconds: they are all opened again.
    private async Task FillAsync(Uri address, int count, string begin, string? forwardedFor = null)
    {
        for (var attempt = 1; attempt <= MostAttempts; attempt++)
        {
            Close();
            await OpenManyAsync(address, count, begin);
            if (
                await Eventually.ComesAsync(
                    async () => (await GetAsync(address, Nothing, forwardedFor)).Status == 429,
                    TimeSpan.FromSeconds(4)
                )
            )
                return;
        }

        Assert.Fail("The connections do not fill the bound of their address.");
    }

    private static Task<(int Status, string Body)> GetAsync(Uri address, string path, string? forwardedFor = null, string? from = null) =>
        CallAsync(address, $"GET {path}", "", forwardedFor, from);

    private static Task<(int Status, string Body)> AlertAsync(Uri address, string? forwardedFor = null)
    {
        const string body = """{"analysis":"A man hides a bottle.","incident_type":"theft","risk_level":"HIGH"}""";
        return CallAsync(
            address,
            "POST /api/video/alert",
            $"X-API-Key: {VigintServer.Key}\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}",
            forwardedFor
        );
    }

    // What follows the common headers ends them.
    private static async Task<(int Status, string Body)> CallAsync(
        Uri address,
        string line,
        string rest,
        string? forwardedFor,
        string? from = null
    )
    {
        using var connection = await RawConnection.OpenAsync(address, from);
        var forwarded = forwardedFor is null ? "" : $"X-Forwarded-For: {forwardedFor}\r\n";
        try
        {
            await connection.SendAsync(
                $"{line} HTTP/1.1\r\nHost: x\r\n{forwarded}Connection: close\r\n{(rest.Length > 0 ? rest : "\r\n")}"
            );
            return await connection.ReadAnswerAsync();
        }
        catch (Exception exception) when (exception is IOException or InvalidOperationException)
        {
            return (0, exception.Message);
        }
    }
}
