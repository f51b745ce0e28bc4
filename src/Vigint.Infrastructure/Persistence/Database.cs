using System.Data.Common;
using Dapper;
using Npgsql;
using Polly;
using Polly.Retry;
using Vigint.Domain;

namespace Vigint.Infrastructure.Persistence;

/// <summary>How adapters reach the database: a read, or a write in one transaction, with its trouble told in the domain's words.</summary>
internal static class Database
{
    private static readonly TimeSpan TryAgainAfter = TimeSpan.FromSeconds(5);

    // A connection that broke while it lay in the pool, a server that is just being failed over. Every write of ours may be
    // repeated: it says what is to be, not what is to be added. What takes longer is the caller's to try again.
    private static readonly ResiliencePipeline Transient = new ResiliencePipelineBuilder()
        .AddRetry(
            new RetryStrategyOptions
            {
                ShouldHandle = new PredicateBuilder().Handle<NpgsqlException>(static exception =>
                    exception.IsTransient && exception.InnerException is not TimeoutException
                ),
                MaxRetryAttempts = 2,
                Delay = TimeSpan.FromMilliseconds(100),
                UseJitter = true,
            }
        )
        .Build();

    // Columns are snake_case, members are not.
    static Database() => DefaultTypeMap.MatchNamesWithUnderscores = true;

    public static async Task<T> ReadAsync<T>(
        this DbDataSource database,
        Func<DbConnection, Task<T>> read,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return await Transient.ExecuteAsync(
                async token =>
                {
                    await using var connection = await database.OpenConnectionAsync(token);
                    return await read(connection);
                },
                cancellationToken
            );
        }
        catch (DbException exception) when (AsRefusal(exception) is { } refusal)
        {
            throw refusal;
        }
    }

    public static Task<IReadOnlyList<TResult>> QueryAsync<TRow, TResult>(
        this DbDataSource database,
        string sql,
        object parameters,
        Func<TRow, TResult> map,
        CancellationToken cancellationToken
    ) =>
        database.ReadAsync<IReadOnlyList<TResult>>(
            async connection =>
                [
                    .. (
                        await connection.QueryAsync<TRow>(new CommandDefinition(sql, parameters, cancellationToken: cancellationToken))
                    ).Select(map),
                ],
            cancellationToken
        );

    /// <summary>All or nothing: what throws is rolled back. May be run again, so it must say what is to be.</summary>
    /// <param name="durability">What a loss of power may take back after this has returned.</param>
    public static async Task<T> WriteAsync<T>(
        this DbDataSource database,
        Durability durability,
        Func<DbConnection, DbTransaction, Task<T>> write,
        CancellationToken cancellationToken
    )
    {
        try
        {
            // SQLite has one writer at a time; those who wait in line here do not wait by polling there.
            var sqlite = database as SqliteDataSource;
            using var turn = sqlite is null ? null : await sqlite.WriteTurnAsync(cancellationToken);
            var written = await Transient.ExecuteAsync(
                async token =>
                {
                    await using var connection = await database.OpenConnectionAsync(token);
                    if (durability == Durability.Journal)
                        SqliteDataSource.DoNotSync(connection);
                    await using var transaction = await connection.BeginTransactionAsync(token);
                    var result = await write(connection, transaction);
                    await transaction.CommitAsync(token);
                    return result;
                },
                cancellationToken
            );
            sqlite?.TryEmptyLog();
            return written;
        }
        catch (DbException exception) when (AsRefusal(exception) is { } refusal)
        {
            throw refusal;
        }
    }

    private static RefusedException? AsRefusal(DbException exception) =>
        IsFull(exception) ? DatabaseRefusals.Full()
        : IsAway(exception) ? DatabaseRefusals.Away(TryAgainAfter)
        : null;

    private static bool IsFull(DbException exception) =>
        exception is PostgresException { SqlState: PostgresErrorCodes.DiskFull } || SqliteDataSource.IsFull(exception);

    private static bool IsAway(DbException exception) =>
        exception switch
        {
            // A schema that is not there yet is on its way (DatabaseArrival).
            PostgresException
            {
                SqlState: PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.QueryCanceled or PostgresErrorCodes.InvalidCatalogName
            } => true,
            // A standby that has not taken over yet.
            PostgresException { SqlState: PostgresErrorCodes.ReadOnlySqlTransaction } => true,
            PostgresException { SqlState: PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification } =>
                true,
            PostgresException postgres => postgres.IsTransient,
            NpgsqlException => true,
            _ => SqliteDataSource.IsAway(exception),
        };
}
