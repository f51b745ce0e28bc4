using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Vigint.TestSupport;

namespace Vigint.ContractTests;

/// <summary>Contract §4, metrics. On processes of their own: servers in one process would count together.</summary>
[OwnServer("its counts")]
public sealed partial class MetricsTests
{
    private const string Metrics = "/metrics";
    private const string WrongKey = "a-wrong-key-that-somebody-mistyped";

    private TemporaryFolder folder = null!;
    private FakeGemini gemini = null!;
    private VigintProcess server = null!;
    private StoredVideo stored = null!;
    private MadeClient client = null!;
    private byte[] clip = null!;
    private MetricLines metrics = null!;

    [OneTimeSetUp]
    public async Task MakeCalls()
    {
        folder = new TemporaryFolder();
        gemini = await FakeGemini.StartAsync();
        server = await VigintProcess.StartAsync(
            folder.Path,
            [.. gemini.Settings, ("RENDITIONS", "false"), ("EMAIL_TO", "operator@example.org")]
        );
        using var anybody = VideoApi.At(server.Address, key: null);
        using var admin = new AdminApi(new HttpClient { BaseAddress = server.Address }, VigintProcess.Key);
        client = await admin.AddClientAsync("The shop at the corner");

        clip = await Clips.FiveSecondsAsync();
        stored = await server.Api.StoreAsync("counted", clip);
        await server.Api.StoreAsync("counted", clip);
        await anybody.GetAsync(stored.Link);
        await anybody.GetAsync(stored.Link, ("Range", "bytes=0-9"));
        await anybody.GetAsync("/video/counted?token=0123456789abcdef0123456789abcdef");

        gemini.Screening.Says("no JSON").Answers(incident: true);
        gemini.Confirmation.Answers(incident: true);
        await server.Api.PostAsync("/api/video/analyze", """{"video_id":"counted"}""");
        await server.Api.RaiseAsync("A man takes a bottle.", new JsonObject { ["video_id"] = "counted" });
        await server.Api.CompressAsync(clip, new JsonObject { ["max_size_mb"] = 0.05 });

        // An answer is told a moment before it is counted.
        await Eventually.RequireAsync(
            "all is counted",
            async () =>
            {
                metrics = await MetricLines.ReadAsync(server.Api);
                return Requests("api/video/compress", 200) == 1
                    && metrics.Sum("vigint_sweep_videos_total") is not null
                    && metrics.Sum("vigint_journal_lost_total") is not null;
            }
        );
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        await server.DisposeAsync();
        await gemini.DisposeAsync();
        folder.Dispose();
    }

    // What is counted

    [Test]
    public void Uploads_are_counted_by_outcome_with_their_bytes()
    {
        Assert.That(
            (Sum("vigint_video_uploads_total", ("outcome", "stored")), Sum("vigint_video_uploads_total", ("outcome", "repeated"))),
            Is.EqualTo((1, 1))
        );
        Assert.That(Sum("vigint_video_upload_io_bytes_total"), Is.EqualTo(2 * clip.Length));
    }

    [Test]
    public void A_viewing_is_one_play_however_many_ranges_it_reads() =>
        Assert.That(
            (Sum("vigint_video_plays_total"), Requests("video/{video_id}", 200), Requests("video/{video_id}", 206)),
            Is.EqualTo((1, 1, 1))
        );

    [Test]
    public void Refusals_are_counted_by_route_and_status() => Assert.That(Requests("video/{video_id}", 403), Is.EqualTo(1));

    [Test]
    public void Questions_to_models_are_counted_by_model_stage_and_outcome()
    {
        var screening = ("stage", "screening");
        var model = ("gen_ai_request_model", "gemini-3.5-flash-lite");

        Assert.That(
            (
                Sum("vigint_model_calls_total", screening, model, ("outcome", "did_not_fit")),
                Sum("vigint_model_calls_total", screening, model, ("outcome", "answered"))
            ),
            Is.EqualTo((1, 1))
        );
        Assert.That(Sum("vigint_model_calls_total", ("stage", "confirmation"), ("outcome", "answered")), Is.EqualTo(1));
        Assert.That(Sum("vigint_model_call_duration_seconds_count"), Is.EqualTo(3));
    }

    [Test]
    public void What_models_use_and_cost_is_counted()
    {
        Assert.That(Sum("vigint_model_tokens_total", ("gen_ai_token_type", "input"), ("stage", "confirmation")), Is.EqualTo(1000));
        Assert.That(Sum("vigint_model_tokens_total", ("gen_ai_token_type", "output")), Is.Positive);
        Assert.That(Sum("vigint_model_cost_total", ("stage", "screening")), Is.Positive.And.LessThan(1));
    }

    [Test]
    public void Attempts_to_hand_over_an_alert_are_counted_by_channel_and_outcome() =>
        Assert.That(Sum("vigint_alert_attempts_total", ("channel", "mail"), ("outcome", "outbox")), Is.EqualTo(1));

    [Test]
    public void Of_each_channel_is_told_what_waits_and_for_how_long() =>
        Assert.That(
            (
                Sum("vigint_alert_deliveries", ("channel", "webhook"), ("state", "queued")),
                Sum("vigint_alert_deliveries", ("channel", "mail"), ("state", "failed")),
                Sum("vigint_alert_oldest_age_seconds", ("channel", "ntfy"))
            ),
            Is.EqualTo((0, 0, 0))
        );

    [Test]
    public void Runs_of_ffmpeg_are_counted_and_so_is_the_waiting_for_them()
    {
        Assert.That(Sum("vigint_ffmpeg_duration_seconds_count", ("program", "ffmpeg")), Is.Positive);
        Assert.That(Sum("vigint_ffmpeg_duration_seconds_count", ("program", "ffprobe")), Is.Positive);
        Assert.That(
            (Sum("vigint_encoder_wait_duration_seconds_count", ("urgency", "interactive")), Sum("vigint_encoder_queue")),
            Is.EqualTo((1, 0))
        );
    }

    [Test]
    public async Task A_run_of_ffmpeg_that_fails_has_a_type_of_error()
    {
        var clip = (byte[])(await Clips.FiveSecondsAsync()).Clone();
        new Random(7).NextBytes(clip.AsSpan(clip.AsSpan().IndexOf("mdat"u8) + 4));
        await server.Api.CompressAsync(clip, new JsonObject { ["max_size_mb"] = 0.01 });

        var failed = await Eventually.ComesAsync(async () =>
            (await MetricLines.ReadAsync(server.Api)).Sum("vigint_ffmpeg_duration_seconds_count", ("error_type", "not_a_video")) == 1
        );

        Assert.That(failed, Is.True);
    }

    [Test]
    public void Nothing_lost_and_nothing_swept_is_told_as_nothing() =>
        Assert.That(
            (Sum("vigint_journal_lost_total", ("journal", "usage")), Sum("vigint_sweep_videos_total", ("outcome", "failed"))),
            Is.EqualTo((0, 0))
        );

    [Test]
    public async Task What_is_stored_is_told_after_a_start()
    {
        using var other = new TemporaryFolder();
        await using (var before = await VigintProcess.StartAsync(other.Path, ("RENDITIONS", "false")))
            await before.Api.StoreAsync("kept", clip);

        await using var after = await VigintProcess.StartAsync(other.Path, ("RENDITIONS", "false"));
        var isTold = await Eventually.ComesAsync(async () =>
        {
            var lines = await MetricLines.ReadAsync(after.Api);
            return lines.Sum("vigint_storage_videos") == 1
                && lines.Sum("vigint_storage_usage_bytes") == clip.Length
                && lines.Sum("vigint_storage_free_bytes") > 0;
        });

        Assert.That(isTold, Is.True);
    }

    // What looks at them

    [TestCase("deploy/grafana/vigint.json")]
    [TestCase("deploy/prometheus/alerts.yml")]
    public async Task Every_figure_that_is_looked_at_is_told(string file)
    {
        var looked = await LookedAtAsync(file);

        Assert.That(looked, Has.Count.GreaterThan(5));
        Assert.That(looked.Except(metrics.Names), Is.Empty);
    }

    [Test]
    public async Task Every_figure_of_the_server_is_on_the_dashboard() =>
        Assert.That(
            metrics
                .Names.Where(name => name.StartsWith("vigint_", StringComparison.Ordinal))
                .Except(await LookedAtAsync("deploy/grafana/vigint.json")),
            Is.Empty
        );

    // What is not told

    [Test]
    public void No_label_holds_a_client_a_key_a_token_a_video_or_an_address() =>
        Assert.That(
            metrics.Text,
            Does.Not.Contain(VigintProcess.Key)
                .And.Not.Contain(stored.Token)
                .And.Not.Contain("counted")
                .And.Not.Contain("corner")
                .And.Not.Contain(client.Key)
        );

    // Who may read them

    [TestCase("Authorization", "Bearer {0}")]
    [TestCase("X-API-Key", "{0}")]
    [TestCase("X-Admin-Key", "{0}")]
    public async Task The_operators_key_opens_them_in_any_header(string header, string value)
    {
        using var anybody = VideoApi.At(server.Address, key: null);

        var answer = await anybody.GetAsync(Metrics, (header, value.Replace("{0}", VigintProcess.Key, StringComparison.Ordinal)));

        Assert.That((answer.Status, answer.ContentType), Is.EqualTo((200, "text/plain")));
    }

    [Test]
    public async Task Without_a_key_it_is_said_that_one_is_required()
    {
        using var anybody = VideoApi.At(server.Address, key: null);

        var answer = await anybody.GetAsync(Metrics);

        Assert.That((answer.Status, answer.Error), Is.EqualTo((401, "API key required")));
    }

    [Test]
    public async Task Neither_a_wrong_key_nor_a_clients_opens_them()
    {
        using var anybody = VideoApi.At(server.Address, key: null);

        var wrong = await anybody.GetAsync(Metrics, ("X-Admin-Key", WrongKey));
        var clients = await anybody.GetAsync(Metrics, ("X-API-Key", client.Key));

        Assert.That(
            (wrong.Status, wrong.Error, clients.Status, clients.Error),
            Is.EqualTo((401, "Invalid API key", 401, "Invalid API key"))
        );
    }

    [Test]
    public async Task Another_method_is_not_allowed() => Assert.That((await server.Api.PostAsync(Metrics, "")).Status, Is.EqualTo(405));

    [TestCase("127.0.0.1", 200, TestName = "An_allowed_address_needs_no_key")]
    [TestCase("10.0.0.0/8, 127.0.0.0/8", 200, TestName = "An_allowed_network_needs_no_key")]
    [TestCase("10.0.0.0/8,::1", 401, TestName = "An_address_that_is_not_allowed_needs_a_key")]
    public async Task Allowed_addresses_need_no_key(string addresses, int status)
    {
        using var other = new TemporaryFolder();
        await using var watched = await VigintProcess.StartAsync(other.Path, ("METRICS_ALLOWED_ADDRESSES", addresses));
        using var anybody = VideoApi.At(watched.Address, key: null);

        Assert.That((await anybody.GetAsync(Metrics)).Status, Is.EqualTo(status));
        Assert.That((await anybody.GetAsync("/api/v1/videos")).Status, Is.EqualTo(401), "anything else needs one");
    }

    [Test]
    public async Task Reading_them_is_not_part_of_the_usage()
    {
        await server.Api.GetAsync(Metrics);

        Assert.That((await server.Api.GetAsync("/api/usage")).BodyText, Does.Not.Contain(Metrics));
    }

    private static async Task<List<string>> LookedAtAsync(string file) =>
        [
            .. MetricName()
                .Matches(await File.ReadAllTextAsync(Repository.At(file.Split('/'))))
                .Select(match => match.Groups[1].Value)
                .Distinct(),
        ];

    private double? Sum(string name, params (string Name, string Value)[] labels) => metrics.Sum(name, labels);

    // Without what Prometheus appends to the parts of a histogram.
    [GeneratedRegex(
        @"\b((?:vigint|http_server|kestrel|dotnet)_[a-z_]+?)(?:_bucket|_count|_sum)?\b(?=[\[{( )<>""]|$)",
        RegexOptions.Multiline
    )]
    private static partial Regex MetricName();

    private double? Requests(string route, int status) =>
        metrics.Sum("http_server_request_duration_seconds_count", ("http_route", route), ("http_response_status_code", $"{status}"));
}
