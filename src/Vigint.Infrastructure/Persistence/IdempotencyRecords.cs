using System.Data.Common;
using Dapper;
using Vigint.Application.Idempotency;

namespace Vigint.Infrastructure.Persistence;

internal sealed class IdempotencyRecords(DbDataSource database) : IIdempotencyRecords
{
    private const string FindSql = """
        select digest, subject, answer
          from idempotency_keys
         where owner = @owner and call = @call and key = @key
        """;

    private const string BeginSql = """
        insert into idempotency_keys (owner, call, key, at_ms, digest, subject)
        values (@owner, @call, @key, @nowMs, @digest, @subject)
            on conflict (owner, call, key) do nothing
        """;

    private const string CompleteSql = """
        update idempotency_keys
           set answer = @answer
         where owner = @owner and call = @call and key = @key and digest = @digest and answer is null
        """;

    private const string AbandonSql = """
        delete from idempotency_keys
         where owner = @owner and call = @call and key = @key and digest = @digest and answer is null
        """;

    private const string TakeUpStepSql = """
        update idempotency_keys
           set at_ms = case when at_ms + @aheadMs < @nowMs then at_ms + @aheadMs else @nowMs end
        """;

    private const string LastToForgetSql = "select at_ms from idempotency_keys where at_ms < @beforeMs order by at_ms limit 1 offset @skip";

    private const string ForgetSql = "delete from idempotency_keys where at_ms <= @lastMs";

    // Those of a day.
    private const string ForgetOfOwnerSql = "delete from idempotency_keys where owner = @owner";

    public Task<KnownCall?> FindAsync(KeyedCall call, CancellationToken cancellationToken) =>
        database.ReadAsync(connection => FindAsync(connection, transaction: null, call, cancellationToken), cancellationToken);

    public Task<KnownCall> BeginAsync(KeyedCall call, string subject, DateTimeOffset now, CancellationToken cancellationToken) =>
        database.WriteAsync(
            Durability.Durable,
            async (connection, transaction) =>
            {
                await database.RefuseErasedAsync(connection, transaction, [call.Owner], cancellationToken);
                await BeginAsync(connection, transaction, call, subject, now, cancellationToken);
                return (await FindAsync(connection, transaction, call, cancellationToken))!;
            },
            cancellationToken
        );

    public Task CompleteAsync(KeyedCall call, string answer, CancellationToken cancellationToken) =>
        database.WriteAsync(
            Durability.Durable,
            (connection, transaction) =>
                connection.ExecuteAsync(
                    new CommandDefinition(CompleteSql, Parameters(call, new { answer }), transaction, cancellationToken: cancellationToken)
                ),
            cancellationToken
        );

    public Task AbandonAsync(KeyedCall call, CancellationToken cancellationToken) =>
        database.WriteAsync(
            Durability.Durable,
            (connection, transaction) =>
                connection.ExecuteAsync(
                    new CommandDefinition(AbandonSql, Parameters(call), transaction, cancellationToken: cancellationToken)
                ),
            cancellationToken
        );

    public Task TakeUpStepAsync(DateTimeOffset now, TimeSpan step, CancellationToken cancellationToken) =>
        database.WriteAsync(
            Durability.Durable,
            (connection, transaction) =>
                connection.ExecuteAsync(
                    new CommandDefinition(
                        TakeUpStepSql,
                        new { nowMs = now.ToUnixTimeMilliseconds(), aheadMs = Math.Max(0, (long)step.TotalMilliseconds) },
                        transaction,
                        cancellationToken: cancellationToken
                    )
                ),
            cancellationToken
        );

    public Task<int> ForgetAsync(DateTimeOffset before, int most, CancellationToken cancellationToken) =>
        database.ForgetAsync(Durability.Durable, LastToForgetSql, ForgetSql, before, most, cancellationToken);

    public Task ForgetOfAsync(string owner, CancellationToken cancellationToken) =>
        database.WriteAsync(
            Durability.Durable,
            (connection, transaction) =>
                connection.ExecuteAsync(
                    new CommandDefinition(ForgetOfOwnerSql, new { owner }, transaction, cancellationToken: cancellationToken)
                ),
            cancellationToken
        );

    /// <summary>Within the transaction of what is done under the key.</summary>
    public static async Task<KnownCall?> FindAsync(
        DbConnection connection,
        DbTransaction? transaction,
        KeyedCall call,
        CancellationToken cancellationToken
    ) =>
        (
            await connection.QuerySingleOrDefaultAsync<Row>(
                new CommandDefinition(FindSql, Parameters(call), transaction, cancellationToken: cancellationToken)
            )
        )?.ToCall();

    /// <summary>Within the transaction of what is done under the key.</summary>
    public static Task BeginAsync(
        DbConnection connection,
        DbTransaction transaction,
        KeyedCall call,
        string subject,
        DateTimeOffset now,
        CancellationToken cancellationToken
    ) =>
        connection.ExecuteAsync(
            new CommandDefinition(
                BeginSql,
                Parameters(call, new { subject, nowMs = now.ToUnixTimeMilliseconds() }),
                transaction,
                cancellationToken: cancellationToken
            )
        );

    private static DynamicParameters Parameters(KeyedCall call, object? more = null)
    {
        var parameters = new DynamicParameters(more);
        parameters.AddDynamicParams(
            new
            {
                owner = call.Owner,
                call = call.Kind switch
                {
                    KeyedCallKind.Alert => "alert",
                    _ => "upload",
                },
                key = call.Key.Text,
                digest = call.Digest,
            }
        );
        return parameters;
    }

    private sealed class Row
    {
        public string Digest { get; init; } = "";
        public string Subject { get; init; } = "";
        public string? Answer { get; init; }

        public KnownCall ToCall() => new(Digest, Subject, Answer);
    }
}
