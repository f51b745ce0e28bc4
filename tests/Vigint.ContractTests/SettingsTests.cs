using Vigint.TestSupport;

namespace Vigint.ContractTests;

/// <summary>
/// Contract §1. Values that cannot be used are tried on the real process, for its exit code and its words are what an operator sees.
/// </summary>
[OwnServer("its settings"), AnyDatabase]
public sealed class SettingsTests
{
    private const string LongKey = "a-key-of-more-than-sixteen-characters";

    [TestCase("PORT", "abc", TestName = "A_port_that_is_no_number_stops_the_start")]
    [TestCase("PORT", "70000", TestName = "A_port_beyond_all_ports_stops_the_start")]
    [TestCase("HOST", "x", TestName = "A_host_that_is_none_stops_the_start")]
    [TestCase("RENDER", "maybe", TestName = "A_flag_that_is_neither_stops_the_start")]
    [TestCase("ALLOW_QUERY_API_KEY", "perhaps", TestName = "A_permission_that_is_neither_stops_the_start")]
    [TestCase("MAX_UPLOAD_MB", "0", TestName = "A_limit_of_nothing_stops_the_start")]
    [TestCase("MAX_UPLOAD_MB", "1.5", TestName = "A_limit_of_a_fraction_stops_the_start")]
    [TestCase("MAX_RETENTION_HOURS", "0", TestName = "A_retention_of_nothing_stops_the_start")]
    [TestCase("MAX_RETENTION_HOURS", "NaN", TestName = "A_retention_that_is_no_number_stops_the_start")]
    [TestCase("VIDEO_STORAGE_QUOTA_GB", "-1", TestName = "A_negative_quota_stops_the_start")]
    [TestCase("VIDEO_STORAGE_QUOTA_GB", "much", TestName = "A_quota_in_words_stops_the_start")]
    [TestCase("PUBLIC_BASE_URL", "ftp://x", TestName = "A_base_address_of_another_scheme_stops_the_start")]
    [TestCase("PUBLIC_BASE_URL", "videos.example.org", TestName = "A_base_address_without_a_scheme_stops_the_start")]
    [TestCase("RENDER_EXTERNAL_URL", "nonsense", TestName = "A_platforms_address_that_is_none_stops_the_start")]
    [TestCase("DATABASE_URL", "mysql://user:hunter2@host/db", TestName = "A_database_of_another_kind_stops_the_start")]
    [TestCase("GOOGLE_API_KEY", "hunter2 and more", TestName = "A_google_key_that_is_none_stops_the_start_without_telling_it")]
    [TestCase("GEMINI_BASE_URL", "gemini.example.org", TestName = "A_gemini_address_without_a_scheme_stops_the_start")]
    [TestCase("GEMINI_SCREENING_MODEL", ",", TestName = "A_list_of_no_screening_models_stops_the_start")]
    [TestCase("GEMINI_CONFIRMATION_MODEL", "gemini/../x", TestName = "A_confirmation_model_that_is_a_path_stops_the_start")]
    [TestCase("METRICS_ALLOWED_ADDRESSES", "10.0.0.0/8, shop.example", TestName = "An_allowed_address_that_is_a_name_stops_the_start")]
    [TestCase("METRICS_ALLOWED_ADDRESSES", "10.0.0.0/64", TestName = "An_allowed_network_that_is_none_stops_the_start")]
    [TestCase("TRUSTED_PROXIES", "127.0.0.1, nginx", TestName = "A_trusted_proxy_that_is_a_name_stops_the_start")]
    [TestCase("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4317", TestName = "A_collector_without_a_scheme_stops_the_start")]
    [TestCase("OTEL_EXPORTER_OTLP_PROTOCOL", "http/json", TestName = "A_protocol_that_is_not_spoken_stops_the_start")]
    [TestCase("LOG_FORMAT", "xml", TestName = "A_format_of_the_log_that_is_not_known_stops_the_start")]
    [TestCase("MODEL_PRICES_FILE", "nowhere.json", TestName = "A_table_of_prices_that_is_not_there_stops_the_start")]
    [TestCase("MODEL_PRICES_FILE", "/etc/hostname", TestName = "A_table_of_prices_that_is_none_stops_the_start")]
    [TestCase("ALERT_IGNORE_PATTERN", "(Mock", TestName = "A_pattern_that_is_none_stops_the_start")]
    [TestCase("ALERT_QUIET_MINUTES", "-1", TestName = "A_quiet_period_that_cannot_be_stops_the_start")]
    [TestCase("ALERT_RETENTION_DAYS", "0", TestName = "Alerts_that_are_never_kept_stop_the_start")]
    [TestCase("EMAIL_SMTP_SERVER", "smtp.example.org:587", TestName = "A_mail_server_with_a_port_in_its_name_stops_the_start")]
    [TestCase("EMAIL_SMTP_PORT", "smtp", TestName = "A_mail_port_that_is_no_number_stops_the_start")]
    [TestCase("EMAIL_SMTP_SECURITY", "tls", TestName = "Mail_encrypted_from_the_first_byte_stops_the_start")]
    [TestCase("EMAIL_SMTP_SECURITY", "maybe", TestName = "A_mail_security_that_is_none_stops_the_start")]
    [TestCase("EMAIL_FROM", "nobody", TestName = "A_sender_that_is_no_address_stops_the_start")]
    [TestCase("EMAIL_FROM", "a@example.org\nBcc: b@example.org", TestName = "A_sender_of_two_lines_stops_the_start")]
    [TestCase("EMAIL_TO", "a@example.org, b@example.org", TestName = "A_recipient_that_is_two_stops_the_start")]
    [TestCase("ALERT_TIME_ZONE", "Paris", TestName = "A_time_zone_that_nobody_knows_stops_the_start")]
    [TestCase("ALERT_TIME_ZONE", "../../etc/passwd", TestName = "A_time_zone_that_is_a_path_stops_the_start")]
    [TestCase("ALERT_LANGUAGE", "de", TestName = "A_language_that_nobody_wrote_stops_the_start")]
    public async Task A_value_that_cannot_be_used_stops_the_start_with_one_sentence_naming_it(string name, string value)
    {
        var (exitCode, errors) = await StartAsync(("SECRET_KEY", LongKey), (name, value));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(exitCode, Is.EqualTo(1));
            Assert.That(errors, Does.StartWith(name).And.EndsWith(".").And.Not.Contain("\n").And.Not.Contain("hunter2"));
        }
    }

    [TestCase("RENDER", "true", TestName = "On_the_platform_a_missing_key_stops_the_start")]
    [TestCase("ASPNETCORE_ENVIRONMENT", "Production", TestName = "In_production_a_missing_key_stops_the_start")]
    public async Task In_production_a_missing_key_stops_the_start_with_one_sentence(string name, string value)
    {
        var (exitCode, errors) = await StartAsync((name, value));

        Assert.That($"{exitCode} {errors}", Does.StartWith("1 ").And.Contain("SECRET_KEY").And.Not.Contain("\n"));
    }

    [TestCase("SECRET_KEY", TestName = "In_production_a_short_key_stops_the_start")]
    [TestCase("SPARSE_AI_API_KEY", TestName = "In_production_a_short_store_key_stops_the_start")]
    public async Task In_production_a_short_key_stops_the_start_without_telling_it(string name)
    {
        const string fifteen = "fifteen-letters";
        var (exitCode, errors) = await StartAsync(("RENDER", "true"), ("SECRET_KEY", LongKey), (name, fifteen));

        Assert.That($"{exitCode} {errors}", Does.StartWith("1 ").And.Contain(name).And.Not.Contain(fifteen));
    }

    // The key that is made

    [Test]
    public async Task Without_a_key_one_is_made_that_only_its_owner_can_read()
    {
        await using var server = new VigintServer(settings: ("SECRET_KEY", ""));
        using var api = new VideoApi(server.NewClient(key: null));

        var keyFile = server.Folder.Files("data").Single(file => file.Contains("key", StringComparison.Ordinal));

        Assert.That(File.GetUnixFileMode(server.Folder.At("data", keyFile)), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
    }

    [Test]
    public async Task The_key_that_was_made_is_accepted()
    {
        await using var server = new VigintServer(settings: ("SECRET_KEY", ""));
        using var anybody = new VideoApi(server.NewClient(key: null));
        var key = (await File.ReadAllTextAsync(server.Folder.At("data", "secret.key"))).Trim();

        var answer = await anybody.GetAsync("/api/storage/status", ("X-API-Key", key));

        Assert.That((key.Length >= 32, answer.Status), Is.EqualTo((true, 200)));
    }

    [Test]
    public async Task The_place_of_the_key_that_was_made_is_logged_and_its_value_is_not()
    {
        var log = new LogLines();
        await using var server = new VigintServer(log: log, settings: ("SECRET_KEY", ""));
        using var anybody = new VideoApi(server.NewClient(key: null));
        var path = server.Folder.At("data", "secret.key");
        var key = (await File.ReadAllTextAsync(path)).Trim();

        Assert.That(string.Join('\n', log.All), Does.Contain(path).And.Not.Contain(key));
    }

    // The file .env

    [TestCase("", TestName = "A_setting_of_the_file_is_read", ExpectedResult = 2)]
    [TestCase("3", TestName = "The_real_environment_wins_over_the_file", ExpectedResult = 3)]
    public async Task<double> A_file_beside_the_server_holds_settings_too(string environment)
    {
        using var folder = new TemporaryFolder();
        var port = ServerProcess.FreePort();
        await File.WriteAllTextAsync(folder.At(".env"), $"VIDEO_STORAGE_QUOTA_GB=2\nSECRET_KEY={LongKey}\nPORT={port}\n");
        (string, string)[] real = environment.Length == 0 ? [] : [("VIDEO_STORAGE_QUOTA_GB", environment)];
        await using var process = new ServerProcess(folder.Path, real);
        using var api = VideoApi.At(new Uri($"http://127.0.0.1:{port}"), LongKey);

        Answer? status = null;
        await Eventually.RequireAsync(
            "the server answers",
            async () =>
            {
                try
                {
                    status = await api.GetAsync("/api/storage/status");
                    return true;
                }
                catch (HttpRequestException)
                {
                    return false;
                }
            }
        );

        return status!.Number("disk_total_gb");
    }

    [Test]
    public async Task What_old_deployments_set_is_accepted_and_ignored()
    {
        await using var server = new VigintServer(
            settings: [("FLASK_ENV", "production"), ("PYTHON_VERSION", "3.11"), ("SPARSE_AI_BASE_URL", "not even an address")]
        );
        using var api = new VideoApi(server.NewClient());

        var answer = await api.GetAsync("/api/health");

        Assert.That(answer.Status, Is.EqualTo(200));
    }

    [TestCase("SPARSE_AI_BASE_URL", "https://old.example.org", TestName = "The_address_of_the_old_service_is_warned_of")]
    [TestCase("SECRET_KEY", "short", TestName = "A_short_key_is_warned_of")]
    public async Task A_doubtful_value_is_warned_of_by_name(string name, string value)
    {
        var log = new LogLines();
        await using var server = new VigintServer(log: log, settings: (name, value));
        using var api = new VideoApi(server.NewClient());

        Assert.That(log.All.Where(line => line.StartsWith("Warning", StringComparison.Ordinal)), Has.Some.Contains(name));
    }

    [TestCase("SECRET_KEY", ExpectedResult = 1, TestName = "Another_key_than_the_server_made_itself_is_warned_of_for_it_ends_links")]
    [TestCase("SPARSE_AI_API_KEY", ExpectedResult = 0, TestName = "Who_keeps_that_key_for_links_is_not_warned")]
    public async Task<int> The_key_before(string name)
    {
        var log = new LogLines();
        var before = new string('b', 64);
        await using var server = new VigintServer(log: log, settings: (name, name == "SECRET_KEY" ? LongKey : before));
        Directory.CreateDirectory(server.Folder.At("data"));
        await File.WriteAllTextAsync(server.Folder.At("data", "secret.key"), before);
        using var api = new VideoApi(server.NewClient());

        return log.All.Count(line =>
            line.StartsWith("Warning", StringComparison.Ordinal) && line.Contains("secret.key", StringComparison.Ordinal)
        );
    }

    // Where links lead

    [TestCase(
        "PUBLIC_BASE_URL=https://videos.example.org",
        "https://videos.example.org/video/",
        TestName = "Links_lead_to_the_public_address"
    )]
    [TestCase(
        "PUBLIC_BASE_URL=https://example.org/store/",
        "https://example.org/store/video/",
        TestName = "Links_lead_below_the_public_addresss_path"
    )]
    [TestCase(
        "RENDER_EXTERNAL_URL=https://x.onrender.com",
        "https://x.onrender.com/video/",
        TestName = "Links_lead_to_the_platforms_address"
    )]
    [TestCase(
        "PUBLIC_BASE_URL=https://a.example RENDER_EXTERNAL_URL=https://b.example",
        "https://a.example/video/",
        TestName = "The_public_address_goes_before_the_platforms"
    )]
    [TestCase(
        "SPARSE_AI_BASE_URL=https://old.example",
        "http://shop.example:8080/video/",
        TestName = "The_old_services_address_is_ignored"
    )]
    [TestCase("RENDER=false", "http://shop.example:8080/video/", TestName = "Links_lead_where_the_request_went")]
    [TestCase("RENDER=true", "https://shop.example:8080/video/", TestName = "On_the_platform_links_are_https")]
    public async Task Links_have_the_base_of_the_settings(string settings, string start)
    {
        await using var server = new VigintServer(settings: [.. settings.Split(' ').Select(one => (one.Split('=')[0], one.Split('=')[1]))]);
        using var api = new VideoApi(server.NewClient());

        var answer = await api.UploadAsync(UploadForm.Usual("a", Clips.Fake()), ("Host", "shop.example:8080"));

        Assert.That(answer.Text("private_link"), Does.StartWith(start + "a?token="));
    }

    [TestCase("true", "https://public.example/video/", TestName = "On_the_platform_the_proxys_headers_are_trusted")]
    [TestCase("false", "http://shop.example:8080/video/", TestName = "Elsewhere_forwarded_headers_are_not_trusted")]
    public async Task Forwarded_headers_are_trusted_on_the_platform_alone(string render, string start)
    {
        await using var server = new VigintServer(settings: ("RENDER", render));
        using var api = new VideoApi(server.NewClient());

        var answer = await api.UploadAsync(
            UploadForm.Usual("a", Clips.Fake()),
            ("Host", "shop.example:8080"),
            ("X-Forwarded-Proto", "https"),
            ("X-Forwarded-Host", "public.example")
        );

        Assert.That(answer.Text("private_link"), Does.StartWith(start));
    }

    [Test]
    public async Task The_extended_link_has_the_same_base()
    {
        await using var server = new VigintServer(settings: ("PUBLIC_BASE_URL", "https://videos.example.org"));
        using var api = new VideoApi(server.NewClient());
        await api.StoreAsync("a", Clips.Fake());

        var answer = await api.PostAsync("/api/v1/videos/link/extend", """{"video_id":"a","additional_hours":1}""");

        Assert.That(answer.Text("private_link"), Does.StartWith("https://videos.example.org/video/a?token="));
    }

    // Where things are

    [Test]
    public async Task Videos_lie_below_the_working_folder_unless_told_otherwise()
    {
        OnPostgres.NotThere("it is about what happens with nothing configured");
        await using var server = new VigintServer();
        using var api = new VideoApi(server.NewClient());

        await api.StoreAsync("a", Clips.Fake());

        Assert.That(
            server.Folder.Files(),
            Is.SupersetOf(new[] { "data/vigint.db", "data/videos/video_a.json", "data/videos/video_a.mp4" })
        );
    }

    [Test]
    public async Task When_the_videos_lie_elsewhere_the_database_still_lies_below_the_working_folder()
    {
        OnPostgres.NotThere("it is about what happens with nothing configured");
        using var elsewhere = new TemporaryFolder();
        await using var server = new VigintServer(settings: ("VIDEO_STORAGE_DIR", elsewhere.Path));
        using var api = new VideoApi(server.NewClient());

        await api.StoreAsync("a", Clips.Fake());

        Assert.That(
            (File.Exists(server.Folder.At("data", "vigint.db")), File.Exists(elsewhere.At("video_a.mp4"))),
            Is.EqualTo((true, true))
        );
    }

    [Test]
    public async Task A_database_of_three_slashes_lies_below_the_working_folder()
    {
        await using var server = new VigintServer(settings: ("DATABASE_URL", "sqlite:///mine.db"));
        using var api = new VideoApi(server.NewClient());

        Assert.That(server.Folder.Files(), Does.Contain("mine.db"));
    }

    [Test]
    public async Task A_database_of_four_slashes_lies_where_it_says()
    {
        using var folder = new TemporaryFolder();
        await using var server = new VigintServer(settings: ("DATABASE_URL", $"sqlite:///{folder.At("mine.db")}"));
        using var api = new VideoApi(server.NewClient());

        Assert.That(folder.Files(), Does.Contain("mine.db"));
    }

    private static async Task<(int ExitCode, string Errors)> StartAsync(params (string Name, string Value)[] environment)
    {
        using var folder = new TemporaryFolder();
        await using var process = new ServerProcess(folder.Path, [("PORT", $"{ServerProcess.FreePort()}"), .. environment]);
        var exitCode = await process.ExitCodeAsync();
        return (exitCode, process.Errors);
    }
}
