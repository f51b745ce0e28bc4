using System.Data.Common;
using Dapper;
using Vigint.Domain.Clients;
using Vigint.Domain.Videos;

namespace Vigint.Infrastructure.Persistence;

/// <summary>
/// Keeps what is written for a client apart from its erasure: a transaction that asks here has the client as it is until it ends. An
/// erasure that begins meanwhile waits for it, and then finds what it wrote.
/// </summary>
internal static class Erasures
{
    private const string Columns = "select client_id, owner, erasing_at_ms from clients";

    // SQLite has one writer at a time anyway. Always in the same order, so that two instances do not wait for each other's rows.
    private const string OfOwnersSqlite = Columns + " where owner in @asked";
    private const string OfOwnersPostgres = Columns + " where owner = any(@asked) order by client_id for share";

    private const string OfNumbersSqlite = Columns + " where client_id in @asked";
    private const string OfNumbersPostgres = Columns + " where client_id = any(@asked) order by client_id for share";

    private const int Operator = 0;

    /// <exception cref="Domain.RefusedException">
    /// <see cref="Domain.Refusal.Forbidden"/> when one of them is a client that is being erased, or has been.
    /// </exception>
    public static async Task RefuseErasedAsync(
        this DbDataSource database,
        DbConnection connection,
        DbTransaction transaction,
        IEnumerable<string> owners,
        CancellationToken cancellationToken
    )
    {
        if ((await database.ErasedOwnersAsync(connection, transaction, owners, cancellationToken)).Count > 0)
            throw ClientRefusals.Erased();
    }

    /// <returns>Those that are clients which are being erased, or have been.</returns>
    public static async Task<IReadOnlySet<string>> ErasedOwnersAsync(
        this DbDataSource database,
        DbConnection connection,
        DbTransaction? transaction,
        IEnumerable<string> owners,
        CancellationToken cancellationToken
    )
    {
        var sql = database is SqliteDataSource ? OfOwnersSqlite : OfOwnersPostgres;
        var asked = owners.Where(owner => owner != Video.OperatorOwner).Distinct().ToArray();
        return (await ErasedAsync(connection, transaction, sql, asked, cancellationToken))
            .Select(row => row.Owner)
            .ToHashSet(StringComparer.Ordinal);
    }

    /// <returns>Those of the clients that are being erased, or have been.</returns>
    public static async Task<IReadOnlySet<int>> ErasedNumbersAsync(
        this DbDataSource database,
        DbConnection connection,
        DbTransaction transaction,
        IEnumerable<int> clientIds,
        CancellationToken cancellationToken
    )
    {
        var sql = database is SqliteDataSource ? OfNumbersSqlite : OfNumbersPostgres;
        var asked = clientIds.Where(id => id != Operator).Distinct().ToArray();
        return (await ErasedAsync(connection, transaction, sql, asked, cancellationToken)).Select(row => row.ClientId).ToHashSet();
    }

    private static async Task<IEnumerable<Row>> ErasedAsync<T>(
        DbConnection connection,
        DbTransaction? transaction,
        string sql,
        T[] asked,
        CancellationToken cancellationToken
    ) =>
        asked.Length == 0
            ? []
            : (
                await connection.QueryAsync<Row>(
                    new CommandDefinition(sql, new { asked }, transaction, cancellationToken: cancellationToken)
                )
            ).Where(row => row.ErasingAtMs is not null);

    private sealed class Row
    {
        public int ClientId { get; init; }
        public string Owner { get; init; } = "";
        public long? ErasingAtMs { get; init; }
    }
}
