using Dapper;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Vigint.Application.Audit;
using Vigint.Application.Common;
using Vigint.Application.Usage;
using Vigint.Infrastructure.Persistence;
using Vigint.TestSupport;

namespace Vigint.AdapterTests.Persistence;

/// <summary>
/// What a loss of power may take back. That no test of this project writes other tables without a sync is looked at after each of them.
/// </summary>
public sealed class DurabilityTests
{
    [Test]
    public async Task Of_every_table_it_is_decided_whether_a_loss_of_power_may_take_its_last_rows()
    {
        using var folder = new TemporaryFolder();
        await using var database = new WatchedSqlite(folder.At("test.db"));
        await new Migrator(database, TimeProvider.System, NullLogger<Migrator>.Instance).MigrateAsync(default);
        await using var connection = await database.OpenConnectionAsync();

        var tables = await connection.QueryAsync<string>(
            "select name from sqlite_master where type = 'table' and name not like 'sqlite_%'"
        );

        // A new table that is not among the journals is durable; add it here when you have decided so.
        Assert.That(
            tables.Except(WatchedSqlite.Journals),
            Is.EquivalentTo(
                new[]
                {
                    "schema_migrations",
                    "schema_tables",
                    "used_links",
                    "clients",
                    "api_keys",
                    "model_uses",
                    "alerts",
                    "alert_turns",
                    "alert_deliveries",
                    "alert_attempts",
                    "idempotency_keys",
                    "alert_channels",
                    "expected_clips",
                }
            )
        );
    }

    [Test]
    public async Task Journals_are_not_synced_and_a_video_is_for_the_sake_of_its_links()
    {
        using var folder = new TemporaryFolder();
        await using var database = new WatchedSqlite(folder.At("test.db"));
        await new Migrator(database, TimeProvider.System, NullLogger<Migrator>.Instance).MigrateAsync(default);

        await new UsageRecords(database).AddAsync([new RecordedCall("call", A.Noon, 1, 2, "/api/video/alert", "POST", 200, 0)], default);
        await new AuditRecords(database).AddAsync(
            [new AuditEvent("event", A.Noon, A.Video().Id, "operator", AuditAction.Uploaded, null, null, CallOrigin.Unknown)],
            default
        );
        await new ClientRecords(database).NoteUseAsync(new Dictionary<int, DateTimeOffset> { [2] = A.Noon }, default);
        await new VideoRecords(database).SaveAsync([A.Video()], default);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(SyncsOf("usage_calls"), Is.EqualTo(new[] { false }));
            Assert.That(SyncsOf("audit_events"), Is.EqualTo(new[] { false }));
            Assert.That(SyncsOf("api_keys"), Is.EqualTo(new[] { false }));
            Assert.That(SyncsOf("used_links"), Is.EqualTo(new[] { true }));
        }

        IEnumerable<bool> SyncsOf(string table) =>
            database.Writes.Where(write => write.Table == table).Select(write => write.IsSynced).Distinct();
    }

    [Test]
    public async Task On_PostgreSQL_a_commit_is_synced_even_where_the_database_says_otherwise()
    {
        var address = DatabaseOptions.FromPostgresAddress(await (await SharedCluster.GetAsync()).NewDatabaseAsync())!.Postgres!;
        await using (var plain = new NpgsqlConnection(address.ConnectionString))
            await plain.ExecuteAsync($"alter database {address.Database} set synchronous_commit = off");
        await using var database = NpgsqlDataSource.Create(address);
        NpgsqlConnection.ClearAllPools();

        await using var connection = await database.OpenConnectionAsync();

        Assert.That(await connection.ExecuteScalarAsync<string>("show synchronous_commit"), Is.EqualTo("on"));
    }
}
