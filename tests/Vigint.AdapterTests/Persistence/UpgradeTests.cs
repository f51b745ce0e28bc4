using System.Data.Common;
using Dapper;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Vigint.Infrastructure;
using Vigint.Infrastructure.Persistence;
using Vigint.TestSupport;

namespace Vigint.AdapterTests.Persistence;

/// <summary>A database of an older version, and what is kept of it before it is changed.</summary>
public sealed class SqliteUpgradeTests
{
    private const int Old = 11;

    private TemporaryFolder folder = null!;

    private string Path => folder.At("test.db");

    [SetUp]
    public async Task Make()
    {
        folder = new TemporaryFolder();
        await using var database = new SqliteDataSource(Path);
        database.UseWriteAheadLog();
        await OldSchema.MakeAsync(database, Old);
        await using var connection = await database.OpenConnectionAsync();
        await connection.ExecuteAsync("insert into used_links (digest) values ('before')");
    }

    [TearDown]
    public void Remove() => folder.Dispose();

    [Test]
    public async Task Before_it_is_changed_it_is_copied_beside_itself()
    {
        await StartAsync();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(folder.Files(), Does.Contain("test.db.before-0012").And.None.EndsWith(".new"));
            Assert.That(
                await AskAsync("test.db.before-0012", "select max(number) || (select digest from used_links) from schema_migrations"),
                Is.EqualTo("11before")
            );
            Assert.That(await AskAsync("test.db", "select max(number) from schema_migrations"), Is.EqualTo((long)Migrator.Newest));
            Assert.That(
                File.GetUnixFileMode(folder.At("test.db.before-0012")),
                Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead)
            );
        }
    }

    [Test]
    public async Task A_start_that_finds_it_up_to_date_or_new_copies_nothing()
    {
        await StartAsync();
        File.Delete(folder.At("test.db.before-0012"));

        await StartAsync();
        await using (var fresh = new SqliteDataSource(folder.At("fresh.db")))
            await StartOf(fresh).RunAsync(default);

        Assert.That(folder.Files(), Has.None.Contains("before"));
    }

    [Test]
    public async Task A_migration_that_fails_is_named_and_the_copy_is_not_made_again_at_each_start()
    {
        await WriteAsync("create table expected_clips (in_the_way integer)");
        var first = Assert.ThrowsAsync<StartUpException>(StartAsync);

        // The first one has made the table of tables.
        Assert.ThrowsAsync<StartUpException>(StartAsync);
        var made = new FileInfo(folder.At("test.db.before-0012"));
        var inode = (await Shell.RunAsync(folder.Path, ["stat", "-c", "%i", made.FullName])).Output;

        Assert.ThrowsAsync<StartUpException>(StartAsync);
        var again = (await Shell.RunAsync(folder.Path, ["stat", "-c", "%i", made.FullName])).Output;
        await WriteAsync("insert into used_links (digest) values ('later')");
        Assert.ThrowsAsync<StartUpException>(StartAsync);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                first!.Message,
                Does.StartWith(
                    "The database cannot be brought up to date: migration 0012_expected_clips.sql fails (SQLite Error 1: 'table "
                        + "expected_clips already exists'), "
                        + "and nothing of it was applied"
                )
            );
            Assert.That(again, Is.EqualTo(inode));
            Assert.That(
                await AskAsync("test.db.before-0012", "select count(*) from used_links"),
                Is.EqualTo(2),
                "one of another state is made anew"
            );
        }
    }

    [Test]
    public async Task Two_copies_are_kept()
    {
        foreach (var number in (string[])["0003", "0007", "0009"])
            await File.WriteAllTextAsync(folder.At($"test.db.before-{number}"), "");

        await StartAsync();

        Assert.That(
            folder.Files().Where(file => file.Contains("before", StringComparison.Ordinal)),
            Is.EqualTo(new[] { "test.db.before-0009", "test.db.before-0012" })
        );
    }

    [Test]
    public async Task Without_room_for_the_copy_nothing_is_changed()
    {
        await using var disk = await SmallDisk.MountAsync("2m");
        await WriteAsync("insert into used_links (digest) values (hex(randomblob(200000)))");
        SqliteConnection.ClearAllPools();
        File.Copy(Path, disk.At("test.db"));
        disk.Fill();
        using var database = new SqliteDataSource(disk.At("test.db"));

        // The log's index needs some room, too, which a disk that is quite full has not.
        await using (var filling = new FileStream(disk.At("filling"), FileMode.Open))
            filling.SetLength(filling.Length - 128 * 1024);
        var refused = Assert.ThrowsAsync<StartUpException>(() => StartOf(database).RunAsync(default));

        await using var connection = await database.OpenConnectionAsync();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(refused!.Message, Does.Contain("there is no room").And.EndWith("make room and start again. Nothing was changed."));
            Assert.That(await connection.ExecuteScalarAsync<long>("select max(number) from schema_migrations"), Is.EqualTo(Old));
            Assert.That(Directory.GetFiles(disk.Path, "*before*"), Is.Empty);
        }
    }

    private async Task StartAsync()
    {
        await using var database = new SqliteDataSource(Path);
        await StartOf(database).RunAsync(default);
    }

    private static DatabaseStart StartOf(SqliteDataSource database) =>
        new(database, new Migrator(database, TimeProvider.System, NullLogger<Migrator>.Instance));

    private async Task WriteAsync(string sql)
    {
        await using var database = new SqliteDataSource(Path);
        await using var connection = await database.OpenConnectionAsync();
        await connection.ExecuteAsync(sql);
    }

    private async Task<object?> AskAsync(string file, string sql)
    {
        await using var connection = new SqliteConnection($"Data Source={folder.At(file)};Mode=ReadOnly;Pooling=False");
        return await connection.ExecuteScalarAsync<object?>(sql);
    }
}

public sealed class PostgresUpgradeTests
{
    private NpgsqlDataSource database = null!;

    [SetUp]
    public async Task Open() =>
        database = NpgsqlDataSource.Create(
            DatabaseOptions.FromPostgresAddress(await (await SharedCluster.GetAsync()).NewDatabaseAsync())!.Postgres!
        );

    [TearDown]
    public async Task Close() => await database.DisposeAsync();

    [Test]
    public async Task A_migration_of_a_large_table_takes_the_time_that_it_takes()
    {
        await OldSchema.MakeAsync(database, 9);
        await using (var connection = await database.OpenConnectionAsync())
        {
            // Longer than any other statement may take, which is four seconds.
            await connection.ExecuteAsync(
                """
                create function slow() returns trigger language plpgsql as 'begin perform pg_sleep(4.5); return new; end';
                create trigger slow before update on alert_deliveries for each row execute function slow();
                insert into alerts (alert_id, owner, client_name, email, at_ms, risk, state, frame_count, analysis, link_base,
                  text_digest, repeats)
                values ('VIG-1', 'shop', '', '', 0, 0, 'queued', 0, '', '', '', 0);
                insert into alert_deliveries (delivery_id, alert_id, kind, address, state, begun_at_ms, attempts, due_at_ms)
                values ('d', 'VIG-1', 'mail', '', 'queued', 0, 0, 0);
                """
            );
        }

        await NewMigrator().MigrateAsync(default);

        await using var after = await database.OpenConnectionAsync();
        Assert.That(await after.ExecuteScalarAsync<string>("select owner from alert_deliveries"), Is.EqualTo("shop"));
    }

    [Test]
    public async Task One_that_can_never_be_applied_ends_the_start_with_its_name_and_the_reason()
    {
        await OldSchema.MakeAsync(database, 11);
        await using (var connection = await database.OpenConnectionAsync())
            await connection.ExecuteAsync("create table expected_clips (in_the_way integer)");

        Assert.That(
            () => NewMigrator().MigrateAsync(default),
            Throws
                .TypeOf<StartUpException>()
                .With.Message.StartsWith(
                    "The database cannot be brought up to date: migration 0012_expected_clips.sql fails (relation \"expected_clips\" "
                        + "already exists), and nothing of it was applied"
                )
        );
    }

    [Test]
    public async Task One_that_waits_for_a_lock_gives_way_and_can_be_tried_again()
    {
        await OldSchema.MakeAsync(database, 9);
        var start = new DatabaseStart(database, NewMigrator());
        await using (var other = await database.OpenConnectionAsync())
        await using (var transaction = await other.BeginTransactionAsync())
        {
            await other.ExecuteAsync("lock table alert_deliveries in share mode", transaction: transaction);

            var failed = Assert.ThrowsAsync<MigrationException>(() => start.RunAsync(default));

            Assert.That(
                failed!.Message,
                Is.EqualTo(
                    "migration 0010_delivery_shares.sql cannot be applied yet: another session keeps a table locked, or another "
                        + "server applies it just now"
                )
            );
            Assert.That(start.State, Is.EqualTo("migration 0010_delivery_shares.sql cannot be applied yet; see the log"));
        }

        await start.RunAsync(default);

        Assert.That(start.IsDone, Is.True);
    }

    private Migrator NewMigrator() => new(database, TimeProvider.System, NullLogger<Migrator>.Instance);
}

[TestFixture(typeof(OnSqlite))]
[TestFixture(typeof(OnPostgres))]
public sealed class OwnTableTests<TDatabase> : OnEachDatabase<TDatabase>
    where TDatabase : ITestDatabase, new()
{
    private const string TablesSqlite = "select name from sqlite_master where type = 'table' and name not like 'sqlite_%'";
    private const string TablesPostgres = "select tablename from pg_tables where schemaname = current_schema()";

    [Test]
    public async Task Every_table_that_was_made_is_noted_as_ours()
    {
        await using var connection = await Database.OpenConnectionAsync();
        var made = await connection.QueryAsync<string>(Database is SqliteDataSource ? TablesSqlite : TablesPostgres);

        Assert.That(await connection.QueryAsync<string>("select name from schema_tables"), Is.EquivalentTo(made));
    }
}

/// <summary>The schema of an older version, from the files that are never edited.</summary>
internal static class OldSchema
{
    public static async Task MakeAsync(DbDataSource database, int newest)
    {
        var assembly = typeof(Migrator).Assembly;
        await using var connection = await database.OpenConnectionAsync();
        await connection.ExecuteAsync(
            "create table schema_migrations (number integer not null primary key, name text not null, applied_at_ms bigint not null)"
        );
        foreach (
            var resource in assembly
                .GetManifestResourceNames()
                .Where(name => name.EndsWith(".sql", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal)
                .Take(newest)
        )
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
            var name = string.Join('.', resource.Split('.')[^2..]);
            await connection.ExecuteAsync(await reader.ReadToEndAsync());
            await connection.ExecuteAsync(
                "insert into schema_migrations (number, name, applied_at_ms) values (@number, @name, 0)",
                new { number = int.Parse(name[..4], System.Globalization.CultureInfo.InvariantCulture), name }
            );
        }
    }
}
