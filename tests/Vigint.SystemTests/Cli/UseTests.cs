using System.Text.Json.Nodes;
using Vigint.TestSupport;

namespace Vigint.SystemTests.Cli;

/// <summary>How the command line answers: in what words, where, and with which exit code.</summary>
public sealed class UseTests
{
    private const string WrongKey = "a-wrong-key-0123456789abcdef";

    [TestCase("", TestName = "Nothing_at_all")]
    [TestCase("storage statsu", TestName = "A_misspelt_command")]
    [TestCase("storage cleanup --max-age-hours many", TestName = "An_age_that_is_no_number")]
    [TestCase("migrate", TestName = "A_migration_of_nothing")]
    [TestCase("migrate no-such-list.txt", TestName = "A_list_that_is_not_there")]
    [TestCase("import no-such-folder", TestName = "A_folder_that_is_not_there")]
    [TestCase("import . --parallel 0", TestName = "None_at_a_time")]
    [TestCase("storage status --server vigint.example.org", TestName = "An_address_that_is_none")]
    [TestCase("link verify nonsense", TestName = "A_link_that_is_none")]
    public async Task Wrong_use_is_exit_code_2_with_a_sentence(string arguments)
    {
        using var folder = new TemporaryFolder();

        var answer = await VigintCli.RunAsync(
            folder,
            [("VIGINT_SERVER", "http://127.0.0.1:1"), ("VIGINT_KEY", WrongKey)],
            [.. arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries)]
        );

        Assert.That((answer.ExitCode, answer.Output), Is.EqualTo((2, "")));
        Assert.That(answer.Errors, Does.Contain(".").And.Not.Contain("   at "));
    }

    [TestCase("storage status KEY", "no. 3", TestName = "A_key_behind_a_command_that_takes_none")]
    [TestCase("clients revoke KEY", "no. 3", TestName = "A_key_in_the_place_of_a_number")]
    [TestCase("storage status --kye=KEY", "no. 3", TestName = "A_key_of_a_misspelt_option")]
    [TestCase("storage cleanup --max-age-hours=KEY", "no. 3", TestName = "A_key_as_the_value_of_another_option")]
    [TestCase("KEY", "no. 1", TestName = "A_key_and_nothing_else")]
    [TestCase("migrate http://127.0.0.1:1/video/a?token=KEY", "not a link", TestName = "A_link_in_the_place_of_a_list")]
    public async Task What_was_typed_in_the_wrong_place_is_not_repeated(string arguments, string told)
    {
        using var folder = new TemporaryFolder();

        var answer = await VigintCli.RunAsync(
            folder,
            [("VIGINT_SERVER", "http://127.0.0.1:1")],
            [.. arguments.Replace("KEY", WrongKey, StringComparison.Ordinal).Split(' ')]
        );

        Assert.That((answer.ExitCode, answer.Output), Is.EqualTo((2, "")));
        Assert.That(answer.Errors, Does.Contain(told).And.Not.Contain(WrongKey));
    }

    [Test]
    public async Task Without_a_server_or_a_key_it_asks_for_them()
    {
        using var folder = new TemporaryFolder();

        var serverless = await VigintCli.RunAsync(folder, [], "storage", "status", "--key", WrongKey);
        var keyless = await VigintCli.RunAsync(folder, [], "storage", "status", "--server", "http://127.0.0.1:1");

        Assert.That(
            (serverless.ExitCode, serverless.Errors),
            Is.EqualTo((2, "Which server? Give its address as --server URL, or set VIGINT_SERVER."))
        );
        Assert.That((keyless.ExitCode, keyless.Errors), Is.EqualTo((2, "A key is needed: set VIGINT_KEY, or give --key KEY.")));
    }

    [Test]
    public async Task A_server_that_is_away_and_one_that_is_none_are_said_so_in_JSON_too()
    {
        using var folder = new TemporaryFolder();
        await using var other = await OldVideoServer.StartAsync();

        var away = await VigintCli.RunAsync(
            folder,
            [("VIGINT_KEY", WrongKey)],
            "storage",
            "status",
            "--json",
            "--server",
            "http://127.0.0.1:1"
        );
        var none = await VigintCli.RunAsync(
            folder,
            [("VIGINT_KEY", WrongKey)],
            "storage",
            "status",
            "--json",
            "--server",
            $"{other.Address}x"
        );

        Assert.That((away.ExitCode, away.Json["error"]!.ToString()), Is.EqualTo((1, away.Errors)));
        Assert.That(away.Errors, Does.StartWith("The server http://127.0.0.1:1/ cannot be reached"));
        Assert.That((none.ExitCode, none.Json["error"]!.ToString()), Is.EqualTo((1, "Not found.")));
    }

    [Test]
    public async Task A_refused_key_is_said_and_never_shown()
    {
        using var folder = new TemporaryFolder();
        await using var server = await VigintProcess.StartAsync(folder.Path);
        Directory.CreateDirectory(folder.At("empty"));

        foreach (var arguments in new[] { "storage status", "clients list", "usage --all", "import empty", "link extend x 1" })
        {
            var answer = await VigintCli.RunAsync(
                folder,
                [("VIGINT_SERVER", server.Address.ToString()), ("VIGINT_KEY", WrongKey)],
                arguments.Split(' ')
            );

            Assert.That((answer.ExitCode, answer.Output), Is.EqualTo((1, "")), arguments);
            Assert.That(answer.Errors, Does.StartWith("The server refuses the key (Invalid ").And.Not.Contain(WrongKey), arguments);
        }
    }

    [Test]
    public async Task A_client_lives_its_life_in_JSON()
    {
        using var folder = new TemporaryFolder();
        await using var server = await VigintProcess.StartAsync(folder.Path);
        Task<CliAnswer> Run(params string[] arguments) => VigintCli.RunAsync(folder, server, [.. arguments, "--json"]);

        var made = await Run("clients", "create", "Corner shop", "shop@example.org");
        var id = made.Json["client_id"]!.ToString();
        var key = made.Json["api_key"]!.ToString();
        Assert.That((await Run("storage", "status", "--key", key)).ExitCode, Is.Zero);
        Assert.That((await Run("clients", "revoke", id)).Json["revoked_count"]!.GetValue<int>(), Is.EqualTo(1));
        Assert.That((await Run("storage", "status", "--key", key)).ExitCode, Is.EqualTo(1));
        Assert.That((await Run("clients", "reactivate", id)).Json["reactivated_count"]!.GetValue<int>(), Is.EqualTo(1));
        var second = await Run("clients", "keys", "add", id, "--name", "till");
        Assert.That((await Run("clients", "keys", "revoke", id, second.Json["key_id"]!.ToString())).ExitCode, Is.Zero);
        var keys = (await Run("clients", "list")).Json["clients"]!.AsArray().Single()!["api_keys"]!.AsArray();
        Assert.That(keys.Select(one => one!["is_active"]!.GetValue<bool>()), Is.EquivalentTo(new[] { true, false }));

        var unknown = await Run("clients", "revoke", "77");
        Assert.That((unknown.ExitCode, unknown.Json["error"]!.ToString()), Is.EqualTo((1, unknown.Errors)));
        Assert.That(unknown.Errors, Does.StartWith("Client 77 not found"));
    }

    [TestCase("Corner shop", null, 0, TestName = "Who_types_the_name_erases_the_client")]
    [TestCase("Corner", "Nothing was erased: that is not the client's name.", 1, TestName = "Who_types_another_name_erases_nothing")]
    [TestCase(
        null,
        "Nothing was erased: nobody typed the client's name; --yes does without.",
        2,
        TestName = "Where_nobody_types_nothing_is_erased"
    )]
    public async Task Erasing_asks_for_the_name(string? typed, string? refusal, int exitCode)
    {
        using var folder = new TemporaryFolder();
        await using var server = await VigintProcess.StartAsync(folder.Path);
        var id = (await VigintCli.RunAsync(folder, server, "clients", "create", "Corner shop", "shop@example.org", "--json")).Json[
            "client_id"
        ]!.ToString();

        var erasing = VigintCli.Start(folder, server, "clients", "erase", id);
        await erasing.TypeAsync(typed);
        var answer = await VigintCli.AnswerOfAsync(erasing);

        Assert.That(
            (answer.ExitCode, answer.Errors.StartsWith("Corner shop goes for good", StringComparison.Ordinal)),
            Is.EqualTo((exitCode, true))
        );
        Assert.That(
            (answer.Output, answer.Errors),
            refusal is null
                ? Is.EqualTo(
                    (
                        $"Client {id} is erased, with 0 videos and 0 alerts. Nothing is left but the number and the sums of what was used.",
                        answer.Errors
                    )
                )
                : Is.EqualTo(("", $"Corner shop goes for good, with all its videos and alerts. Type its name to go on: {refusal}"))
        );
        var left = (await VigintCli.RunAsync(folder, server, "clients", "list", "--json")).Json["count"]!.GetValue<int>();
        Assert.That(left, Is.EqualTo(exitCode == 0 ? 0 : 1));
    }

    [Test]
    public async Task Erasing_without_being_asked_tells_what_went()
    {
        using var folder = new TemporaryFolder();
        await using var server = await VigintProcess.StartAsync(folder.Path, ("RENDITIONS", "false"));
        Task<CliAnswer> Run(params string[] arguments) => VigintCli.RunAsync(folder, server, [.. arguments, "--json"]);
        var made = await Run("clients", "create", "Corner shop", "shop@example.org");
        var id = made.Json["client_id"]!.ToString();
        using (var shop = VideoApi.At(server.Address, made.Json["api_key"]!.ToString()))
            await shop.StoreAsync("door", Clips.Fake());

        var erased = await Run("clients", "erase", id, "--yes");
        var again = await Run("clients", "erase", id, "--yes");
        var asked = await Run("clients", "erase", id);

        Assert.That((erased.ExitCode, erased.Json["videos_deleted"]!.GetValue<int>(), erased.Errors), Is.EqualTo((0, 1, "")));
        Assert.That((again.ExitCode, again.Errors.StartsWith($"Client {id} not found", StringComparison.Ordinal)), Is.EqualTo((1, true)));
        Assert.That((asked.ExitCode, asked.Errors), Is.EqualTo((1, $"Client {id} not found; vigint clients list shows those there are.")));
    }

    [Test]
    public async Task Links_disk_and_usage_are_told_for_people_and_for_programs()
    {
        using var folder = new TemporaryFolder();
        await using var server = await VigintProcess.StartAsync(folder.Path, ("RENDITIONS", "false"));
        await server.Api.StoreAsync("door", Clips.Fake(), metadata: new JsonObject { ["expiration_time"] = "2030-01-01T00:00:00.5" });
        Task<CliAnswer> Run(params string[] arguments) => VigintCli.RunAsync(folder, server, arguments);

        var link = (await Run("link", "make", "door")).Output;
        var own = (await Run("link", "make", "door", "--expiration", "2030-01-01T00:00:00.5", "--json")).Json["private_link"]!.ToString();
        Assert.That((await Run("link", "verify", link)).ExitCode, Is.Zero);
        Assert.That((await Run("link", "verify", own, "--json")).Json["valid"]!.GetValue<bool>(), Is.True, "as old clients make it");
        Assert.That((await Run("link", "verify", $"{link}0")).ExitCode, Is.EqualTo(1));
        Assert.That((await Run("link", "extend", "door", "24", "--json")).Json["success"]!.GetValue<bool>(), Is.True);

        Assert.That((await Run("storage", "status", "--json")).Json["videos_count"]!.GetValue<int>(), Is.EqualTo(1));
        Assert.That((await Run("storage", "cleanup", "--max-age-hours", "0", "--dry-run")).Output, Does.StartWith("1 would be deleted"));
        Assert.That((await Run("usage", "--json")).Json["summary"]!.AsArray(), Is.Not.Empty);
        Assert.That((await Run("usage", "--all")).Output, Does.Contain("operator"));
        Assert.That((await Run("storage", "cleanup", "--max-age-hours", "0")).Output, Does.StartWith("1 deleted, 0 failed"));
    }

    [Test]
    public async Task The_version_is_the_servers()
    {
        using var folder = new TemporaryFolder();
        await using var server = await VigintProcess.StartAsync(folder.Path);

        var answer = await VigintCli.RunAsync(folder, [], "--version");

        Assert.That(answer.Output, Is.EqualTo($"vigint {(await server.Api.GetAsync("/api/health")).Text("version")}"));
    }
}
