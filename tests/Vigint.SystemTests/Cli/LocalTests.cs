using System.Net;
using System.Net.Sockets;
using Vigint.TestSupport;

namespace Vigint.SystemTests.Cli;

/// <summary>What the command line does in the working folder of a server.</summary>
public sealed class LocalTests
{
    private static readonly (string Name, string Value) Key = ("SECRET_KEY", VigintProcess.Key);

    [Test]
    public async Task After_the_database_was_lost_reindex_makes_it_anew_and_links_are_alive()
    {
        using var folder = new TemporaryFolder();
        StoredVideo video;
        await using (var first = await VigintProcess.StartAsync(folder.Path, ("RENDITIONS", "false")))
        {
            video = await first.Api.StoreAsync("kept", Clips.Fake());
            var beside = await VigintCli.RunAsync(folder, [Key], "reindex");
            Assert.That((beside.ExitCode, beside.Output), Is.EqualTo((1, "")));
            Assert.That(beside.Errors, Does.Contain("is in use by another Vigint server; stop that one first."));
        }

        foreach (var file in Directory.EnumerateFiles(folder.At("data"), "vigint.db*"))
            File.Delete(file);

        var answer = await VigintCli.RunAsync(folder, [Key], "reindex", "--json");

        Assert.That((answer.ExitCode, answer.Json["videos_found"]!.GetValue<int>()), Is.EqualTo((0, 1)), answer.Errors);
        await using var second = await VigintProcess.StartAsync(folder.Path, ("RENDITIONS", "false"));
        Assert.That((await second.Api.GetAsync(video.Link)).Body, Is.EqualTo(Clips.Fake()));
    }

    [Test]
    public async Task Reindex_names_what_it_could_not_use_and_what_it_had_to_drop()
    {
        using var folder = new TemporaryFolder();
        await using (var server = await VigintProcess.StartAsync(folder.Path, ("RENDITIONS", "false")))
        {
            foreach (var id in new[] { "kept", "spoilt", "gone" })
                await server.Api.StoreAsync(id, Clips.Fake());
        }

        await File.WriteAllTextAsync(folder.At("data", "videos", "video_spoilt.json"), "{");
        File.Delete(folder.At("data", "videos", "video_gone.mp4"));

        var answer = await VigintCli.RunAsync(folder, [Key], "reindex", "--json");
        var again = await VigintCli.RunAsync(folder, [Key], "reindex");

        Assert.That((answer.ExitCode, answer.Json["success"]!.GetValue<bool>()), Is.EqualTo((1, false)), answer.Output);
        var skipped = answer.Json["skipped"]!.AsArray().Single(one => one!["video_id"]!.ToString() == "spoilt")!;
        Assert.That(skipped["reason"]!.ToString(), Is.EqualTo("its JSON file is damaged"));
        Assert.That(answer.Json["dropped"]!.AsArray().Select(id => id!.ToString()), Is.EqualTo(new[] { "gone" }));
        Assert.That(
            (again.ExitCode, again.Output),
            Is.EqualTo(
                (
                    1,
                    "2 videos are in the folder: 0 new or changed, 1 that cannot be used; 0 were dropped from the database.\nspoilt: "
                        + "not usable, its JSON file is damaged."
                )
            )
        );
    }

    [TestCase("operator@example.org", "email good", TestName = "A_doctor_finds_a_server_well_beside_which_it_runs")]
    [TestCase("", "email attention", TestName = "A_doctor_misses_an_address_for_the_operators_own_alerts")]
    public async Task Well(string recipient, string email)
    {
        using var folder = new TemporaryFolder();
        Needs.Program("ffmpeg");
        await using var gemini = await FakeGemini.StartAsync();
        gemini.Withdraw("gemini-3.8-flash");
        await using var server = await VigintProcess.StartAsync(folder.Path);
        using var mail = new TcpListener(IPAddress.Loopback, 0);
        mail.Start();
        var greeting = GreetAsync(mail);

        var answer = await VigintCli.RunAsync(
            folder,
            [
                Key,
                ("EMAIL_TO", recipient),
                ("EMAIL_FROM", "vigint@example.org"),
                ("EMAIL_SMTP_SERVER", "127.0.0.1"),
                ("EMAIL_SMTP_PORT", $"{((IPEndPoint)mail.LocalEndpoint).Port}"),
                .. gemini.Settings,
            ],
            "doctor",
            "--json"
        );
        await greeting;

        Assert.That(
            StatesIn(answer),
            Is.EqualTo(new[] { "configuration good", "database good", "storage good", "ffmpeg good", email, "model good" }),
            answer.Output
        );
        Assert.That(answer.Output, Does.Contain("gemini-3.5-flash-lite, then gemini-3.5-flash").And.Not.Contain(FakeGemini.Key));
        Assert.That((answer.ExitCode, answer.Json["healthy"]!.GetValue<bool>()), Is.EqualTo((0, true)));
    }

    [Test]
    public async Task A_doctor_says_what_is_bad_and_what_to_do_and_changes_nothing()
    {
        using var folder = new TemporaryFolder();
        await using var gemini = await FakeGemini.StartAsync();
        gemini.RefusesKeysWith = 403;
        await File.WriteAllTextAsync(
            folder.At(".env"),
            $"""
            SECRET_KEY={VigintProcess.Key}
            DATABASE_URL=postgres://vigint:secret-password@127.0.0.1:{ServerProcess.FreePort()}/vigint
            VIDEO_STORAGE_DIR=/proc/videos
            EMAIL_FROM=vigint@example.org
            EMAIL_SMTP_SERVER=127.0.0.1
            EMAIL_SMTP_PORT={ServerProcess.FreePort()}
            GOOGLE_API_KEY={FakeGemini.Key}
            GEMINI_BASE_URL={gemini.Address}
            """
        );

        var answer = await VigintCli.RunAsync(folder, [("PATH", folder.Path)], "doctor", "--json");

        Assert.That(
            StatesIn(answer),
            Is.EqualTo(new[] { "configuration good", "database bad", "storage bad", "ffmpeg bad", "email bad", "model bad" }),
            answer.Output
        );
        Assert.That(answer.Json["checks"]!.AsArray().Skip(1).Select(check => check!["advice"]?.ToString()), Has.All.Not.Null);
        Assert.That(answer.Output, Does.Not.Contain("secret-password").And.Not.Contain(FakeGemini.Key));
        Assert.That(answer.ExitCode, Is.EqualTo(1));
        Assert.That(folder.Files(), Is.EqualTo(new[] { ".env" }));
    }

    [Test]
    public async Task A_setting_that_cannot_be_used_is_all_that_a_doctor_speaks_of()
    {
        using var folder = new TemporaryFolder();

        var answer = await VigintCli.RunAsync(folder, [Key, ("PORT", "abc")], "doctor");

        Assert.That(answer.ExitCode, Is.EqualTo(1));
        Assert.That(answer.Output, Does.Contain("PORT must be a whole number from 0 to 65535, not 'abc'."));
    }

    [Test]
    public async Task A_doctor_in_a_folder_that_is_no_servers_says_so_and_makes_nothing()
    {
        using var folder = new TemporaryFolder();

        var answer = await VigintCli.RunAsync(folder, [], "doctor", "--json");

        Assert.That(StatesIn(answer).First(), Is.EqualTo("configuration attention"), answer.Output);
        Assert.That(
            answer.Json["checks"]![0]!["advice"]!.ToString(),
            Does.Contain("--folder").And.Contain("--env-file").And.Contain("--server")
        );
        Assert.That(Directory.EnumerateFileSystemEntries(folder.Path), Is.Empty);
    }

    [Test]
    public async Task A_doctor_looks_where_a_server_is_at_home_from_wherever_it_is_started()
    {
        using var folder = new TemporaryFolder();
        using var home = new TemporaryFolder();
        await File.WriteAllTextAsync(home.At("vigint.env"), $"SECRET_KEY={VigintProcess.Key}\nVIDEO_STORAGE_DIR=/proc/videos\nPORT=5003\n");
        await File.WriteAllTextAsync(home.At(".env"), "VIDEO_STORAGE_DIR=elsewhere\nDATABASE_URL=sqlite:///own.db\n");

        var answer = await VigintCli.RunAsync(
            folder,
            [("VIGINT_SERVER", "http://127.0.0.1:1")],
            "doctor",
            "--json",
            "--folder",
            home.Path,
            "--env-file",
            home.At("vigint.env")
        );

        Assert.That(StatesIn(answer).Take(3), Is.EqualTo(new[] { "configuration good", "database good", "storage bad" }), answer.Output);
        Assert.That(answer.Output, Does.Contain("/proc/videos cannot be written").And.Contain(home.At("own.db")));
        Assert.That(
            (answer.ExitCode, home.Files().Order(), folder.Files()),
            Is.EqualTo((1, new[] { ".env", "vigint.env" }, Array.Empty<string>()))
        );
    }

    [Test]
    public async Task A_doctor_asks_a_server_that_is_named_and_looks_at_nothing_here()
    {
        using var folder = new TemporaryFolder();
        using var home = new TemporaryFolder();
        await using var server = await VigintProcess.StartAsync(home.Path, ("RENDITIONS", "false"), ("VIDEO_STORAGE_QUOTA_GB", "0.00001"));
        await server.Api.StoreAsync("most", Clips.Fake(sizeBytes: 9000));
        Task<CliAnswer> Run(params (string, string)[] environment) =>
            VigintCli.RunAsync(folder, [("VIGINT_SERVER", server.Address.ToString()), .. environment], "doctor", "--json");

        var full = await Run(("VIGINT_KEY", VigintProcess.Key));
        var keyless = await Run();
        var refused = await Run(("VIGINT_KEY", "a-wrong-key-0123456789abcdef"));
        await server.KillAsync();
        var away = await Run(("VIGINT_KEY", VigintProcess.Key));

        Assert.That(StatesIn(full), Is.SupersetOf(new[] { "server good", "database good", "email attention", "disk bad" }), full.Output);
        Assert.That(StatesIn(keyless), Does.Contain("disk attention"));
        Assert.That((StatesIn(refused).Last(), refused.ExitCode), Is.EqualTo(("key bad", 1)));
        Assert.That((StatesIn(away), away.ExitCode), Is.EqualTo((new[] { "server bad" }, 1)), away.Output);
        Assert.That(folder.Files(), Is.Empty);
    }

    private static IEnumerable<string> StatesIn(CliAnswer answer) =>
        answer.Json["checks"]!.AsArray().Select(check => $"{check!["name"]} {check["state"]}");

    // As much of a mail server as is asked for before a mail.
    private static async Task GreetAsync(TcpListener listener)
    {
        using var client = await listener.AcceptTcpClientAsync();
        await using var stream = client.GetStream();
        using var reader = new StreamReader(stream);
        await stream.WriteAsync("220-mail.example.org\r\n220 ready\r\n"u8.ToArray());
        await reader.ReadLineAsync();
        await stream.WriteAsync("250 hello\r\n"u8.ToArray());
        await reader.ReadLineAsync();
    }
}
