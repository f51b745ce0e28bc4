using Vigint.TestSupport;

namespace Vigint.ContractTests;

/// <summary>Contract, introduction: what every error answer looks like.</summary>
public sealed class ErrorShapeTests : ContractFixture
{
    private const string Extend = "/api/v1/videos/link/extend";

    private static IEnumerable<TestCaseData> Errors()
    {
        yield return Case("An_unknown_address", "GET", "/no/such/address", 404);
        yield return Case("An_unknown_address_below_the_API", "POST", "/api/v1/nothing", 404);
        yield return Case("The_root", "GET", "/", 404);
        yield return Case("A_known_address_with_another_method", "DELETE", "/api/health", 405);
        yield return Case("A_body_that_is_no_JSON", "POST", Extend, 400, "{");
        yield return Case("A_member_of_the_wrong_type", "POST", Extend, 400, """{"video_id":[]}""");
        yield return Case("A_video_that_is_not_there", "GET", "/api/v1/videos/no-such-video", 404);
        yield return Case("A_link_without_a_token", "GET", "/video/no-such-video", 401);
        yield return Case("A_wrong_link", "GET", "/video/no-such-video?token=x", 403);
        yield return Case("A_deletion_of_nothing", "DELETE", "/api/v1/videos/upload/no-such-video", 404);
        yield return Case("A_list_that_cannot_be", "GET", "/api/v1/videos?limit=x", 400);
        yield return Case("A_clean_up_that_cannot_be", "POST", "/api/storage/cleanup", 400, """{"type":"everything"}""");
        yield return Case("An_upload_of_nothing", "POST", "/api/v1/videos/upload", 400);

        static TestCaseData Case(string name, string method, string path, int status, string? body = null) =>
            new TestCaseData(method, path, status, body).SetName($"{name}_is_a_problem");
    }

    [TestCaseSource(nameof(Errors))]
    public async Task Every_error_is_a_problem(string method, string path, int status, string? body)
    {
        var answer = await Api.SendAsync(HttpMethod.Parse(method), path, body is null ? null : new StringContent(body));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(answer.Status, Is.EqualTo(status));
            Assert.That(answer.ContentType, Is.EqualTo("application/problem+json"));
            Assert.That(answer.Text("type"), Is.Not.Empty);
            Assert.That(answer.Text("title"), Is.Not.Empty);
            Assert.That(answer.Number("status"), Is.EqualTo(status));
            Assert.That(answer.Text("detail"), Is.Not.Empty);
            Assert.That(answer.Text("error"), Is.Not.Empty);
            Assert.That(answer.Text("trace_id"), Is.EqualTo(answer.Header("X-Request-Id")));
        }
    }

    [TestCaseSource(nameof(Errors))]
    public async Task No_error_tells_of_the_servers_insides(string method, string path, int status, string? body)
    {
        var answer = await Api.SendAsync(HttpMethod.Parse(method), path, body is null ? null : new StringContent(body));

        Assert.That(
            $"{answer.Status} {answer.BodyText}",
            Does.StartWith($"{status} ")
                .And.Not.Contain("   at ")
                .And.Not.Contain("Exception")
                .And.Not.Contain("/tmp")
                .And.Not.Contain("/data")
                .And.Not.Contain(".cs:")
                .And.Not.Contain("System.")
        );
    }

    [Test]
    public async Task A_browser_at_the_root_is_shown_the_description_of_the_API()
    {
        var answer = await Anybody.GetAsync("/", ("Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"));

        Assert.That((answer.Status, answer.ContentType), Is.EqualTo((200, "text/html")));
        Assert.That(answer.BodyText, Does.Contain("<title>Vigint</title>"));
    }

    [TestCase("GET", "*/*", TestName = "A_program_that_accepts_anything_finds_nothing_at_the_root")]
    [TestCase("GET", "application/json", TestName = "A_program_that_accepts_JSON_finds_nothing_at_the_root")]
    [TestCase("POST", "text/html", TestName = "A_form_finds_nothing_at_the_root")]
    public async Task Nothing_else_is_at_the_root(string method, string accept)
    {
        var answer = await Anybody.SendAsync(HttpMethod.Parse(method), "/", headers: ("Accept", accept));

        Assert.That((answer.Status, answer.Error), Is.EqualTo((404, "Not found")));
    }

    [TestCase("video/mp4", TestName = "Who_accepts_only_videos_is_told_of_an_error_as_JSON")]
    [TestCase("text/html", TestName = "Who_prefers_pages_is_told_of_an_error_of_the_API_as_JSON")]
    public async Task An_error_of_the_API_is_JSON_whatever_is_accepted(string accept)
    {
        var answer = await Api.GetAsync("/api/v1/videos/no-such-video", ("Accept", accept));

        Assert.That((answer.Status, answer.ContentType), Is.EqualTo((404, "application/problem+json")));
    }

    [Test]
    public async Task The_callers_request_id_is_given_back_in_the_header_and_the_error()
    {
        var answer = await Api.GetAsync("/api/v1/videos/no-such-video", ("X-Request-Id", "my-request-7"));

        Assert.That((answer.Header("X-Request-Id"), answer.Text("trace_id")), Is.EqualTo(("my-request-7", "my-request-7")));
    }

    [Test]
    public async Task The_callers_request_id_is_given_back_with_a_success_too()
    {
        var answer = await Anybody.GetAsync("/api/health", ("X-Request-Id", "my-request-8"));

        Assert.That(answer.Header("X-Request-Id"), Is.EqualTo("my-request-8"));
    }

    [Test]
    public async Task Without_one_every_request_gets_an_id_of_its_own()
    {
        var first = await Anybody.GetAsync("/api/health");
        var second = await Anybody.GetAsync("/api/health");

        Assert.That(second.Header("X-Request-Id"), Is.Not.Null.And.Not.Empty.And.Not.EqualTo(first.Header("X-Request-Id")));
    }

    [TestCase("GET", "/api/v1/videos/link/extend")]
    [TestCase("GET", "/api/v1/videos/upload")]
    [TestCase("PUT", "/api/v1/videos/upload")]
    [TestCase("PATCH", "/api/v1/videos/upload")]
    [TestCase("GET", "/api/v1/videos/upload/some-id")]
    [TestCase("POST", "/api/v1/videos/upload/some-id")]
    [TestCase("POST", "/api/v1/videos/link/verify")]
    [TestCase("POST", "/api/v1/videos")]
    [TestCase("DELETE", "/api/v1/videos")]
    [TestCase("PUT", "/api/v1/videos/some-id")]
    [TestCase("POST", "/video/some-id")]
    [TestCase("DELETE", "/video/some-id")]
    [TestCase("OPTIONS", "/video/some-id")]
    [TestCase("POST", "/video/some-id/info")]
    [TestCase("POST", "/api/health")]
    [TestCase("POST", "/health")]
    [TestCase("POST", "/health/live")]
    [TestCase("POST", "/api/storage/status")]
    [TestCase("GET", "/api/storage/cleanup")]
    [TestCase("OPTIONS", "/api/storage/cleanup")]
    public async Task A_known_address_with_another_method_is_405(string method, string path)
    {
        var answer = await Api.SendAsync(HttpMethod.Parse(method), path);

        Assert.That((answer.Status, answer.ContentType), Is.EqualTo((405, "application/problem+json")));
    }

    [Test]
    public async Task Malformed_HTTP_is_refused()
    {
        using var connection = await RawConnection.OpenAsync(Api.Address);
        await connection.SendAsync("GARBAGE\r\n\r\n");

        var (status, _) = await connection.ReadAnswerAsync();

        Assert.That(status, Is.EqualTo(400));
    }

    [TestCase("/api/health")]
    [TestCase("/api/v1/videos")]
    [TestCase("/no/such/address")]
    public async Task Nothing_is_open_to_pages_of_other_sites(string path)
    {
        var answer = await Api.GetAsync(path, ("Origin", "https://elsewhere.example"));

        Assert.That(answer.Headers.Keys, Has.None.StartsWith("Access-Control-"));
    }
}
