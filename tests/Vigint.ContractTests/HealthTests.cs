using System.Globalization;
using Microsoft.Extensions.Time.Testing;
using Vigint.TestSupport;

namespace Vigint.ContractTests;

/// <summary>Contract §4, health.</summary>
public sealed class HealthTests : ContractFixture
{
    private const string Get = "/api/health";

    [TestCase("/api/health", TestName = "Health_answers_anybody")]
    [TestCase("/health", TestName = "Health_answers_at_its_short_address_too")]
    public async Task A_server_that_can_do_its_work_is_healthy(string path)
    {
        var answer = await Anybody.GetAsync(path);

        Assert.That((answer.Status, answer.Text("status")), Is.EqualTo((200, "healthy")));
    }

    [Test]
    public async Task Health_tells_time_version_and_services()
    {
        var answer = await Anybody.GetAsync(Get);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(answer.Number("timestamp"), Is.GreaterThan(1_700_000_000));
            Assert.That(answer.Text("version"), Does.Match(@"^\d+\.\d+"));
            Assert.That(
                answer.Member("services")!.AsObject().Select(one => one.Key),
                Is.SupersetOf(new[] { "database", "storage", "ffmpeg", "analysis", "email" })
            );
        }
    }

    [TestCase("database", "up")]
    [TestCase("storage", "up")]
    [TestCase("ffmpeg", "up")]
    [TestCase("analysis", "not configured")]
    [TestCase("email", "outbox folder")]
    [OwnServer("its settings")]
    public async Task On_embedded_defaults_every_service_says_how_it_stands(string service, string state)
    {
        var answer = await Anybody.GetAsync(Get);

        Assert.That(answer.Member("services")![service]!.GetValue<string>(), Is.EqualTo(state));
    }

    [Test]
    [OwnServer("its settings")]
    public async Task With_a_key_for_the_model_the_analysis_is_up_and_the_model_is_not_asked()
    {
        await using var gemini = await FakeGemini.StartAsync();
        await using var server = new VigintServer(settings: gemini.Settings);
        using var api = new VideoApi(server.NewClient(key: null));

        var answer = await api.GetAsync(Get);

        Assert.That((answer.Member("services")!["analysis"]!.GetValue<string>(), gemini.Calls.Count), Is.EqualTo(("up", 0)));
    }

    [Test]
    [OwnServer("its settings")]
    public async Task With_a_mail_server_mail_is_not_tried_yet_and_the_mail_server_is_not_asked()
    {
        await using var smtp = new FakeSmtp();
        await using var server = new VigintServer(settings: smtp.Settings);
        using var api = new VideoApi(server.NewClient(key: null));

        var answer = await api.GetAsync(Get);

        Assert.That((answer.Member("services")!["email"]!.GetValue<string>(), smtp.Connections), Is.EqualTo(("not tried yet", 0)));
    }

    [Test]
    [OwnServer("its clock")]
    public async Task The_time_is_the_servers_in_seconds_since_1970()
    {
        await using var server = new VigintServer(new FakeTimeProvider(Noon.AddMilliseconds(250)));
        using var api = new VideoApi(server.NewClient(key: null));

        var answer = await api.GetAsync(Get);

        Assert.That(answer.Number("timestamp"), Is.EqualTo(Noon.ToUnixTimeSeconds() + 0.25));
    }

    [Test]
    [OwnServer("its disk")]
    public async Task Without_its_storage_the_server_is_unhealthy()
    {
        var clock = NewClock();
        await using var server = new VigintServer(clock);
        using var api = new VideoApi(server.NewClient(key: null));
        Directory.Move(server.StorageFolder, server.StorageFolder + ".away");
        clock.Advance(TimeSpan.FromSeconds(5));

        var answer = await api.GetAsync(Get);

        Assert.That((answer.Status, answer.Text("status")), Is.EqualTo((503, "unhealthy")));
    }

    // It needs no key, so whoever asks again and again must not wear out the disk.
    [Test]
    [OwnServer("its disk")]
    public async Task However_often_it_is_asked_the_disk_is_tried_once_in_a_while()
    {
        var clock = NewClock();
        await using var server = new VigintServer(clock);
        using var api = new VideoApi(server.NewClient(key: null));
        await api.GetAsync("/health/live");
        clock.Advance(TimeSpan.FromMinutes(1));
        var incoming = Path.Combine(server.StorageFolder, ".incoming");
        var tried = 0;
        var isOver = false;
        using var watcher = new FileSystemWatcher(incoming);
        watcher.Created += (_, made) =>
        {
            if (made.Name!.EndsWith(".probe", StringComparison.Ordinal))
                Interlocked.Increment(ref tried);
            if (made.Name == "over")
                Volatile.Write(ref isOver, true);
        };
        watcher.EnableRaisingEvents = true;

        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => api.GetAsync(Get)));
        clock.Advance(TimeSpan.FromSeconds(5));
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => api.GetAsync(Get)));
        await File.WriteAllTextAsync(Path.Combine(incoming, "over"), "");
        await Eventually.RequireAsync("all that was made is told", () => Task.FromResult(Volatile.Read(ref isOver)));

        Assert.That(Volatile.Read(ref tried), Is.EqualTo(2));
    }

    [Test]
    [OwnServer("its disk")]
    public async Task When_its_storage_is_back_the_server_is_healthy_again()
    {
        var clock = NewClock();
        await using var server = new VigintServer(clock);
        using var api = new VideoApi(server.NewClient(key: null));
        Directory.Move(server.StorageFolder, server.StorageFolder + ".away");
        clock.Advance(TimeSpan.FromSeconds(5));
        await api.GetAsync(Get);
        Directory.Move(server.StorageFolder + ".away", server.StorageFolder);
        clock.Advance(TimeSpan.FromSeconds(5));

        var answer = await api.GetAsync(Get);

        Assert.That((answer.Status, answer.Text("status")), Is.EqualTo((200, "healthy")));
    }

    [Test]
    public async Task The_process_says_that_it_lives()
    {
        var answer = await Anybody.GetAsync("/health/live");

        Assert.That(answer.Status, Is.EqualTo(200));
    }

    [Test]
    [OwnServer("its disk")]
    public async Task The_process_says_that_it_lives_without_its_storage()
    {
        await using var server = new VigintServer();
        using var api = new VideoApi(server.NewClient(key: null));
        Directory.Move(server.StorageFolder, server.StorageFolder + ".away");

        var answer = await api.GetAsync("/health/live");

        Assert.That(answer.Status, Is.EqualTo(200));
    }

    // A writer that does not let go is how SQLite is away; the server waits some seconds for it.
    [Test]
    [OwnServer("its database")]
    public async Task While_the_database_is_away_calls_that_need_it_are_told_when_to_try_again()
    {
        await using var server = new VigintServer(settings: ("DATABASE_URL", "sqlite:///data/vigint.db"));
        using var api = new VideoApi(server.NewClient());
        await using var blocker = new Microsoft.Data.Sqlite.SqliteConnection(
            $"Data Source={server.Folder.At("data", "vigint.db")};Pooling=False"
        );
        await blocker.OpenAsync();
        await using var command = blocker.CreateCommand();
        command.CommandText = "begin immediate";
        await command.ExecuteNonQueryAsync();

        var answer = await api.UploadAsync(UploadForm.Usual("a", Clips.Fake()));

        Assert.That(
            (answer.Status, int.TryParse(answer.Header("Retry-After"), NumberStyles.None, CultureInfo.InvariantCulture, out _)),
            Is.EqualTo((503, true)),
            answer.ToString()
        );
    }

    [Test]
    [OwnServer("its database")]
    public async Task An_upload_that_the_database_refused_is_not_visible()
    {
        await using var server = new VigintServer(settings: ("DATABASE_URL", "sqlite:///data/vigint.db"));
        using var api = new VideoApi(server.NewClient());
        await using (
            var blocker = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={server.Folder.At("data", "vigint.db")};Pooling=False")
        )
        {
            await blocker.OpenAsync();
            await using var command = blocker.CreateCommand();
            command.CommandText = "begin immediate";
            await command.ExecuteNonQueryAsync();
            await api.UploadAsync(UploadForm.Usual("a", Clips.Fake()));
        }

        var record = await api.GetAsync(Record("a"));

        Assert.That(record.Status, Is.EqualTo(404));
    }
}
