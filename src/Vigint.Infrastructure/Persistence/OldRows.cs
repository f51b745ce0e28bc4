using System.Data.Common;
using Dapper;

namespace Vigint.Infrastructure.Persistence;

/// <summary>Deletes what is older than a time, some at a time, oldest first.</summary>
internal static class OldRows
{
    /// <param name="lastSql">The time of the last row that goes, given <c>@beforeMs</c> and how many to <c>@skip</c> before it; nothing when fewer are left.</param>
    /// <param name="deleteSql">Deletes up to and including <c>@lastMs</c>.</param>
    /// <returns>How many went: about <paramref name="most"/>, fewer when there are no more.</returns>
    /// <remarks>
    /// Two statements, because PostgreSQL plans a delete whose bound is a subquery as if it were to delete a third of the table.
    /// </remarks>
    public static Task<int> ForgetAsync(
        this DbDataSource database, string lastSql, string deleteSql, DateTimeOffset before, int most, CancellationToken cancellationToken) =>
        database.WriteAsync(async (connection, transaction) =>
        {
            var beforeMs = before.ToUnixTimeMilliseconds();
            var last = await connection.ExecuteScalarAsync<long?>(
                new CommandDefinition(lastSql, new { beforeMs, skip = most - 1 }, transaction, cancellationToken: cancellationToken));
            return await connection.ExecuteAsync(
                new CommandDefinition(deleteSql, new { lastMs = last ?? beforeMs - 1 }, transaction, cancellationToken: cancellationToken));
        }, cancellationToken);
}
