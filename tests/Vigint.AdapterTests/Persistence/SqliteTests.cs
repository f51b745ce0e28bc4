using Dapper;
using Microsoft.Extensions.Logging.Abstractions;
using Vigint.Infrastructure;
using Vigint.Infrastructure.Persistence;
using Vigint.TestSupport;

namespace Vigint.AdapterTests.Persistence;

public sealed class MigratorTests
{
    [Test]
    public async Task A_second_start_finds_everything_done()
    {
        using var folder = new TemporaryFolder();
        await using var database = new SqliteDataSource(folder.At("test.db"));
        var migrator = new Migrator(database, TimeProvider.System, NullLogger<Migrator>.Instance);
        await migrator.MigrateAsync(default);

        Assert.That(() => migrator.MigrateAsync(default), Throws.Nothing);
    }

    [Test]
    public async Task A_newer_schema_stops_the_start()
    {
        using var folder = new TemporaryFolder();
        await using var database = new SqliteDataSource(folder.At("test.db"));
        var migrator = new Migrator(database, TimeProvider.System, NullLogger<Migrator>.Instance);
        await migrator.MigrateAsync(default);
        await using (var connection = await database.OpenConnectionAsync())
            await connection.ExecuteAsync("insert into schema_migrations (number, name, applied_at_ms) values (9999, 'future', 0)");

        Assert.That(() => migrator.MigrateAsync(default), Throws.TypeOf<StartUpException>().With.Message.Contains("newer"));
    }
}
