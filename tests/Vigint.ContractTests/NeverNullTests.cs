using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Vigint.TestSupport;

namespace Vigint.ContractTests;

/// <summary>
/// What the old servers sent as a number, a text or a flag is one in every answer, also where nothing is known: old clients format it
/// without a look. Only what the contract promises as null is (contract, members that are not known).
/// </summary>
[OwnServer("its model")]
public sealed class NeverNullTests
{
    private const string VideoLink =
        "video_link.available:flag video_link.video_url:text video_link.video_id:text video_link.expiration_time:text "
        + "video_link.file_size_mb:number";

    private const string Alert =
        "success:flag status:text timestamp:text alert_id:text to:text client_name:text risk_level:text frame_count:number "
        + "incident_summary:text "
        + VideoLink
        + " email_delivery.success:flag email_delivery.delivery_status:text email_delivery.attempts:number "
        + "email_delivery.retry_count:number"
        + " email_delivery.delivery_time:number";

    private const string Analysis =
        "analysis:text description:text has_security_incident:flag incident_detected:flag incident_type:text risk_level:text "
        + "timestamp:text frame_count:number"
        + " client_email:text";

    private const string Disk =
        "disk_free_gb:number disk_used_gb:number disk_total_gb:number temp_files_count:number temp_files_size_mb:number "
        + "disk_info.available:flag"
        + " disk_info.free_gb:number disk_info.total_gb:number disk_info.used_gb:number temp_files.tracked:number "
        + "temp_files.existing:number"
        + " temp_files.total_size_mb:number status:text";

    private FakeGemini gemini = null!;
    private VigintServer server = null!;
    private VideoApi api = null!;
    private VideoApi shop = null!;
    private AdminApi admin = null!;
    private MadeClient client = null!;

    // The operator has no address, and there is no mail server: as much as possible is not known.
    [OneTimeSetUp]
    public async Task Start()
    {
        gemini = await FakeGemini.StartAsync();
        server = new VigintServer(settings: gemini.Settings);
        api = new VideoApi(server.NewClient());
        admin = new AdminApi(server.NewClient(key: null));
        client = await admin.AddClientAsync();
        shop = VideoApi.At(api.Address, client.Key);
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        api.Dispose();
        shop.Dispose();
        admin.Dispose();
        await server.DisposeAsync();
        await gemini.DisposeAsync();
    }

    [Test]
    public async Task Of_an_alert_without_a_clip() => AssertKinds(await shop.RaiseAsync(NewText()), Alert);

    [Test]
    public async Task Of_an_alert_whose_clip_is_none() =>
        AssertKinds(await shop.RaiseAsync(NewText(), new JsonObject { ["video_data"] = "no base64!" }), Alert + " video_link.error:text");

    [Test]
    public async Task Of_an_alert_with_a_clip() =>
        AssertKinds(
            await shop.RaiseAsync(NewText(), new JsonObject { ["video_data"] = Convert.ToBase64String(Clips.Fake(seed: 77)) }),
            Alert
        );

    [Test]
    public async Task Of_an_alert_that_came_before()
    {
        var text = NewText();
        await shop.RaiseAsync(text);

        AssertKinds(await shop.RaiseAsync(text), Alert);
    }

    [Test]
    public async Task Of_an_alert_that_was_made_up() => AssertKinds(await shop.RaiseAsync("Mock analysis of frame 7"), Alert);

    [Test]
    public async Task Of_an_analysis_without_an_incident()
    {
        gemini.Screening.Answers(incident: false, type: "none");

        AssertKinds(await AnalyzeAsync(seed: 1), Analysis);
    }

    [Test]
    public async Task Of_an_analysis_with_an_incident()
    {
        gemini.Screening.Answers(incident: true);
        gemini.Confirmation.Answers(incident: true);

        AssertKinds(await AnalyzeAsync(seed: 2), Analysis + " flash_confirmation:flag detailed_analysis:text");
    }

    [Test]
    public async Task Of_an_analysis_with_an_incident_that_was_none()
    {
        gemini.Screening.Answers(incident: true);
        gemini.Confirmation.Answers(incident: false);

        AssertKinds(await AnalyzeAsync(seed: 3), Analysis + " flash_confirmation:flag flash_veto:flag veto_reason:text");
    }

    [Test]
    public async Task Of_an_analysis_of_several_sources()
    {
        gemini.Screening.Answers(incident: false, type: "none");
        await api.BufferOfSourceAsync("cam-1", await Clips.PictureAsync("64x64"));

        AssertKinds(
            await api.PostAsync("/api/video/multi-source/analyze", "{}"),
            "client_name:text client_email:text timestamp:text sources_analyzed:number "
                + "summary.total_incidents_detected_by_flash_lite:number"
                + " summary.total_incidents_confirmed_by_flash:number summary.total_incidents_vetoed:number "
                + "summary.has_any_confirmed_incident:flag"
                + " sources.cam-1.source_name:text sources.cam-1.buffer_size:number sources.cam-1.incident_frames_count:number "
                + string.Join(' ', Analysis.Split(' ').Select(member => $"sources.cam-1.{member}"))
        );
    }

    [Test]
    public async Task Of_what_is_taken_in_to_be_analysed()
    {
        var frame = await Clips.PictureAsync("64x64");

        AssertKinds(
            await shop.UploadClipAsync(await Clips.FiveSecondsAsync()),
            "status:text video_size_mb:number frame_count:number duration:number ready_for_analysis:flag"
        );
        AssertKinds(await shop.BufferAsync(frame), "status:text frame_count:number buffer_size:number timestamp:text");
        AssertKinds(await shop.BufferBatchAsync([frame]), "status:text frames_added:number buffer_size:number");
        AssertKinds(await shop.BufferOfSourceAsync("cam-2", frame), "success:flag source_id:text buffer_size:number frame_count:number");
    }

    [Test]
    public async Task Of_what_is_made_of_media()
    {
        var frame = Convert.ToBase64String(await Clips.PictureAsync("64x64"));

        AssertKinds(
            await api.CompressAsync(await Clips.FiveSecondsAsync()),
            "success:flag compressed:flag video_data:text original_size:number compressed_size:number original_size_mb:number "
                + "final_size_mb:number"
                + " compression_ratio:number"
        );
        AssertKinds(
            await api.CreateAsync([frame, frame, frame], new JsonObject { ["fps"] = 7 }),
            "success:flag video_data:text download_url:text frames_processed:number failed_frames:number duration:number "
                + "duration_seconds:number fps:number"
                + " resolution:text"
        );
    }

    [Test]
    public async Task Of_stored_videos()
    {
        var answer = await api.UploadAsync(UploadForm.Usual(VideoApi.NewId(), Clips.Fake(), hours: "96"));
        var stored = VideoApi.StoredFrom(answer);

        AssertKinds(answer, "success:flag video_id:text private_link:text expiration_time:text message:text");
        AssertKinds(
            await api.PostAsync("/api/v1/videos/link/extend", $$"""{"video_id":"{{stored.Id}}","additional_hours":0.0123456789}"""),
            "success:flag new_expiration:text total_hours:number"
        );
        AssertKinds(
            await api.GetAsync($"/api/v1/videos/link/verify?video_id={stored.Id}&token={stored.Token}"),
            "valid:flag expiration_time:text remaining_hours:number"
        );
        AssertKinds(
            await api.GetAsync($"/video/{stored.Id}/info?token={stored.Token}"),
            "video_id:text filename:text size_mb:number upload_time:text expiration_time:text available:flag"
        );
    }

    [Test]
    public async Task Of_the_storage_and_of_health()
    {
        AssertKinds(await api.GetAsync("/api/storage/status"), Disk);
        AssertKinds(
            await api.PostAsync("/api/storage/cleanup", """{"dry_run":true}"""),
            "cleanup_result.cleaned:number cleanup_result.failed:number cleanup_result.total:number cleanup_result.freed_mb:number "
                + "cleanup_type:text "
                + string.Join(' ', Disk.Split(' ').Select(member => $"disk_info_after.{member}"))
        );
        AssertKinds(
            await api.GetAsync("/api/health"),
            "status:text timestamp:number version:text services.database:text services.storage:text services.ffmpeg:text "
                + "services.analysis:text"
                + " services.email:text"
        );
    }

    [Test]
    public async Task Of_the_usage()
    {
        await api.GetAsync("/api/storage/status");
        var answer = await api.GetAsync("/api/usage");
        await Eventually.RequireAsync(
            "a call is recorded",
            async () => (answer = await api.GetAsync("/api/usage")).Number("usage_count") > 0
        );

        AssertKinds(
            answer,
            "api_key_id:number client_name:text usage_count:number usage.0.timestamp:text usage.0.endpoint:text usage.0.method:text "
                + "usage.0.status_code:number"
                + " usage.0.cost:number"
        );
    }

    [Test]
    public async Task Of_clients()
    {
        var other = await admin.AddClientAsync();

        AssertKinds(
            await admin.GetAsync("/admin/clients"),
            "count:number clients.0.id:number clients.0.name:text clients.0.email:text clients.0.created_at:text "
                + "clients.0.api_keys.0.id:number"
                + " clients.0.api_keys.0.is_active:flag clients.0.api_keys.0.name:text clients.0.api_keys.0.created_at:text"
        );
        AssertKinds(
            await admin.PostAsync($"/admin/clients/{other.Id}/reactivate"),
            "success:flag client_id:number client_name:text reactivated_count:number message:text"
        );
        AssertKinds(
            await admin.PostAsync($"/admin/clients/{other.Id}/revoke"),
            "success:flag client_id:number client_name:text revoked_count:number message:text"
        );
        AssertKinds(
            await admin.PostAsync("/admin/clients", $$"""{"name":"x","email":"{{Guid.NewGuid():N}}@example.org"}"""),
            "success:flag client_id:number name:text email:text api_key:text warning:text"
        );
    }

    /// <param name="members">The way to a member, and of what kind it is.</param>
    private static void AssertKinds(Answer answer, string members)
    {
        Assert.That(answer.Status, Is.AnyOf(200, 201, 207), answer.ToString());
        var wrong = members
            .Split(' ')
            .Select(one => one.Split(':'))
            .Select(one => (Member: one[0], Is: KindOf(MemberOf(answer.Json, one[0])), Promised: one[1]))
            .Where(one => one.Is != one.Promised)
            .Select(one => $"{one.Member}: {one.Is} and not {one.Promised}")
            .ToList();

        Assert.That(wrong, Is.Empty, answer.BodyText);
        Assert.That(LongNumbersIn(answer.Json, ""), Is.Empty);
    }

    private static JsonNode? MemberOf(JsonNode? node, string path) =>
        path.Split('.')
            .Aggregate(node, (at, name) => at is JsonArray list ? list[int.Parse(name, CultureInfo.InvariantCulture)] : at?[name]);

    private static string KindOf(JsonNode? node) =>
        node?.GetValueKind() switch
        {
            JsonValueKind.Number => "number",
            JsonValueKind.String => "text",
            JsonValueKind.True or JsonValueKind.False => "flag",
            null => "null",
            var other => $"{other}",
        };

    // Money and hours have units that people read; nobody reads a tenth of a millisecond.
    private static IEnumerable<string> LongNumbersIn(JsonNode? node, string name) =>
        node switch
        {
            JsonObject members => members.SelectMany(one => LongNumbersIn(one.Value, one.Key)),
            JsonArray items => items.SelectMany(item => LongNumbersIn(item, name)),
            JsonValue value when value.GetValueKind() == JsonValueKind.Number && DecimalsOf(value) > MostDecimalsOf(name) =>
            [
                $"{name}: {value.ToJsonString()}",
            ],
            _ => [],
        };

    private static int MostDecimalsOf(string name) =>
        name switch
        {
            _ when name.StartsWith("cost", StringComparison.Ordinal) => 6,
            "compression_ratio" => 4,
            _ when name.EndsWith("_hours", StringComparison.Ordinal) || name.EndsWith("_mb", StringComparison.Ordinal) => 2,
            _ => 3,
        };

    private static int DecimalsOf(JsonValue number) =>
        number.ToJsonString() is var text && text.IndexOf('.', StringComparison.Ordinal) is >= 0 and var point
            ? text.Length - point - 1
            : 0;

    private Task<Answer> AnalyzeAsync(int seed) =>
        api.SendAsync(
            HttpMethod.Post,
            "/api/video/analyze",
            new StringContent($$"""{"video_data":"{{Convert.ToBase64String(Clips.Fake(seed: 9000 + seed))}}"}""")
        );

    private static string NewText() => $"Something happened ({Guid.NewGuid():N}).";
}
