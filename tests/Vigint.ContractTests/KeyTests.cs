using System.Text;
using Vigint.TestSupport;

namespace Vigint.ContractTests;

/// <summary>Contract §2.</summary>
public sealed class KeyTests : ContractFixture
{
    private const string StoreKey = "the-video-stores-key-0123456789";
    private const string Status = "/api/storage/status";

    // What is needed where

    private static readonly string[] NeedingAKey =
    [
        "GET /api/storage/status",
        "POST /api/storage/cleanup",
        "GET /api/v1/videos",
        "GET /api/v1/videos/some-id",
        "POST /api/v1/videos/link/extend",
        "DELETE /api/v1/videos/upload/some-id",
    ];

    [TestCaseSource(nameof(NeedingAKey))]
    public async Task Without_a_key_it_is_said_that_one_is_required(string call)
    {
        var answer = await SendAsync(Anybody, call);

        Assert.That((answer.Status, answer.Error), Is.EqualTo((401, "API key required")));
    }

    [TestCaseSource(nameof(NeedingAKey))]
    public async Task A_wrong_bearer_is_said_to_be_invalid(string call)
    {
        var answer = await SendAsync(Anybody, call, ("Authorization", "Bearer wrong"));

        Assert.That((answer.Status, answer.Error), Is.EqualTo((401, "Invalid API key")));
    }

    [TestCaseSource(nameof(NeedingAKey))]
    public async Task A_wrong_key_in_the_other_header_is_said_to_be_invalid(string call)
    {
        var answer = await SendAsync(Anybody, call, ("X-API-Key", "wrong"));

        Assert.That((answer.Status, answer.Error), Is.EqualTo((401, "Invalid API key")));
    }

    [Test]
    public async Task An_upload_without_a_key_is_said_to_lack_its_header()
    {
        var answer = await Anybody.UploadAsync(UploadForm.Usual("a", Clips.Fake()));

        Assert.That((answer.Status, answer.Error), Is.EqualTo((401, "Authorization header missing")));
    }

    [TestCase("Authorization", "Bearer wrong", TestName = "An_upload_with_a_wrong_bearer_is_forbidden")]
    [TestCase("X-API-Key", "wrong", TestName = "An_upload_with_a_wrong_key_in_the_other_header_is_forbidden")]
    public async Task An_upload_with_a_wrong_key_is_forbidden(string name, string value)
    {
        var answer = await Anybody.UploadAsync(UploadForm.Usual("a", Clips.Fake()), (name, value));

        Assert.That((answer.Status, answer.Error), Is.EqualTo((403, "Invalid API key")));
    }

    [Test]
    public async Task An_upload_with_another_scheme_alone_lacks_its_header()
    {
        var answer = await Anybody.UploadAsync(UploadForm.Usual("a", Clips.Fake()), ("Authorization", "Basic dTpw"));

        Assert.That((answer.Status, answer.Error), Is.EqualTo((401, "Authorization header missing")));
    }

    // The two headers

    [TestCase("Authorization", "Bearer {0}", TestName = "A_bearer_is_accepted")]
    [TestCase("X-API-Key", "{0}", TestName = "The_other_header_is_accepted")]
    public async Task Either_header_works(string name, string value)
    {
        var answer = await Anybody.GetAsync(Status, (name, value.Replace("{0}", ContractTarget.Key, StringComparison.Ordinal)));

        Assert.That(answer.Status, Is.EqualTo(200));
    }

    [Test]
    public async Task A_wrong_bearer_decides_over_a_right_key_in_the_other_header()
    {
        var answer = await Anybody.GetAsync(Status, ("Authorization", "Bearer wrong"), ("X-API-Key", ContractTarget.Key));

        Assert.That(answer.Status, Is.EqualTo(401));
    }

    [Test]
    public async Task A_right_bearer_decides_over_a_wrong_key_in_the_other_header()
    {
        var answer = await Anybody.GetAsync(Status, ("Authorization", $"Bearer {ContractTarget.Key}"), ("X-API-Key", "wrong"));

        Assert.That(answer.Status, Is.EqualTo(200));
    }

    [TestCase("Basic dTpw", TestName = "Basic_is_ignored")]
    [TestCase("Digest username=\"u\"", TestName = "Digest_is_ignored")]
    [TestCase("BearerToken abc", TestName = "A_scheme_that_only_begins_like_Bearer_is_ignored")]
    public async Task An_authorization_of_another_scheme_is_ignored(string authorization)
    {
        var answer = await Anybody.GetAsync(Status, ("Authorization", authorization), ("X-API-Key", ContractTarget.Key));

        Assert.That(answer.Status, Is.EqualTo(200));
    }

    [Test]
    public async Task An_authorization_of_another_scheme_alone_is_no_key()
    {
        var answer = await Anybody.GetAsync(Status, ("Authorization", "Basic dTpw"));

        Assert.That((answer.Status, answer.Error), Is.EqualTo((401, "API key required")));
    }

    [TestCase("{0}x", TestName = "A_key_with_something_behind_it_is_wrong")]
    [TestCase("x{0}", TestName = "A_key_with_something_before_it_is_wrong")]
    public async Task A_key_that_is_almost_right_is_wrong(string form)
    {
        var key = form.Replace("{0}", ContractTarget.Key, StringComparison.Ordinal);

        var answer = await Anybody.GetAsync(Status, ("X-API-Key", key));

        Assert.That(answer.Status, Is.EqualTo(401));
    }

    [Test]
    public async Task A_key_in_other_case_is_wrong()
    {
        var answer = await Anybody.GetAsync(Status, ("X-API-Key", ContractTarget.Key.ToUpperInvariant()));

        Assert.That(answer.Status, Is.EqualTo(401));
    }

    // The two keys

    [TestCase(VigintServer.Key, TestName = "The_operators_key_is_accepted")]
    [TestCase(StoreKey, TestName = "The_video_stores_key_is_accepted")]
    [OwnServer("its settings")]
    public async Task Both_keys_are_the_operators(string key)
    {
        await using var server = new VigintServer(settings: ("SPARSE_AI_API_KEY", StoreKey));
        using var api = new VideoApi(server.NewClient(key));

        var answer = await api.UploadAsync(UploadForm.Usual("a", Clips.Fake()));

        Assert.That(answer.Status, Is.EqualTo(200));
    }

    [Test]
    [OwnServer("its settings")]
    public async Task What_was_uploaded_with_one_of_the_keys_is_deleted_with_the_other()
    {
        await using var server = new VigintServer(settings: ("SPARSE_AI_API_KEY", StoreKey));
        using var uploader = new VideoApi(server.NewClient(StoreKey));
        using var deleter = new VideoApi(server.NewClient());
        await uploader.StoreAsync("a", Clips.Fake());

        var answer = await deleter.DeleteAsync(Upload("a"));

        Assert.That(answer.Status, Is.EqualTo(204));
    }

    [Test]
    [OwnServer("its settings")]
    public async Task An_empty_store_key_is_no_key()
    {
        await using var server = new VigintServer(settings: ("SPARSE_AI_API_KEY", ""));
        using var api = new VideoApi(server.NewClient(key: null));

        var answer = await api.GetAsync(Status, ("X-API-Key", ""));

        Assert.That(answer.Status, Is.EqualTo(401));
    }

    // The key in the address

    [TestCase(null, 401, TestName = "Usually_a_key_in_the_address_is_not_looked_at")]
    [TestCase("false", 401, TestName = "When_it_is_not_allowed_a_key_in_the_address_is_not_looked_at")]
    [TestCase("true", 200, TestName = "When_it_is_allowed_a_key_in_the_address_is_accepted")]
    [OwnServer("its settings")]
    public async Task A_key_in_the_address_is_accepted_only_when_allowed(string? allowed, int status)
    {
        await using var server = new VigintServer(settings: ("ALLOW_QUERY_API_KEY", allowed ?? ""));
        using var api = new VideoApi(server.NewClient(key: null));

        var answer = await api.GetAsync($"{Status}?api_key={VigintServer.Key}");

        Assert.That(answer.Status, Is.EqualTo(status));
    }

    [Test]
    [OwnServer("its settings")]
    public async Task A_wrong_key_in_the_address_is_said_to_be_invalid()
    {
        await using var server = new VigintServer(settings: ("ALLOW_QUERY_API_KEY", "true"));
        using var api = new VideoApi(server.NewClient(key: null));

        var answer = await api.GetAsync($"{Status}?api_key=wrong");

        Assert.That((answer.Status, answer.Error), Is.EqualTo((401, "Invalid API key")));
    }

    // Refusals before the body

    [TestCase("", 401, "Authorization header missing", TestName = "Who_pushes_60_MB_without_a_key_can_read_why_it_is_refused")]
    [TestCase(
        "Authorization: Bearer wrong\r\n",
        403,
        "Invalid API key",
        TestName = "Who_pushes_60_MB_with_a_wrong_key_can_read_why_it_is_refused"
    )]
    public async Task A_refusal_is_readable_after_60_MB(string header, int status, string error)
    {
        const int size = 60 * 1024 * 1024;
        using var connection = await RawConnection.OpenAsync(Api.Address);
        await connection.SendAsync(
            $"POST /api/v1/videos/upload HTTP/1.1\r\nHost: x\r\n{header}Content-Type: {UploadForm.ContentType}\r\nContent-Length: "
                + $"{size}\r\n\r\n"
        );
        await PushAsync(connection, size);

        var answer = await connection.ReadAnswerAsync();

        Assert.That($"{answer.Status} {answer.Body}", Does.StartWith($"{status} ").And.Contain(error));
    }

    [Test]
    public async Task Who_pushes_60_MB_that_are_no_video_can_read_why_they_are_refused()
    {
        const int size = 60 * 1024 * 1024;
        var start = Encoding.ASCII.GetBytes(
            $"--{UploadForm.Boundary}\r\nContent-Disposition: form-data; name=\"video\"; filename=\"x.mp4\"\r\n\r\n"
        );
        using var connection = await RawConnection.OpenAsync(Api.Address);
        await connection.SendAsync(
            $"POST /api/v1/videos/upload HTTP/1.1\r\nHost: x\r\nX-API-Key: {ContractTarget.Key}\r\nContent-Type: "
                + $"{UploadForm.ContentType}\r\nContent-Length: {size + start.Length}\r\n\r\n"
        );
        await connection.SendAsync(start);
        await PushAsync(connection, size);

        var (status, _) = await connection.ReadAnswerAsync();

        Assert.That(status, Is.EqualTo(415));
    }

    [Test]
    public async Task Who_was_told_to_continue_can_read_why_it_is_refused()
    {
        const int size = 60 * 1024 * 1024;
        using var connection = await RawConnection.OpenAsync(Api.Address);
        await connection.SendAsync(
            $"POST /api/v1/videos/upload HTTP/1.1\r\nHost: x\r\nX-API-Key: {ContractTarget.Key}\r\nExpect: "
                + $"100-continue\r\nContent-Type: {UploadForm.ContentType}\r\nContent-Length: {size}\r\n\r\n"
        );
        var form = UploadForm.Usual(NewId(), new byte[1024]).ToBytes();
        var told = await connection.ReadAnswerAsync();
        await connection.SendAsync(form);
        await PushAsync(connection, size - form.Length);

        var answer = await connection.ReadAnswerAsync();

        Assert.That((told.Status, answer.Status), Is.EqualTo((100, 415)));
    }

    [Test]
    public async Task Who_pushes_60_MB_to_another_address_can_read_why_it_is_refused()
    {
        const int size = 60 * 1024 * 1024;
        using var connection = await RawConnection.OpenAsync(Api.Address);
        await connection.SendAsync(
            $"POST /api/v1/videos/link/extend HTTP/1.1\r\nHost: x\r\nX-API-Key: {ContractTarget.Key}\r\nContent-Type: "
                + $"application/json\r\nContent-Length: {size}\r\n\r\n"
        );
        await PushAsync(connection, size);

        var (status, _) = await connection.ReadAnswerAsync();

        Assert.That(status, Is.EqualTo(413).Or.EqualTo(400));
    }

    private static async Task PushAsync(RawConnection connection, int size)
    {
        var piece = new byte[1024 * 1024];
        for (var sent = 0; sent < size; sent += piece.Length)
            await connection.SendAsync(piece);
    }

    private static Task<Answer> SendAsync(VideoApi api, string call, params (string Name, string Value)[] headers)
    {
        var parts = call.Split(' ');
        return api.SendAsync(HttpMethod.Parse(parts[0]), parts[1], null, headers);
    }
}
