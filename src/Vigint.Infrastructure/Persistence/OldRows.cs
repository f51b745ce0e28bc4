using System.Data.Common;
using Dapper;

namespace Vigint.Infrastructure.Persistence;

/// <summary>Deletes what is older than a time, some at a time, oldest first.</summary>
internal static class OldRows
{
    /// <param name="lastSql">
    /// The time of the last row that goes, given <c>@beforeMs</c> and how many to <c>@skip</c> before it; nothing when fewer are left.
    /// </param>
    /// <param name="deleteSql">Deletes up to and including <c>@lastMs</c>.</param>
    /// <param name="of">What else the two are given: whose rows; null for everybody's.</param>
    /// <returns>How many went: about <paramref name="most"/>, fewer when there are no more.</returns>
    /// <remarks>
    /// Two statements, because PostgreSQL plans a delete whose bound is a subquery as if it were to delete a third of the table.
    /// </remarks>
    public static Task<int> ForgetAsync(
        this DbDataSource database,
        Durability durability,
        string lastSql,
        string deleteSql,
        DateTimeOffset before,
        int most,
        CancellationToken cancellationToken,
        object? of = null
    ) =>
        database.WriteAsync(
            durability,
            async (connection, transaction) =>
            {
                var beforeMs = before.ToUnixTimeMilliseconds();
                var parameters = new DynamicParameters(of);
                parameters.AddDynamicParams(new { beforeMs, skip = most - 1 });
                var last = await connection.ExecuteScalarAsync<long?>(
                    new CommandDefinition(lastSql, parameters, transaction, cancellationToken: cancellationToken)
                );
                parameters.Add("lastMs", last ?? beforeMs - 1);
                return await connection.ExecuteAsync(
                    new CommandDefinition(deleteSql, parameters, transaction, cancellationToken: cancellationToken)
                );
            },
            cancellationToken
        );

    /// <summary>The same, whatever their age.</summary>
    /// <param name="of">Whose rows.</param>
    public static Task<int> ForgetAllAsync(
        this DbDataSource database,
        Durability durability,
        string lastSql,
        string deleteSql,
        object of,
        int most,
        CancellationToken cancellationToken
    ) => database.ForgetAsync(durability, lastSql, deleteSql, DateTimeOffset.MaxValue, most, cancellationToken, of);
}
