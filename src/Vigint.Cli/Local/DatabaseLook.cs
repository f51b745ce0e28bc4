using System.Data.Common;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Vigint.Infrastructure.Persistence;

namespace Vigint.Cli.Local;

/// <summary>Whether the database lets us in and lets us write, and whether it is one of ours.</summary>
internal static class DatabaseLook
{
    private const string Name = "database";
    private const string SchemaSql = "select max(number) from schema_migrations";

    // Rolled back, either of them; without a schema the first start makes tables.
    private const string WriteSql = "insert into schema_migrations (number, name, applied_at_ms) values (-1, 'a try', 0)";
    private const string MakeSql = "create table vigint_doctor_try (number integer)";

    private const string Advice = "Check DATABASE_URL, that the database server runs, and that its disk is not full.";

    public static async Task<Finding> LookAsync(DatabaseOptions options, ServiceProvider parts, CancellationToken cancellationToken)
    {
        if (options.SqlitePath is { } path && !File.Exists(path))
            return NotThereYet(path);
        try
        {
            await using var connection = await parts.GetRequiredService<DbDataSource>().OpenConnectionAsync(cancellationToken);
            var schema = await SchemaAsync(connection, cancellationToken);
            if (schema > Migrator.Newest)
                return new Finding(
                    Name,
                    FindingState.Bad,
                    $"{options.Name}: its schema ({schema}) is newer than this version knows ({Migrator.Newest})",
                    "Use the newer version of Vigint again."
                );
            await TryToWriteAsync(connection, schema is null ? MakeSql : WriteSql, cancellationToken);
            return new Finding(
                Name,
                FindingState.Good,
                $"{options.Name}, {(schema is null ? "without a schema yet; the first start makes it" : $"schema {schema}")}"
            );
        }
        catch (DbException exception)
        {
            return new Finding(Name, FindingState.Bad, $"{options.Name}: {exception.Message}", Advice);
        }
    }

    /// <returns>Null when there is none yet.</returns>
    private static async Task<int?> SchemaAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = SchemaSql;
        try
        {
            return await command.ExecuteScalarAsync(cancellationToken) is { } number and not DBNull
                ? Convert.ToInt32(number, CultureInfo.InvariantCulture)
                : null;
        }
        catch (DbException exception)
            when (exception is { SqlState: "42P01" } || exception.Message.Contains("no such table", StringComparison.Ordinal))
        {
            return null;
        }
    }

    private static async Task TryToWriteAsync(DbConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync(cancellationToken);
        await transaction.RollbackAsync(cancellationToken);
    }

    private static Finding NotThereYet(string path) =>
        StorageLook.TroubleOfWriting(Path.GetDirectoryName(path)!) is { } trouble
            ? new Finding(Name, FindingState.Bad, $"{path} cannot be made: {trouble}", Advice)
            : new Finding(Name, FindingState.Good, $"{path}, not there yet; the first start makes it");
}
