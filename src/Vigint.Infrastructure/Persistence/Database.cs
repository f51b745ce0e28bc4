using System.Data.Common;
using Vigint.Domain;

namespace Vigint.Infrastructure.Persistence;

/// <summary>How adapters reach the database: a read, or a write in one transaction, with its trouble told in the domain's words.</summary>
internal static class Database
{
    private static readonly TimeSpan TryAgainAfter = TimeSpan.FromSeconds(5);

    public static async Task<T> ReadAsync<T>(this DbDataSource database, Func<DbConnection, Task<T>> read, CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await database.OpenConnectionAsync(cancellationToken);
            return await read(connection);
        }
        catch (DbException exception) when (AsRefusal(exception) is { } refusal)
        {
            throw refusal;
        }
    }

    /// <summary>All or nothing: what throws is rolled back.</summary>
    public static async Task<T> WriteAsync<T>(
        this DbDataSource database, Func<DbConnection, DbTransaction, Task<T>> write, CancellationToken cancellationToken)
    {
        try
        {
            // SQLite has one writer at a time; those who wait in line here do not wait by polling there.
            using var turn = database is SqliteDataSource sqlite ? await sqlite.WriteTurnAsync(cancellationToken) : null;
            await using var connection = await database.OpenConnectionAsync(cancellationToken);
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            var result = await write(connection, transaction);
            await transaction.CommitAsync(cancellationToken);
            return result;
        }
        catch (DbException exception) when (AsRefusal(exception) is { } refusal)
        {
            throw refusal;
        }
    }

    private static RefusedException? AsRefusal(DbException exception) => SqliteDataSource.IsFull(exception)
        ? new RefusedException(Refusal.NoRoom, "Disk full: the database cannot grow", "Delete old videos or enlarge the disk")
        : SqliteDataSource.IsAway(exception)
            ? new RefusedException(Refusal.Unavailable, "The database cannot be used at the moment", "Try again a little later") { RetryAfter = TryAgainAfter }
            : null;
}
