using System.Data.Common;
using Microsoft.Extensions.DependencyInjection;
using Vigint.Infrastructure.Persistence;

namespace Vigint.Cli.Local;

/// <summary>Whether the database lets us in, and whether it is one of ours.</summary>
internal static class DatabaseLook
{
    private const string Name = "database";
    private const string Sql = "select max(number) from schema_migrations";
    private const string Advice = "Check DATABASE_URL, that the database server runs, and that its disk is not full.";

    public static async Task<Finding> LookAsync(DatabaseOptions options, ServiceProvider parts, CancellationToken cancellationToken)
    {
        if (options.SqlitePath is { } path && !File.Exists(path))
            return NotThereYet(path);
        try
        {
            await using var connection = await parts.GetRequiredService<DbDataSource>().OpenConnectionAsync(cancellationToken);
            return await SchemaAsync(connection, options.Name, cancellationToken);
        }
        catch (DbException exception)
        {
            return new Finding(Name, FindingState.Bad, $"{options.Name}: {exception.Message}", Advice);
        }
    }

    // A database that lets us in and has no schema yet gets one at the first start.
    private static async Task<Finding> SchemaAsync(DbConnection connection, string name, CancellationToken cancellationToken)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = Sql;
        try
        {
            return new Finding(Name, FindingState.Good, $"{name}, schema {await command.ExecuteScalarAsync(cancellationToken)}");
        }
        catch (DbException exception) when (exception is { SqlState: "42P01" } || exception.Message.Contains("no such table", StringComparison.Ordinal))
        {
            return new Finding(Name, FindingState.Good, $"{name}, without a schema yet; the first start makes it");
        }
    }

    private static Finding NotThereYet(string path) => StorageLook.TroubleOfWriting(Path.GetDirectoryName(path)!) is { } trouble
        ? new Finding(Name, FindingState.Bad, $"{path} cannot be made: {trouble}", Advice)
        : new Finding(Name, FindingState.Good, $"{path}, not there yet; the first start makes it");
}
