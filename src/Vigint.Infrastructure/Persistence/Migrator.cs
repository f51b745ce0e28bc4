using System.Data.Common;
using System.Text.RegularExpressions;
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

    // The name under which trouble with the tables below is reported.
    private const string Beginning = "0000_schema";

    private const string CreateTableSql = """
        create table if not exists schema_migrations (
            number        integer not null primary key,
            name          text    not null,
            applied_at_ms bigint  not null
        )
        """;

    // Which tables are ours: a restore removes these and no other program's (deploy/restore.sh).
    private const string CreateTableOfTablesSql = """
        create table if not exists schema_tables (
            name text not null primary key
        )
        """;

    // Held to the end of the transaction. Two instances that start together apply each migration once (PostgreSQL §13.3.5);
    // SQLite has one writer at a time anyway. The number is ours and means nothing.
    private const string LockSql = "select pg_advisory_xact_lock(862747001)";

    // A migration takes the time that it takes. What it must not do is to wait for a lock for long: everybody else waits behind it.
    private const string LimitsSql = "set local statement_timeout = 0; set local lock_timeout = '5s'";
    private const int NoLimit = 0;

    private const string HighestSql = "select coalesce(max(number), 0) from schema_migrations";

    private const string HasSchemaSqlite = "select count(*) from sqlite_master where type = 'table' and name = 'schema_migrations'";

    private const string RecordSql = "insert into schema_migrations (number, name, applied_at_ms) values (@number, @name, @now)";

    private const string OwnTableSql = "insert into schema_tables (name) values (@name) on conflict (name) do nothing";

    private volatile string? applying;

    /// <summary>The number of the newest schema that this program knows.</summary>
    public static int Newest => All()[^1].Number;

    /// <summary>The migration that is being applied; null when none is.</summary>
    public string? Applying => applying;

    /// <returns>
    /// The number of the first migration that a SQLite database lacks; null for one that is new, up to date, or newer than this program.
    /// </returns>
    public Task<int?> FirstMissingAsync(CancellationToken cancellationToken) =>
        database.ReadAsync<int?>(
            async connection =>
            {
                if (
                    await connection.ExecuteScalarAsync<int>(new CommandDefinition(HasSchemaSqlite, cancellationToken: cancellationToken))
                    == 0
                )
                    return null;
                var highest = await connection.ExecuteScalarAsync<int>(
                    new CommandDefinition(HighestSql, cancellationToken: cancellationToken)
                );
                return highest == 0 ? null : All().FirstOrDefault(one => one.Number > highest)?.Number;
            },
            cancellationToken
        );

    /// <exception cref="StartUpException">The schema is newer than this program, or a migration can never be applied to it.</exception>
    /// <exception cref="MigrationException">One cannot be applied now.</exception>
    public async Task MigrateAsync(CancellationToken cancellationToken)
    {
        var migrations = All();
        await InTransactionAsync(
            Beginning,
            async (connection, transaction) =>
            {
                await connection.ExecuteAsync(Command(CreateTableSql, null, transaction, cancellationToken));
                await connection.ExecuteAsync(Command(CreateTableOfTablesSql, null, transaction, cancellationToken));

                // Those too that were made before there was a table of tables.
                var highest = await connection.ExecuteScalarAsync<int>(Command(HighestSql, null, transaction, cancellationToken));
                var tables = migrations
                    .Where(one => one.Number <= highest)
                    .SelectMany(one => one.Tables)
                    .Concat(["schema_migrations", "schema_tables"]);
                return await connection.ExecuteAsync(
                    Command(OwnTableSql, tables.Select(name => new { name }).ToList(), transaction, cancellationToken)
                );
            },
            cancellationToken
        );
        foreach (var migration in migrations)
            await ApplyAsync(migration, migrations[^1].Number, cancellationToken);
    }

    private async Task ApplyAsync(Migration migration, int newest, CancellationToken cancellationToken)
    {
        var isApplied = await InTransactionAsync(
            migration.Name,
            async (connection, transaction) =>
            {
                var highest = await connection.ExecuteScalarAsync<int>(Command(HighestSql, null, transaction, cancellationToken));
                if (highest > newest)
                    throw new StartUpException(
                        $"The database's schema ({highest}) is newer than this version of Vigint knows ({newest}); start the newer "
                            + $"version again."
                    );
                if (highest >= migration.Number)
                    return false;

                applying = migration.Name;
                LogApplying(logger, migration.Name);
                await connection.ExecuteAsync(Command(migration.Sql, null, transaction, cancellationToken));
                await connection.ExecuteAsync(
                    Command(OwnTableSql, migration.Tables.Select(name => new { name }).ToList(), transaction, cancellationToken)
                );
                await connection.ExecuteAsync(
                    Command(
                        RecordSql,
                        new
                        {
                            number = migration.Number,
                            name = migration.Name,
                            now = clock.GetUtcNow().ToUnixTimeMilliseconds(),
                        },
                        transaction,
                        cancellationToken
                    )
                );
                return true;
            },
            cancellationToken
        );
        if (isApplied)
            LogApplied(logger, migration.Name);
    }

    // What the database refuses goes by the migration's name. A connection that cannot be had, or broke, is the database's being away.
    private async Task<T> InTransactionAsync<T>(
        string migration,
        Func<DbConnection, DbTransaction, Task<T>> write,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return await database.WriteAsync(
                Durability.Durable,
                async (connection, transaction) =>
                {
                    try
                    {
                        await BeginAsync(connection, transaction, cancellationToken);
                        return await write(connection, transaction);
                    }
                    catch (DbException exception) when (exception is not NpgsqlException or PostgresException)
                    {
                        throw MigrationException.Of(migration, exception);
                    }
                },
                cancellationToken
            );
        }
        finally
        {
            applying = null;
        }
    }

    private static async Task BeginAsync(DbConnection connection, DbTransaction transaction, CancellationToken cancellationToken)
    {
        if (connection is not NpgsqlConnection)
            return;
        await connection.ExecuteAsync(Command(LimitsSql, null, transaction, cancellationToken));
        await connection.ExecuteAsync(Command(LockSql, null, transaction, cancellationToken));
    }

    private static CommandDefinition Command(
        string sql,
        object? parameters,
        DbTransaction transaction,
        CancellationToken cancellationToken
    ) => new(sql, parameters, transaction, NoLimit, cancellationToken: cancellationToken);

    private static List<Migration> All()
    {
        var assembly = typeof(Migrator).Assembly;
        return
        [
            .. assembly
                .GetManifestResourceNames()
                .Where(name => name.StartsWith(Folder, StringComparison.Ordinal))
                .Order(StringComparer.Ordinal)
                .Select(Read),
        ];

        Migration Read(string resource)
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
            var name = resource[Folder.Length..];
            return new Migration(int.Parse(name.AsSpan(0, 4), System.Globalization.CultureInfo.InvariantCulture), name, reader.ReadToEnd());
        }
    }

    [GeneratedRegex(@"^create table (?:if not exists )?(\w+)", RegexOptions.Multiline)]
    private static partial Regex CreatedTable();

    [LoggerMessage(1900, LogLevel.Information, "Migration {Name} applied")]
    private static partial void LogApplied(ILogger logger, string name);

    [LoggerMessage(1901, LogLevel.Information, "Migration {Name} is being applied; on a large table that takes a while")]
    private static partial void LogApplying(ILogger logger, string name);

    private sealed record Migration(int Number, string Name, string Sql)
    {
        public IEnumerable<string> Tables => CreatedTable().Matches(Sql).Select(match => match.Groups[1].Value);
    }
}
