using System.Data.Common;
using Dapper;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Vigint.Infrastructure.Persistence;

/// <summary>
/// Brings the schema up to date from the numbered files in <c>Migrations</c>, in order, each in a transaction of its own.
/// A released file is never edited.
/// </summary>
internal sealed partial class Migrator(DbDataSource database, TimeProvider clock, ILogger<Migrator> logger)
{
    private const string Folder = "Vigint.Infrastructure.Persistence.Migrations.";

    private const string CreateTableSql = """
        create table if not exists schema_migrations (
            number        integer not null primary key,
            name          text    not null,
            applied_at_ms bigint  not null
        )
        """;

    // Held to the end of the transaction. Two instances that start together apply each migration once (PostgreSQL §13.3.5);
    // SQLite has one writer at a time anyway. The number is ours and means nothing.
    private const string LockSql = "select pg_advisory_xact_lock(862747001)";

    private const string HighestSql = "select coalesce(max(number), 0) from schema_migrations";

    private const string RecordSql = "insert into schema_migrations (number, name, applied_at_ms) values (@number, @name, @now)";

    /// <summary>The number of the newest schema that this program knows.</summary>
    public static int Newest => All()[^1].Number;

    /// <exception cref="StartUpException">The schema is newer than this program.</exception>
    public async Task MigrateAsync(CancellationToken cancellationToken)
    {
        var migrations = All();
        await database.WriteAsync(async (connection, transaction) =>
        {
            await LockAsync(connection, transaction, cancellationToken);
            return await connection.ExecuteAsync(new CommandDefinition(CreateTableSql, transaction: transaction, cancellationToken: cancellationToken));
        }, cancellationToken);
        foreach (var migration in migrations)
            await ApplyAsync(migration, migrations[^1].Number, cancellationToken);
    }

    private async Task ApplyAsync(Migration migration, int newest, CancellationToken cancellationToken)
    {
        var isApplied = await database.WriteAsync(async (connection, transaction) =>
        {
            await LockAsync(connection, transaction, cancellationToken);
            var highest = await connection.ExecuteScalarAsync<int>(
                new CommandDefinition(HighestSql, transaction: transaction, cancellationToken: cancellationToken));
            if (highest > newest)
                throw new StartUpException($"The database's schema ({highest}) is newer than this version of Vigint knows ({newest}); start the newer version again.");
            if (highest >= migration.Number)
                return false;

            await connection.ExecuteAsync(new CommandDefinition(migration.Sql, transaction: transaction, cancellationToken: cancellationToken));
            await connection.ExecuteAsync(new CommandDefinition(
                RecordSql, new { number = migration.Number, name = migration.Name, now = clock.GetUtcNow().ToUnixTimeMilliseconds() },
                transaction, cancellationToken: cancellationToken));
            return true;
        }, cancellationToken);
        if (isApplied)
            LogApplied(logger, migration.Name);
    }

    private static Task LockAsync(DbConnection connection, DbTransaction transaction, CancellationToken cancellationToken) =>
        connection is NpgsqlConnection
            ? connection.ExecuteAsync(new CommandDefinition(LockSql, transaction: transaction, cancellationToken: cancellationToken))
            : Task.CompletedTask;

    private static List<Migration> All()
    {
        var assembly = typeof(Migrator).Assembly;
        return [.. assembly.GetManifestResourceNames().Where(name => name.StartsWith(Folder, StringComparison.Ordinal)).Order(StringComparer.Ordinal).Select(Read)];

        Migration Read(string resource)
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
            var name = resource[Folder.Length..];
            return new Migration(int.Parse(name.AsSpan(0, 4), System.Globalization.CultureInfo.InvariantCulture), name, reader.ReadToEnd());
        }
    }

    [LoggerMessage(1900, LogLevel.Information, "Migration {Name} applied")]
    private static partial void LogApplied(ILogger logger, string name);

    private sealed record Migration(int Number, string Name, string Sql);
}
