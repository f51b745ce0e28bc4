using System.Buffers.Text;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Vigint.TestSupport;

namespace Vigint.ContractTests;

/// <summary>
/// Every route of the running server, with odd addresses and headers: what comes back is an answer or a problem, and never a mistake of the
/// server.
/// </summary>
[OwnServer("its routes")]
public sealed partial class EveryRouteTests : ContractFixture
{
    // In an address, byte for byte; those that are no UTF-8 are written in Latin-1 here.
    private static readonly string[] OddSegments =
    [
        "",
        "%20",
        "%00",
        "%2F",
        "%5C",
        "..",
        "%2e%2e",
        "..%2F..%2Fetc%2Fpasswd",
        "%FF",
        "%ED%A0%80",
        "%C3%28",
        "%0d%0aX: y",
        "%",
        "%zz",
        "%25",
        "%E9",
        "\xe9",
        "\xff",
        "\xed\xa0\x80",
        "\xc3\xa9",
        "%F0%9F%99%82",
        "%EF%BF%BE",
        "null",
        "-1",
        "2147483648",
        "99999999999999999999",
        "upload",
        "a:b",
        "a;b",
        "*",
        "'\"--",
        "a b",
        "\t",
        "\x01",
        new('a', 300),
        new('a', 7000),
        string.Concat(Enumerable.Repeat("%F0%9F%99%82", 100)),
    ];

    private static readonly string[] OddHeaders =
    [
        "Range: nonsense",
        "Range: bytes=",
        "Range: bytes=-",
        "Range: bytes=0-",
        "Range: bytes=-0",
        "Range: bytes=5-1",
        "Range: bytes=99999999999999999999-",
        "Range: bytes=-9223372036854775807",
        "Range: bytes=9223372036854775807-9223372036854775807",
        "Range: bytes=0-0,1-1,2-2",
        "Range: lines=1-2",
        "Range: \xff",
        "If-Range: nonsense",
        "If-Range: \"",
        "If-Range: W/",
        "If-Range: Sun, 99 Foo 2026",
        "If-None-Match: nonsense",
        "If-None-Match: \"",
        "If-None-Match: *, \"a\"",
        "If-None-Match: ,",
        "If-Match: nonsense",
        "If-Match: *",
        "If-Match: ,",
        "If-Modified-Since: nonsense",
        "If-Modified-Since: Mon, 01 Jan 0001 00:00:00 GMT",
        "If-Modified-Since: Fri, 31 Dec 9999 23:59:59 GMT",
        "If-Unmodified-Since: 0",
        "If-Unmodified-Since: Sun, 04 Oct 2026 12:00:00 +9999",
        "Accept: nonsense",
        "Accept: ;q=",
        "Accept: text/html;q=2",
        "Accept: text/html;q=-1, */*;q=nan",
        "Accept: video/mp4",
        "Accept: text/csv",
        "Accept: ,,,",
        "Accept: \xe9",
        "Content-Type: nonsense",
        "Content-Type: multipart/form-data",
        "Content-Type: multipart/form-data; boundary=",
        "Content-Type: multipart/form-data; boundary=\"",
        "Content-Type: multipart/form-data; boundary=\xe9",
        "Content-Type: application/json; charset=utf-7",
        "Content-Type: \xff",
        "Content-Type: application/x-www-form-urlencoded",
        "Content-Encoding: nonsense",
        "Content-Encoding: gzip",
        "Content-Encoding: gzip, gzip",
        "Content-Encoding: \xe9",
        "Idempotency-Key:",
        "Idempotency-Key: \xe9",
        "Idempotency-Key: a b",
        "Idempotency-Key: a\r\nIdempotency-Key: b",
        "X-Request-Id: \xff",
        "X-Request-Id: a b",
        "X-Request-Id:",
        "Content-Length: -1",
        "Content-Length: abc",
        "Content-Length: 1e3",
        "Content-Length: 99999999999999999999",
        "Content-Length: 9223372036854775807",
        "Content-Length: 5000000000",
        "Content-Length: 5",
        "Content-Length: 5\r\nContent-Length: 6",
        "Content-Length: 5\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: nonsense",
        "Transfer-Encoding: gzip, chunked",
        "Host:",
        "Host: a b",
        "Host: [::1",
        "Host: \xe9",
        "Host: x\r\nHost: y",
        "Host: x:99999",
        "Host: a/b",
        "X-Forwarded-For: nonsense",
        "X-Forwarded-Host: \xe9",
        "Forwarded: for=",
        "Expect: nonsense",
        "Cookie: \xff",
        "User-Agent: \xff\x01",
        "User-Agent:",
        "Connection: upgrade\r\nUpgrade: websocket",
        "Connection: upgrade\r\nUpgrade: h2c",
        "Via: \xe9",
        "\xe9: x",
        "Origin: null",
        "Accept-Language: \xff",
        "traceparent: nonsense",
        "baggage: =;,",
    ];

    private StoredVideo stored = null!;

    protected override VigintServer NewServer() => new(settings: ("EMAIL_TO", "operator@example.org"));

    [OneTimeSetUp]
    public async Task Store() => stored = await Api.StoreAsync(VideoApi.NewId(), Clips.Fake());

    private IEnumerable<(string Method, string Path)> Routes =>
        Server
            .Services.GetServices<EndpointDataSource>()
            .SelectMany(source => source.Endpoints)
            .OfType<RouteEndpoint>()
            .SelectMany(endpoint =>
                (endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? ["GET", "POST"]).Select(method =>
                    (method, "/" + endpoint.RoutePattern.RawText!.TrimStart('/'))
                )
            )
            .Distinct();

    // Without the description of the API, which the framework answers for, and which is long.
    private IEnumerable<(string Method, string Path)> OwnRoutes =>
        Routes.Where(route =>
            !route.Path.StartsWith("/openapi", StringComparison.Ordinal) && !route.Path.StartsWith("/docs", StringComparison.Ordinal)
        );

    [Test]
    public async Task An_odd_segment_of_an_address_is_no_mistake_of_the_server([ValueSource(nameof(OddSegments))] string segment)
    {
        var requests = Routes.SelectMany(route =>
            Parameter().Count(route.Path) == 0
                ? [(route.Method, Path: $"{route.Path}/{segment}")]
                : Parameter()
                    .Matches(route.Path)
                    .Select(parameter =>
                        (
                            route.Method,
                            Path: Filled(
                                string.Concat(
                                    route.Path.AsSpan(0, parameter.Index),
                                    segment,
                                    route.Path.AsSpan(parameter.Index + parameter.Length)
                                )
                            )
                        )
                    )
        );

        await AssertNoMistakeAsync(requests.Select(one => (one.Method, one.Path, Headers: "")));
    }

    [Test]
    public async Task An_odd_value_of_a_query_is_no_mistake_of_the_server([ValueSource(nameof(OddSegments))] string value)
    {
        string[] names = ["token", "video_id", "cursor", "limit", "from", "to", "state", "risk_level", "original", "api_key"];
        var cursor = Base64Url.EncodeToString(Encoding.UTF8.GetBytes($"-9223372036854775808:{value}"));
        var requests = OwnRoutes
            .Select(route => (route.Method, Path: $"{Filled(route.Path)}?{string.Join('&', names.Select(name => $"{name}={value}"))}"))
            .Concat(
                OwnRoutes
                    .Where(route => route.Method == "GET")
                    .Select(route =>
                        (
                            route.Method,
                            Path: $"{Filled(route.Path)}?video_id=x&token={value}&cursor={cursor}&limit=1&{value}={value}&{value}&="
                        )
                    )
            );

        await AssertNoMistakeAsync(requests.Select(one => (one.Method, one.Path, Headers: "")));
    }

    [Test, AnyDatabase]
    public async Task An_odd_header_is_no_mistake_of_the_server([ValueSource(nameof(OddHeaders))] string header)
    {
        var routes = header.Split(':')[0] switch
        {
            "Range" or "If-Range" or "If-None-Match" or "If-Match" or "If-Modified-Since" or "If-Unmodified-Since" or "Accept" =>
                OwnRoutes.Where(route => route.Method is "GET" or "HEAD"),
            "Content-Type" or "Content-Encoding" or "Idempotency-Key" => OwnRoutes.Where(route => route.Method is "POST" or "PUT"),

            // Read before a route is looked for.
            _ => OwnRoutes.DistinctBy(route => route.Method),
        };
        var paths = routes.Select(route =>
            (
                route.Method,
                Path: Filled(route.Path) is var path && route.Path.StartsWith("/video/", StringComparison.Ordinal)
                    ? $"{path}?token={stored.Token}"
                    : path
            )
        );

        // The address of an upload with its own id would take the video away from those that follow.
        await AssertNoMistakeAsync(paths.Where(one => one.Method != "DELETE").Select(one => (one.Method, one.Path, header + "\r\n")));
    }

    // Those that count as wrong keys on one route only: after sixty of them an address has to wait.
    [TestCase("Authorization:")]
    [TestCase("Authorization: Bearer")]
    [TestCase("Authorization: Bearer ")]
    [TestCase("Authorization: Bearer \xff")]
    [TestCase("Authorization: Bearer \xed\xa0\x80")]
    [TestCase("Authorization: Basic !!!")]
    [TestCase("Authorization: \xe9")]
    [TestCase("X-API-Key: \xff")]
    [TestCase("X-API-Key:")]
    [TestCase("X-Admin-Key: \xff")]
    public async Task An_odd_key_is_no_mistake_of_the_server(string header) =>
        await AssertNoMistakeAsync(
            [("GET", "/api/v1/videos", header + "\r\n"), ("GET", "/admin/clients", header + "\r\n")],
            withKey: false
        );

    private async Task AssertNoMistakeAsync(IEnumerable<(string Method, string Path, string Headers)> requests, bool withKey = true)
    {
        var wrong = new List<string>();
        foreach (var (method, path, headers) in requests)
        {
            var answer = await SendAsync(method, path, headers, withKey);
            if (TroubleOf(method, answer) is { } trouble)
                wrong.Add($"{method} {Shown(path)} {Shown(headers)}: {trouble}");
        }

        Assert.That(wrong, Is.Empty, string.Join('\n', wrong));
    }

    private static string? TroubleOf(string method, string answer)
    {
        var head = Status().Match(answer);
        if (!head.Success)
            return $"no answer: '{answer}'";
        var status = int.Parse(head.Groups[1].ValueSpan, CultureInfo.InvariantCulture);
        var end = answer.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        var body = answer[(end + 4)..];
        if (status < 400)
            return null;

        // Malformed HTTP may be answered with an empty body, and an error to HEAD has none.
        if (body.Length == 0 && (method == "HEAD" || status is 400 or 414 or 431 or 413 or 501 or 505 or 411 or 417))
            return null;
        if (!answer[..end].Contains("Content-Type: application/problem+json", StringComparison.OrdinalIgnoreCase))
            return answer[..end].Contains("Content-Type: text/html", StringComparison.OrdinalIgnoreCase) && status < 500
                ? null
                : $"no problem: {answer}";
        var problem = JsonNode.Parse(body)!;
        if ((int?)problem["status"] != status || string.IsNullOrEmpty((string?)problem["error"]))
            return $"an odd problem: {body}";
        return status < 500 || IsDocumented(status, (string)problem["error"]!) ? null : body;
    }

    // Of this server, which has no model: contract §5.
    private static bool IsDocumented(int status, string error) => (status, error) is (503, "AI analysis not available");

    private async Task<string> SendAsync(string method, string path, string headers, bool withKey)
    {
        using var client = new TcpClient();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await client.ConnectAsync(Api.Address.Host, Api.Address.Port, limit.Token);
        var stream = client.GetStream();
        var host = headers.Contains("Host:", StringComparison.Ordinal) ? "" : "Host: vigint.example\r\n";
        var key = withKey ? $"Authorization: Bearer {VigintServer.Key}\r\nX-Admin-Key: {VigintServer.Key}\r\n" : "";
        var hasBody = method is "POST" or "PUT" or "DELETE";
        var length =
            !hasBody
            || headers.Contains("Content-Length:", StringComparison.Ordinal)
            || headers.Contains("Transfer-Encoding:", StringComparison.Ordinal)
                ? ""
                : "Content-Length: 2\r\n";
        var connection = headers.Contains("Connection:", StringComparison.Ordinal) ? "" : "Connection: close\r\n";
        var request = $"{method} {path} HTTP/1.1\r\n{host}{key}{length}{connection}{headers}\r\n{(hasBody ? "{}" : "")}";
        await stream.WriteAsync(Encoding.Latin1.GetBytes(request), limit.Token);

        // Of a body that was announced nothing more comes: nobody waits for the rest, and whoever has left may get no answer.
        var isUnfinished =
            headers.Contains("Content-Length:", StringComparison.Ordinal)
            || headers.Contains("Transfer-Encoding:", StringComparison.Ordinal);
        if (isUnfinished)
            client.Client.Shutdown(SocketShutdown.Send);
        using var answer = new MemoryStream();
        var buffer = new byte[16 * 1024];
        try
        {
            while (!IsWhole(method, answer) && await stream.ReadAsync(buffer, limit.Token) is > 0 and var read)
                answer.Write(buffer, 0, read);
        }
        catch (IOException) when (answer.Length > 0 || isUnfinished)
        {
            // Reset after the answer, because nobody read the rest of the request.
        }

        if (isUnfinished && answer.Length == 0)
            return "HTTP/1.1 400 \r\n\r\n";
        return Unchunked(Encoding.UTF8.GetString(answer.ToArray()));
    }

    private static bool IsWhole(string method, MemoryStream answer)
    {
        var bytes = answer.GetBuffer().AsSpan(0, (int)answer.Length);
        var end = bytes.IndexOf("\r\n\r\n"u8);
        if (end < 0)
            return false;
        var head = Encoding.Latin1.GetString(bytes[..(end + 2)]);
        if (
            method == "HEAD"
            || head.StartsWith("HTTP/1.1 204", StringComparison.Ordinal)
            || head.StartsWith("HTTP/1.1 304", StringComparison.Ordinal)
        )
            return true;
        return Length().Match(head) is { Success: true } length
            ? bytes.Length - end - 4 >= int.Parse(length.Groups[1].ValueSpan, CultureInfo.InvariantCulture)
            : bytes.EndsWith("\r\n0\r\n\r\n"u8);
    }

    private static string Unchunked(string answer)
    {
        if (!answer.Contains("Transfer-Encoding: chunked", StringComparison.OrdinalIgnoreCase))
            return answer;
        var at = answer.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4;
        var whole = new StringBuilder(answer[..at]);
        while (
            at < answer.Length
            && answer.IndexOf("\r\n", at, StringComparison.Ordinal) is > 0 and var end
            && int.TryParse(answer.AsSpan(at, end - at), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var size)
            && size > 0
        )
        {
            // Sizes count bytes, so the rest is looked at as such.
            var rest = Encoding.UTF8.GetBytes(answer[(end + 2)..]);
            whole.Append(Encoding.UTF8.GetString(rest.AsSpan(0, Math.Min(size, rest.Length))));
            answer = Encoding.UTF8.GetString(rest.AsSpan(Math.Min(size + 2, rest.Length)));
            at = 0;
        }

        return whole.ToString();
    }

    private string Filled(string route) =>
        Parameter()
            .Replace(
                route,
                one =>
                    one.Value switch
                    {
                        "{video_id}" => stored.Id,
                        var other when other.Contains(":int", StringComparison.Ordinal) => "7",
                        _ => "x",
                    }
            );

    private static string Shown(string text) =>
        (text.Length > 80 ? text[..80] + "…" : text).Replace("\r\n", "⏎", StringComparison.Ordinal).WithoutControlsForPeople();

    [GeneratedRegex(@"{[^}]*}")]
    private static partial Regex Parameter();

    [GeneratedRegex(@"\r\nContent-Length: (\d+)\r\n", RegexOptions.IgnoreCase)]
    private static partial Regex Length();

    [GeneratedRegex(@"\AHTTP/1\.1 (\d{3}) ?")]
    private static partial Regex Status();
}

file static class Texts
{
    public static string WithoutControlsForPeople(this string text) => string.Concat(text.Select(one => char.IsControl(one) ? '?' : one));
}
