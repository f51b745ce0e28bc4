using Npgsql;
using Vigint.Infrastructure.Persistence;
using Vigint.TestSupport;

namespace Vigint.SystemTests;

/// <summary>What is lost and put back, with the scripts that operators use (docs/operations.md).</summary>
[Parallelizable]
public sealed class BackupTests
{
    private const string IndexesSql = "select count(*) from pg_indexes where schemaname = current_schema()";

    private TemporaryFolder folder = null!;
    private PostgresCluster? cluster;

    [SetUp]
    public void Make() => folder = new TemporaryFolder();

    [TearDown]
    public void Remove() => folder.Dispose();

    [OneTimeTearDown]
    public async Task Stop()
    {
        if (cluster is not null)
            await cluster.DisposeAsync();
    }

    [Test]
    public async Task Everything_that_was_there_at_the_backup_is_there_after_both_disk_and_database_were_lost([Values] bool postgres)
    {
        var before = await NewDatabaseAsync(postgres);
        MadeClient shop;
        StoredVideo own,
            shops,
            later;
        await using (var server = await StartAsync(before))
        {
            own = await server.Api.StoreAsync("own", Clips.Fake(seed: 1));
            (shop, shops) = await AddShopAsync(server);

            // Whoever reads the audit has what waits written first; else it is written within a second.
            Assert.That((await server.Api.GetAsync("/api/v1/videos/own/audit")).BodyText, Does.Contain("uploaded"));
            Assert.That(await RunAsync("backup.sh", before), Is.EqualTo((0, $"2 videos and the database are in {folder.At("backup")}.\n")));
            later = await server.Api.StoreAsync("later", Clips.Fake(seed: 3));
        }

        Directory.Delete(folder.At("data"), recursive: true);
        var after = await NewDatabaseAsync(postgres);
        var (exitCode, output) = await RunAsync("restore.sh", after);
        Assert.That(exitCode, Is.Zero, output);
        Assert.That(output, Does.StartWith($"The database and 2 videos are as they were in {folder.At("backup")}. Start the server.\n"));

        await using var restored = await StartAsync(after);
        Assert.That((await restored.Api.GetAsync(own.Link)).Body, Is.EqualTo(Clips.Fake(seed: 1)));
        Assert.That((await restored.Api.GetAsync(shops.Link)).Body, Is.EqualTo(Clips.Fake(seed: 2)));
        Assert.That((await restored.Api.GetAsync(later.Link)).Error, Is.EqualTo("Video not found"));
        using var shopsApi = VideoApi.At(restored.Address, shop.Key);
        Assert.That(IdsIn(await shopsApi.GetAsync("/api/v1/videos")), Is.EqualTo(new[] { "shops" }));
        Assert.That((await restored.Api.GetAsync("/api/v1/videos/own/audit")).BodyText, Does.Contain("uploaded"));
    }

    [Test]
    public async Task Without_a_backup_a_lost_database_is_made_anew_from_the_folder_and_links_live_on([Values] bool postgres)
    {
        var before = await NewDatabaseAsync(postgres);
        MadeClient shop;
        StoredVideo own,
            shops;
        await using (var server = await StartAsync(before))
        {
            own = await server.Api.StoreAsync("own", Clips.Fake(seed: 1));
            (shop, shops) = await AddShopAsync(server);
        }

        foreach (var file in Directory.EnumerateFiles(folder.At("data"), "vigint.db*"))
            File.Delete(file);

        await using var again = await StartAsync(await NewDatabaseAsync(postgres));
        await Eventually.RequireAsync("the folder is taken in", async () => IdsIn(await again.Api.GetAsync("/api/v1/videos")).Count == 2);
        Assert.That((await again.Api.GetAsync(own.Link)).Body, Is.EqualTo(Clips.Fake(seed: 1)));
        Assert.That((await again.Api.GetAsync(shops.Link)).Body, Is.EqualTo(Clips.Fake(seed: 2)));

        // Clients, and with them their keys, stand in the database alone; nobody new gets the videos of one who was lost.
        using var shopsApi = VideoApi.At(again.Address, shop.Key);
        Assert.That((await shopsApi.GetAsync("/api/v1/videos")).Status, Is.EqualTo(401));
        using var admin = AdminOf(again);
        using var newcomer = VideoApi.At(again.Address, (await admin.AddClientAsync()).Key);
        Assert.That(IdsIn(await newcomer.GetAsync("/api/v1/videos")), Is.Empty);
    }

    [Test]
    public async Task A_second_backup_forgets_what_was_deleted()
    {
        await using var server = await StartAsync(database: null);
        await server.Api.StoreAsync("kept", Clips.Fake(seed: 1));
        await server.Api.StoreAsync("deleted", Clips.Fake(seed: 2));
        await RunAsync("backup.sh", database: null);
        await server.Api.DeleteAsync("/api/v1/videos/upload/deleted");

        await RunAsync("backup.sh", database: null);

        Assert.That(
            folder.Files("backup"),
            Is.EqualTo(new[] { "complete", "database", "videos/video_kept.json", "videos/video_kept.mp4" })
        );
    }

    [Test]
    public async Task A_running_server_is_not_restored_over()
    {
        await using var server = await StartAsync(database: null);
        var stored = await server.Api.StoreAsync("kept", Clips.Fake());
        await RunAsync("backup.sh", database: null);

        Assert.That(await RunAsync("restore.sh", database: null), Is.EqualTo((1, "The server runs; stop it first.\n")));
        Assert.That((await server.Api.GetAsync(stored.Link)).Body, Is.EqualTo(Clips.Fake()));
    }

    [Test]
    public async Task What_was_there_before_a_restore_is_moved_aside([Values] bool postgres)
    {
        var database = await NewDatabaseAsync(postgres);
        await using (var server = await StartAsync(database))
        {
            await server.Api.StoreAsync("kept", Clips.Fake(seed: 1));
            await RunAsync("backup.sh", database);
            await server.Api.StoreAsync("later", Clips.Fake(seed: 2));
        }

        await RunAsync("restore.sh", database);

        var aside = Path.GetRelativePath(folder.Path, Directory.GetDirectories(folder.At("data", "videos"), ".before-restore-*").Single());
        Assert.That(
            folder.Files(aside),
            Is.SupersetOf(
                new[] { postgres ? "database" : "vigint.db", "videos/video_kept.mp4", "videos/video_later.json", "videos/video_later.mp4" }
            )
        );
        Assert.That((await RunAsync("backup.sh", database)).ExitCode, Is.Zero);
        Assert.That(
            folder.Files("backup").Where(file => file.EndsWith(".mp4", StringComparison.Ordinal)),
            Is.EqualTo(new[] { "videos/video_kept.mp4" })
        );
    }

    [TestCase(null, TestName = "Where_there_is_no_database_no_backup_is_made_of_one")]
    [TestCase("", TestName = "Where_the_database_is_empty_no_backup_is_made_of_it")]
    [TestCase("other", TestName = "Where_the_database_is_no_database_no_backup_is_made_of_it")]
    public async Task A_good_backup_stays(string? found)
    {
        await using (var server = await StartAsync(database: null))
            await RunAsync("backup.sh", database: null);
        var good = await File.ReadAllBytesAsync(folder.At("backup", "database"));
        foreach (var file in Directory.EnumerateFiles(folder.At("data"), "vigint.db*"))
            File.Delete(file);
        if (found is not null)
            await File.WriteAllTextAsync(folder.At("data", "vigint.db"), found);

        var (exitCode, _) = await RunAsync("backup.sh", database: null);

        Assert.That(exitCode, Is.Not.Zero);
        Assert.That(folder.Files("backup"), Is.EqualTo(new[] { "complete", "database" }));
        Assert.That(await File.ReadAllBytesAsync(folder.At("backup", "database")), Is.EqualTo(good));
    }

    [Test]
    public async Task The_settings_can_be_those_of_a_service()
    {
        var database = await NewDatabaseAsync(postgres: true);
        await using var server = await StartAsync(database);
        await File.WriteAllTextAsync(folder.At("vigint.env"), $"SECRET_KEY=x\nDATABASE_URL=\"{database}\"\n");

        var without = await RunAsync("backup.sh", database: null);
        var (exitCode, output) = await RunAsync(["backup.sh", "--env", folder.At("vigint.env")]);

        Assert.That(
            without,
            Is.EqualTo(
                (1, "There is no database data/vigint.db. Start this in the server's working folder, with its settings (--env FILE).\n")
            )
        );
        Assert.That((exitCode, output), Is.EqualTo((0, $"0 videos and the database are in {folder.At("backup")}.\n")));
    }

    [Test]
    public async Task A_backup_that_broke_off_is_not_restored()
    {
        await using (var server = await StartAsync(database: null))
            await server.Api.StoreAsync("kept", Clips.Fake());
        await RunAsync("backup.sh", database: null);
        Directory.Delete(folder.At("backup", "videos"), recursive: true);
        await File.WriteAllTextAsync(folder.At("backup", "videos"), "in the way");
        var broken = await RunAsync("backup.sh", database: null);
        File.Delete(folder.At("backup", "videos"));
        Directory.CreateDirectory(folder.At("backup", "videos"));

        var refused = await RunAsync("restore.sh", database: null);

        Assert.That(broken.ExitCode, Is.Not.Zero);
        Assert.That(refused, Is.EqualTo((1, $"There is no complete backup in {folder.At("backup")}.\n")));
        Assert.That(folder.Files("data", "videos"), Does.Contain("video_kept.mp4"));
    }

    [Test]
    public async Task What_root_restores_belongs_to_the_owner_of_the_working_folder()
    {
        if (Environment.UserName != "root")
            Needs.Missing("only root can give files away");
        await using (var server = await StartAsync(database: null))
            await server.Api.StoreAsync("kept", Clips.Fake());
        await RunAsync("backup.sh", database: null);
        Directory.Delete(folder.At("data"), recursive: true);
        await Shell.RunAsync(folder.Path, ["chown", "1654:1654", "."]);

        await RunAsync("restore.sh", database: null);

        var (_, owners) = await Shell.RunAsync(folder.Path, ["find", "data", "-printf", "%U:%G %P\n"]);
        var lines = owners.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.That(lines, Has.Some.EndsWith("vigint.db").And.Some.EndsWith("video_kept.mp4").And.All.StartsWith("1654:1654 "));
    }

    [Test]
    public async Task Tables_that_a_newer_version_added_do_not_keep_the_older_ones_from_coming_back()
    {
        var database = await NewDatabaseAsync(postgres: true);
        await using (var server = await StartAsync(database))
            await server.Api.StoreAsync("kept", Clips.Fake());
        await RunAsync("backup.sh", database);
        await QueryAsync(
            database!,
            "create table newer (video_id text references videos (video_id)); "
                + "insert into schema_tables (name) values ('newer'); insert into schema_migrations (number, name, applied_at_ms) "
                + "values (9999, 'newer', 0)"
        );

        var (exitCode, output) = await RunAsync("restore.sh", database);

        Assert.That(exitCode, Is.Zero, output);
        Assert.That(await QueryAsync(database!, "select count(*) from pg_tables where tablename = 'newer'"), Is.Zero);
        await using var restored = await StartAsync(database);
        Assert.That(IdsIn(await restored.Api.GetAsync("/api/v1/videos")), Is.EqualTo(new[] { "kept" }));
    }

    [Test]
    public async Task Another_programs_tables_are_not_backed_up_and_stay_as_they_are_at_a_restore()
    {
        var database = await NewDatabaseAsync(postgres: true);
        await using (var server = await StartAsync(database))
            await server.Api.StoreAsync("kept", Clips.Fake());
        await QueryAsync(
            database!,
            "create table others (number integer primary key); create index others_by_number on others (number); insert into others "
                + "values (1)"
        );
        await RunAsync("backup.sh", database);
        await QueryAsync(database!, "insert into others values (2); delete from videos");
        var before = await QueryAsync(database!, IndexesSql);

        var (exitCode, output) = await RunAsync("restore.sh", database);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(exitCode, Is.Zero, output);
            Assert.That(await QueryAsync(database!, "select count(*) from others"), Is.EqualTo(2));
            Assert.That(await QueryAsync(database!, "select count(*) from videos"), Is.EqualTo(1));
            Assert.That(await QueryAsync(database!, IndexesSql), Is.EqualTo(before));
        }
    }

    [Test]
    public async Task Of_a_backup_of_a_whole_database_as_earlier_versions_made_it_another_programs_tables_are_left_out()
    {
        var database = await NewDatabaseAsync(postgres: true);
        await using (var server = await StartAsync(database))
            await server.Api.StoreAsync("kept", Clips.Fake());
        await QueryAsync(database!, "create table others (number integer primary key); insert into others values (1)");
        await RunAsync("backup.sh", database);
        await Shell.RunAsync(
            folder.Path,
            ["pg_dump", "--format=custom", "--no-owner", "--no-privileges", $"--file={folder.At("backup", "database")}", database!]
        );
        await QueryAsync(database!, "insert into others values (2); delete from videos");

        var (exitCode, output) = await RunAsync("restore.sh", database);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(exitCode, Is.Zero, output);
            Assert.That(await QueryAsync(database!, "select count(*) from others"), Is.EqualTo(2));
            Assert.That(await QueryAsync(database!, "select count(*) from videos"), Is.EqualTo(1));
        }
    }

    [TestCase("backup.sh", "rsync", "rsync", false)]
    [TestCase("backup.sh", "sqlite3", "sqlite3", false)]
    [TestCase("backup.sh", "pg_dump", "postgresql-client", true)]
    [TestCase("restore.sh", "rsync", "rsync", false)]
    [TestCase("restore.sh", "psql", "postgresql-client", true)]
    public async Task Without_a_program_that_it_needs_a_script_says_so_and_does_nothing(
        string script,
        string program,
        string package,
        bool postgres
    )
    {
        await using (var server = await StartAsync(database: null))
            await server.Api.StoreAsync("kept", Clips.Fake());
        var before = folder.Files();
        Directory.CreateDirectory(folder.At("bin"));
        foreach (var one in (string[])["/usr/bin", "/bin", "/usr/sbin"])
        {
            foreach (var file in Directory.GetFiles(one).Where(file => Path.GetFileName(file) != program))
                _ = Path.Exists(folder.At("bin", Path.GetFileName(file)))
                    ? null
                    : File.CreateSymbolicLink(folder.At("bin", Path.GetFileName(file)), file);
        }

        // Nobody is at that address, and nobody is asked.
        var settings = SettingsOf(postgres ? "postgres://vigint@127.0.0.1:9/vigint" : null);
        var (exitCode, output) = await Shell.RunAsync(
            folder.Path,
            [Repository.At("deploy", script), folder.At("backup")],
            [("PATH", folder.At("bin")), .. settings]
        );
        Directory.Delete(folder.At("bin"), recursive: true);

        Assert.That(
            (exitCode, output),
            Is.EqualTo((1, $"{program} is missing: install the package {package} first (apt-get install {package}). Nothing was done.\n"))
        );
        Assert.That(folder.Files(), Is.EqualTo(before));
    }

    [Test]
    public async Task A_restore_that_fails_has_changed_nothing()
    {
        var database = await NewDatabaseAsync(postgres: true);
        await using (var server = await StartAsync(database))
        {
            await RunAsync("backup.sh", database);
            await server.Api.StoreAsync("kept", Clips.Fake());
        }

        await using (var dump = new FileStream(folder.At("backup", "database"), FileMode.Open))
            dump.SetLength(dump.Length - 1000);

        var (exitCode, _) = await RunAsync("restore.sh", database);

        Assert.That(exitCode, Is.Not.Zero);
        Assert.That(await QueryAsync(database!, "select count(*) from videos"), Is.EqualTo(1));
        Assert.That(
            folder.Files("data", "videos").Where(file => !file.StartsWith('.')),
            Is.EqualTo(new[] { "video_kept.json", "video_kept.mp4" })
        );
        Assert.That(Directory.GetDirectories(folder.At("data", "videos"), ".*restor*"), Is.Empty);
    }

    [Test]
    public async Task No_program_is_told_the_password_where_others_see_it()
    {
        var database = await NewDatabaseAsync(postgres: true);
        await using (await StartAsync(database))
        {
            // Only that there is something in the database.
        }

        string[] programs = ["pg_dump", "pg_restore", "psql"];
        Directory.CreateDirectory(folder.At("bin"));
        foreach (var program in programs)
        {
            await File.WriteAllTextAsync(
                folder.At("bin", program),
                $"#!/bin/sh\necho \"{program} $PGPASSWORD: $(echo \"$*\" | tr '\\n' ' ')\" >>{folder.At("told")}\nexec "
                    + $"{Needs.Program(program)} \"$@\"\n"
            );
            File.SetUnixFileMode(folder.At("bin", program), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }

        foreach (var script in new[] { "backup.sh", "restore.sh" })
        {
            var (exitCode, output) = await RunAsync(
                [script],
                ("PATH", $"{folder.At("bin")}:{Environment.GetEnvironmentVariable("PATH")}"),
                ("DATABASE_URL", database!)
            );
            Assert.That(exitCode, Is.Zero, output);
        }

        var told = await File.ReadAllLinesAsync(folder.At("told"));
        Assert.That(told.Select(line => line.Split(' ')[0]).Distinct(), Is.EquivalentTo(programs));
        Assert.That(told, Has.All.Match("^[a-z_]+ p@ss: ").And.All.Not.Match(": .*p(@|%40)ss"));
    }

    private static async Task<(MadeClient Shop, StoredVideo Video)> AddShopAsync(VigintProcess server)
    {
        using var admin = AdminOf(server);
        var shop = await admin.AddClientAsync();
        using var api = VideoApi.At(server.Address, shop.Key);
        return (shop, await api.StoreAsync("shops", Clips.Fake(seed: 2)));
    }

    private static AdminApi AdminOf(VigintProcess server) => new(new HttpClient { BaseAddress = server.Address }, VigintProcess.Key);

    private static IReadOnlyList<string> IdsIn(Answer list) =>
        [.. list.Json["videos"]!.AsArray().Select(video => (string)video!["video_id"]!)];

    /// <returns>A database of its own in the cluster of all these tests; null for SQLite in the server's own folder.</returns>
    private async Task<string?> NewDatabaseAsync(bool postgres)
    {
        if (!postgres)
            return null;
        cluster ??= await PostgresCluster.StartNewAsync();
        return await cluster.NewDatabaseAsync();
    }

    private async Task<VigintProcess> StartAsync(string? database)
    {
        var server = await VigintProcess.StartAsync(folder.Path, [("RENDITIONS", "false"), .. SettingsOf(database)]);
        // Health would tell it as well, but asks ffmpeg too, which none of these tests needs.
        await Eventually.RequireAsync("the database answers", async () => (await server.Api.GetAsync("/api/v1/videos")).Status == 200);
        return server;
    }

    private Task<(int ExitCode, string Output)> RunAsync(string script, string? database) => RunAsync([script], SettingsOf(database));

    /// <param name="command">A script, with all but its last argument.</param>
    private Task<(int ExitCode, string Output)> RunAsync(string[] command, params (string, string)[] settings)
    {
        foreach (var program in new[] { "rsync", "sqlite3", "pg_dump", "psql" })
            Needs.Program(program);
        return Shell.RunAsync(folder.Path, [Repository.At("deploy", command[0]), .. command[1..], folder.At("backup")], settings);
    }

    /// <returns>The first column of the first row, or null.</returns>
    private static async Task<object?> QueryAsync(string database, string sql)
    {
        await using var source = NpgsqlDataSource.Create(DatabaseOptions.FromPostgresAddress(database)!.Postgres!);
        await using var command = source.CreateCommand(sql);
        return await command.ExecuteScalarAsync();
    }

    private static (string, string)[] SettingsOf(string? database) => database is null ? [] : [("DATABASE_URL", database)];
}
