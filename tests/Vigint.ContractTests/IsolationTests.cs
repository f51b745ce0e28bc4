using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Vigint.Api.Keys;
using Vigint.TestSupport;

namespace Vigint.ContractTests;

/// <summary>Contract §2: what belongs to another client is answered exactly like what does not exist.</summary>
[OwnServer("its clients are counted and listed")]
public sealed class IsolationTests : ContractFixture
{
    private const string NoId = "no-such-video";

    // With {id} for a video's id. Every endpoint that a key opens is here; a test sees to that.
    private static readonly (string Call, string? Body)[] WithAnId =
    [
        ("GET /api/v1/videos/{id}", null),
        ("GET /api/v1/videos/{id}/audit", null),
        ("DELETE /api/v1/videos/upload/{id}", null),
        ("POST /api/v1/videos/link/extend", """{"video_id":"{id}","additional_hours":1}"""),
        ("POST /api/video/analyze", """{"video_id":"{id}"}"""),
    ];

    private static readonly string[] OfAlerts = ["GET /api/alerts/{id}", "POST /api/alerts/{id}/resend"];

    private static readonly string[] OfDownloads = ["GET /api/video/download/{id}", "HEAD /api/video/download/{id}"];

    private static readonly string[] WithoutAnId =
    [
        "GET /api/v1/videos",
        "POST /api/v1/videos/upload",
        "GET /api/storage/status",
        "POST /api/storage/cleanup",
        "GET /api/usage",
        "POST /api/video/compress",
        "POST /api/video/create",
        "POST /api/video/upload",
        "POST /api/video/buffer",
        "POST /api/video/buffer/batch",
        "POST /api/video/multi-source/buffer",
        "POST /api/video/multi-source/analyze",
        "POST /api/video/alert",
        "GET /api/alerts",
    ];

    private StoredVideo theirs = null!;
    private VideoApi shop = null!;
    private VideoApi owner = null!;

    [OneTimeSetUp]
    public async Task UploadAsAnother()
    {
        using var admin = new AdminApi(Server.NewClient(key: null));
        owner = new VideoApi(Server.NewClient((await admin.AddClientAsync()).Key));
        shop = new VideoApi(Server.NewClient((await admin.AddClientAsync()).Key));
        theirs = await owner.StoreAsync(VideoApi.NewId(), Clips.Fake());
    }

    [OneTimeTearDown]
    public void Leave()
    {
        shop?.Dispose();
        owner?.Dispose();
    }

    private static IEnumerable<TestCaseData> CallsWithAnId() =>
        WithAnId.Select(one => new TestCaseData(one.Call, one.Body).SetName($"Another_clients_video_is_none_for ({one.Call})"));

    [TestCaseSource(nameof(CallsWithAnId))]
    public async Task Another_clients_video_is_answered_like_an_unknown_one(string call, string? body)
    {
        var ofTheirs = await SendAsync(shop, call, body, theirs.Id);
        var ofNone = await SendAsync(shop, call, body, NoId);

        Assert.That(Comparable(ofTheirs, theirs.Id), Is.EqualTo(Comparable(ofNone, NoId)));
        Assert.That(ofTheirs.Status, Is.EqualTo(404));
        Assert.That((await owner.GetAsync(Record(theirs.Id))).Text("expiration_time"), Is.EqualTo(theirs.Expiration));
    }

    [Test]
    public async Task A_list_holds_ones_own_alone()
    {
        var own = await shop.StoreAsync(NewId(), Clips.Fake());

        var videos = (await shop.GetAsync("/api/v1/videos?limit=200")).Member("videos")!.AsArray();

        Assert.That(videos.Select(one => one!["video_id"]!.GetValue<string>()), Is.EqualTo(new[] { own.Id }));
        await shop.DeleteAsync(Upload(own.Id));
    }

    [Test]
    public async Task A_clean_up_spares_what_is_anothers()
    {
        var answer = await shop.PostAsync("/api/storage/cleanup", """{"max_age_hours":0}""");

        Assert.That((answer.Status, answer.Member("cleanup_result")!["cleaned"]!.GetValue<int>()), Is.EqualTo((200, 0)));
        Assert.That((await owner.GetAsync(Record(theirs.Id))).Status, Is.EqualTo(200));
    }

    [Test]
    public async Task The_state_of_the_storage_counts_ones_own_alone()
    {
        var answer = await shop.GetAsync("/api/storage/status");

        Assert.That(answer.Number("videos_count"), Is.Zero);
    }

    [Test]
    public async Task A_buffer_holds_ones_own_frames_alone()
    {
        var frame = await Clips.PictureAsync("64x48");
        await owner.BufferAsync(frame);
        await owner.BufferOfSourceAsync("till", frame);

        Assert.That((await shop.BufferAsync(frame)).Number("buffer_size"), Is.EqualTo(1));
        Assert.That((await shop.BufferOfSourceAsync("till", frame)).Number("buffer_size"), Is.EqualTo(1));
    }

    [Test]
    public async Task An_upload_to_anothers_id_is_a_conflict_and_changes_nothing()
    {
        var byShop = await shop.UploadAsync(UploadForm.Usual(theirs.Id, Clips.Fake(seed: 2)));
        var byOperator = await Api.UploadAsync(UploadForm.Usual(theirs.Id, Clips.Fake(seed: 2)));

        Assert.That((byShop.Status, byOperator.Status), Is.EqualTo((409, 409)));
        Assert.That((await Anybody.GetAsync(theirs.Link)).Body, Is.EqualTo(Clips.Fake()));
    }

    [TestCaseSource(nameof(OfDownloads))]
    public async Task Another_clients_download_is_answered_like_an_unknown_one(string call)
    {
        var frame = Convert.ToBase64String(await Clips.PictureAsync("320x240"));
        var made = await owner.PostAsync("/api/video/create", $$"""{"frames":["{{frame}}","{{frame}}"],"fps":2}""");
        var id = made.Text("download_url").Split('/')[^1];

        var ofTheirs = await SendAsync(shop, call, body: null, id);
        var ofNone = await SendAsync(shop, call, body: null, new string('0', id.Length));

        Assert.That((ofTheirs.Status, ofTheirs.Body.Length), Is.EqualTo((404, ofNone.Body.Length)));
        Assert.That((ofNone.Status, (await SendAsync(owner, call, body: null, id)).Status), Is.EqualTo((404, 200)));
    }

    [TestCaseSource(nameof(OfAlerts))]
    public async Task Another_clients_alert_is_answered_like_an_unknown_one(string call)
    {
        var id = (await owner.RaiseAsync("Something.")).Text("alert_id");
        var none = $"{id[..^12]}AAAAAAAAAAAA";

        var ofTheirs = await SendAsync(shop, call, body: null, id);

        Assert.That(Comparable(ofTheirs, id), Is.EqualTo(Comparable(await SendAsync(shop, call, body: null, none), none)));
        Assert.That(
            (ofTheirs.Status, (await SendAsync(owner, call, body: null, id)).Status, (await SendAsync(Api, call, body: null, id)).Status),
            Is.EqualTo((404, 200, 200))
        );
    }

    [Test]
    public async Task A_list_of_alerts_holds_ones_own_alone()
    {
        // Invented ones, for which no clip is stored.
        await owner.RaiseAsync("Mock analysis of frame 1: theirs");
        await shop.RaiseAsync("Mock analysis of frame 1: ours");

        var alerts = (await shop.GetAsync($"{AlertCalls.Alerts}?state=ignored")).Member("alerts")!.AsArray();

        Assert.That(
            alerts.Select(one => one!["incident_summary"]!.GetValue<string>()),
            Is.EqualTo(new[] { "Mock analysis of frame 1: ours" })
        );
    }

    [Test]
    public async Task An_alert_does_not_link_anothers_video()
    {
        var answer = await shop.RaiseAsync("With a clip that is not ours.", new JsonObject { ["video_id"] = theirs.Id });

        Assert.That(
            (answer.Inner("video_link", "available"), answer.Inner("video_link", "error")),
            Is.EqualTo(("false", "Video not found"))
        );
    }

    [Test]
    public async Task The_operator_sees_extends_and_deletes_a_clients_video()
    {
        var video = await owner.StoreAsync(NewId(), Clips.Fake());

        var seen = await Api.GetAsync(Record(video.Id));
        var extended = await Api.ExtendAsync(video.Id, 1);
        var deleted = await Api.DeleteAsync(Upload(video.Id));

        Assert.That((seen.Status, extended.Id, deleted.Status), Is.EqualTo((200, video.Id, 204)));
    }

    [Test]
    public void Every_endpoint_that_a_key_opens_is_tried_here()
    {
        var opened = Server
            .Services.GetRequiredService<EndpointDataSource>()
            .Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => Policies.Of(endpoint.Metadata) is Policies.Caller or Policies.Uploader)
            .SelectMany(endpoint =>
                endpoint
                    .Metadata.GetMetadata<HttpMethodMetadata>()!
                    .HttpMethods.Select(method =>
                        $"{method} /{Regex.Replace(endpoint.RoutePattern.RawText!, "{(video|alert)_id}", "{id}")}"
                    )
            );

        Assert.That(WithoutAnId.Concat(OfDownloads).Concat(OfAlerts).Concat(WithAnId.Select(one => one.Call)), Is.EquivalentTo(opened));
    }

    private static Task<Answer> SendAsync(VideoApi api, string call, string? body, string id)
    {
        var parts = call.Replace("{id}", id, StringComparison.Ordinal).Split(' ');
        return api.SendAsync(
            HttpMethod.Parse(parts[0]),
            parts[1],
            body is null ? null : new StringContent(body.Replace("{id}", id, StringComparison.Ordinal))
        );
    }

    private static string Comparable(Answer answer, string id)
    {
        var body = answer.Json.AsObject();
        body.Remove("trace_id");
        var headers = answer
            .Headers.Where(one => !one.Key.Equals("X-Request-Id", StringComparison.OrdinalIgnoreCase) && one.Key != "Date")
            .OrderBy(one => one.Key, StringComparer.Ordinal);
        return $"{answer.Status} {string.Join("; ", headers.Select(one => $"{one.Key}={one.Value}"))} {body.ToJsonString()}".Replace(
            id,
            "ID",
            StringComparison.Ordinal
        );
    }
}
