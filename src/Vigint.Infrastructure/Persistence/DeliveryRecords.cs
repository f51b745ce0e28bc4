using System.Data.Common;
using Dapper;
using Vigint.Application.Alerts;
using Vigint.Domain;
using Vigint.Domain.Alerts;

namespace Vigint.Infrastructure.Persistence;

internal sealed class DeliveryRecords(DbDataSource database) : IDeliveryRecords
{
    private const string Columns = "delivery_id, alert_id, owner, kind, address, begun_at_ms, attempts";

    // So that the index of those that are due is used.
    private const string OfAnyKind = "kind in ('mail', 'webhook', 'ntfy')";

    private const string AddSql = $"""
        insert into alert_deliveries ({Columns}, host, state, due_at_ms, claimed_by)
        values (@DeliveryId, @AlertId, @Owner, @Kind, @Address, @BegunAtMs, @Attempts, @Host, 'queued', @DueAtMs, @ClaimedBy)
        """;

    private const string NotBusySqlite = " and owner not in @owners and host not in @hosts";
    private const string NotBusyPostgres = " and owner <> all(@owners) and host <> all(@hosts)";

    // A claim that has ended is due like any other. On PostgreSQL nobody waits for those who claim at the same moment;
    // SQLite has one process and one writer.
    private const string ClaimBegin = """
        update alert_deliveries
           set claimed_by = @by, due_at_ms = @untilMs
         where delivery_id = (
               select delivery_id
                 from alert_deliveries
                where kind = @kind and state = 'queued' and due_at_ms <= @nowMs
        """;

    private const string ClaimOrder = """

                order by due_at_ms, delivery_id
                limit 1
        """;

    private const string ClaimEnd = $"""
        )
        returning {Columns}
        """;

    private const string ClaimSqlite = ClaimBegin + NotBusySqlite + ClaimOrder + ClaimEnd;
    private const string ClaimPostgres = ClaimBegin + NotBusyPostgres + ClaimOrder + " for update skip locked" + ClaimEnd;

    private const string NextDue = "select min(due_at_ms) from alert_deliveries where kind = @kind and state = 'queued'";
    private const string NextDueSqlite = NextDue + NotBusySqlite;
    private const string NextDuePostgres = NextDue + NotBusyPostgres;

    private const string AnyQueuedSql =
        $"select count(*) from (select 1 from alert_deliveries where {OfAnyKind} and state = 'queued' limit 1) one";

    private const string QueuedSql = $"""
        select kind, count(*) deliveries, min(begun_at_ms) oldest
          from alert_deliveries
         where {OfAnyKind} and state = 'queued'
         group by kind
        """;

    private const string FailedSql = $"""
        select d.kind, count(*) deliveries
          from alerts a join alert_deliveries d on d.alert_id = a.alert_id
         where a.at_ms >= @sinceMs and d.{OfAnyKind} and d.state = 'failed'
         group by d.kind
        """;

    private const string TakeUpSql = $"""
        update alert_deliveries
           set due_at_ms = @nowMs, claimed_by = null
         where {OfAnyKind} and state = 'queued' and (claimed_by is null or claimed_by = @by or due_at_ms <= @nowMs)
        """;

    // What was begun gets no older by a step ahead, and is not dated ahead of the time that it is.
    private const string TakeUpStepSql = $"""
        update alert_deliveries
           set due_at_ms = @nowMs, claimed_by = null,
             begun_at_ms = case when begun_at_ms + @aheadMs < @nowMs then begun_at_ms + @aheadMs else @nowMs end
         where {OfAnyKind} and state = 'queued' and (claimed_by is null or due_at_ms <= @nowMs or due_at_ms > @latestMs)
        """;

    private const string PutRightSql = $"""
        update alert_deliveries
           set due_at_ms = @nowMs, claimed_by = null, begun_at_ms = case when begun_at_ms < @nowMs then begun_at_ms else @nowMs end
         where {OfAnyKind} and state = 'queued' and due_at_ms > @latestMs
        """;

    private const string BeginAgainSql = $"""
        update alert_deliveries
           set state = 'queued', begun_at_ms = @nowMs, attempts = 0, due_at_ms = @untilMs, claimed_by = @by
         where alert_id = @alertId and kind = 'mail' and (claimed_by is null or due_at_ms <= @nowMs)
        returning {Columns}
        """;

    private const string QueueFailedAgainSql = """
        update alert_deliveries
           set state = 'queued', begun_at_ms = @nowMs, attempts = 0, due_at_ms = @nowMs
         where alert_id = @alertId and kind <> 'mail' and state = 'failed'
        """;

    private const string SetAlertStateSql = "update alerts set state = @state where alert_id = @alertId";

    // Not for an alert that has been forgotten meanwhile.
    private const string AddAttemptSql = """
        insert into alert_attempts (attempt_id, delivery_id, at_ms, took_ms, outcome, answer)
        select @attemptId, delivery_id, @atMs, @tookMs, @outcome, @answer
          from alert_deliveries
         where delivery_id = @deliveryId
            on conflict (attempt_id) do nothing
        """;

    // The server that handed it over knows, even if its claim has ended.
    private const string RecordSuccessSql = """
        update alert_deliveries
           set state = @state, attempts = @attempts, claimed_by = null
         where delivery_id = @deliveryId
        """;

    private const string RecordFailureSql = """
        update alert_deliveries
           set state = @state, attempts = @attempts, due_at_ms = @dueAtMs, claimed_by = null
         where delivery_id = @deliveryId and state = 'queued' and claimed_by = @by
        """;

    private const string PutBackSql = """
        update alert_deliveries
           set due_at_ms = @dueAtMs, claimed_by = null
         where delivery_id = @deliveryId and state = 'queued' and claimed_by = @by
        """;

    private const string OfAlertSql = """
        select delivery_id, kind, address, state, due_at_ms
          from alert_deliveries
         where alert_id = @alertId
         order by delivery_id
        """;

    private const string AttemptsSql = """
        select a.delivery_id, a.at_ms, a.took_ms, a.outcome, a.answer
          from alert_attempts a join alert_deliveries d on d.delivery_id = a.delivery_id
         where d.alert_id = @alertId
         order by a.attempt_id
        """;

    public Task<Delivery?> ClaimNextAsync(ChannelKind kind, BusyTargets busy, Claim claim, CancellationToken cancellationToken) =>
        database.WriteAsync(
            Durability.Durable,
            async (connection, transaction) =>
                (
                    await connection.QuerySingleOrDefaultAsync<DeliveryRow>(
                        new CommandDefinition(
                            database is SqliteDataSource ? ClaimSqlite : ClaimPostgres,
                            new
                            {
                                kind = kind.WireName(),
                                owners = busy.Owners,
                                hosts = busy.Hosts,
                                by = claim.By,
                                nowMs = claim.At.ToUnixTimeMilliseconds(),
                                untilMs = claim.Until.ToUnixTimeMilliseconds(),
                            },
                            transaction,
                            cancellationToken: cancellationToken
                        )
                    )
                )?.ToDelivery(),
            cancellationToken
        );

    public Task<DateTimeOffset?> NextDueAsync(ChannelKind kind, BusyTargets busy, CancellationToken cancellationToken) =>
        database.ReadAsync(
            async connection =>
                await connection.ExecuteScalarAsync<long?>(
                    new CommandDefinition(
                        database is SqliteDataSource ? NextDueSqlite : NextDuePostgres,
                        new
                        {
                            kind = kind.WireName(),
                            owners = busy.Owners,
                            hosts = busy.Hosts,
                        },
                        cancellationToken: cancellationToken
                    )
                )
                    is { } due
                    ? DateTimeOffset.FromUnixTimeMilliseconds(due)
                    : (DateTimeOffset?)null,
            cancellationToken
        );

    public Task<IReadOnlyList<DeliveryBacklog>> BacklogAsync(DateTimeOffset since, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<DeliveryBacklog>>(
            async connection =>
            {
                var queued = (
                    await connection.QueryAsync<BacklogRow>(new CommandDefinition(QueuedSql, cancellationToken: cancellationToken))
                ).ToDictionary(row => row.Kind);
                var failed = (
                    await connection.QueryAsync<BacklogRow>(
                        new CommandDefinition(
                            FailedSql,
                            new { sinceMs = since.ToUnixTimeMilliseconds() },
                            cancellationToken: cancellationToken
                        )
                    )
                ).ToDictionary(row => row.Kind);
                return
                [
                    .. queued
                        .Keys.Union(failed.Keys)
                        .Select(kind => new DeliveryBacklog(
                            KindOf(kind),
                            queued.GetValueOrDefault(kind)?.Deliveries ?? 0,
                            queued.GetValueOrDefault(kind)?.Oldest is { } ms ? DateTimeOffset.FromUnixTimeMilliseconds(ms) : null,
                            failed.GetValueOrDefault(kind)?.Deliveries ?? 0
                        )),
                ];
            },
            cancellationToken
        );

    public Task<bool> AnyQueuedAsync(CancellationToken cancellationToken) =>
        database.ReadAsync(
            async connection =>
                await connection.ExecuteScalarAsync<long>(new CommandDefinition(AnyQueuedSql, cancellationToken: cancellationToken)) > 0,
            cancellationToken
        );

    public Task TakeUpAsync(string installation, DateTimeOffset now, CancellationToken cancellationToken) =>
        database.WriteAsync(
            Durability.Durable,
            (connection, transaction) =>
                connection.ExecuteAsync(
                    new CommandDefinition(
                        TakeUpSql,
                        new { by = installation, nowMs = now.ToUnixTimeMilliseconds() },
                        transaction,
                        cancellationToken: cancellationToken
                    )
                ),
            cancellationToken
        );

    public Task TakeUpStepAsync(DateTimeOffset now, TimeSpan step, CancellationToken cancellationToken) =>
        ChangeQueuedAsync(TakeUpStepSql, now, new { aheadMs = Math.Max(0, (long)step.TotalMilliseconds) }, cancellationToken);

    public async Task<int> PutRightAsync(DateTimeOffset now, CancellationToken cancellationToken) =>
        await AnyQueuedAsync(cancellationToken) ? await ChangeQueuedAsync(PutRightSql, now, null, cancellationToken) : 0;

    private Task<int> ChangeQueuedAsync(string sql, DateTimeOffset now, object? more, CancellationToken cancellationToken)
    {
        var parameters = new DynamicParameters(more);
        parameters.AddDynamicParams(
            new { nowMs = now.ToUnixTimeMilliseconds(), latestMs = (now + DeliverySchedule.LongestWait).ToUnixTimeMilliseconds() }
        );
        return database.WriteAsync(
            Durability.Durable,
            (connection, transaction) =>
                connection.ExecuteAsync(new CommandDefinition(sql, parameters, transaction, cancellationToken: cancellationToken)),
            cancellationToken
        );
    }

    public Task<Delivery?> BeginAgainAsync(AlertId id, Claim claim, CancellationToken cancellationToken) =>
        database.WriteAsync(
            Durability.Durable,
            async (connection, transaction) =>
            {
                var parameters = new
                {
                    alertId = id.Text,
                    by = claim.By,
                    nowMs = claim.At.ToUnixTimeMilliseconds(),
                    untilMs = claim.Until.ToUnixTimeMilliseconds(),
                    state = AlertState.Queued.WireName(),
                };
                var begun = await connection.QuerySingleOrDefaultAsync<DeliveryRow>(
                    new CommandDefinition(BeginAgainSql, parameters, transaction, cancellationToken: cancellationToken)
                );
                if (begun is null)
                    return null;
                await connection.ExecuteAsync(
                    new CommandDefinition(SetAlertStateSql, parameters, transaction, cancellationToken: cancellationToken)
                );
                await connection.ExecuteAsync(
                    new CommandDefinition(QueueFailedAgainSql, parameters, transaction, cancellationToken: cancellationToken)
                );
                return begun.ToDelivery();
            },
            cancellationToken
        );

    public Task RecordAsync(Attempt attempt, string by, CancellationToken cancellationToken) =>
        database.WriteAsync(
            Durability.Durable,
            async (connection, transaction) =>
            {
                var parameters = new
                {
                    attemptId = attempt.Id,
                    deliveryId = attempt.Delivery.Id,
                    alertId = attempt.Delivery.AlertId.Text,
                    atMs = attempt.At.ToUnixTimeMilliseconds(),
                    tookMs = (long)attempt.Took.TotalMilliseconds,
                    outcome = (attempt.HasSucceeded ? attempt.State : AlertState.Failed).WireName(),
                    answer = attempt.Answer,
                    state = attempt.State.WireName(),
                    attempts = attempt.Number,
                    dueAtMs = attempt.Next?.ToUnixTimeMilliseconds() ?? 0,
                    by,
                };
                await connection.ExecuteAsync(
                    new CommandDefinition(AddAttemptSql, parameters, transaction, cancellationToken: cancellationToken)
                );
                var changed = await connection.ExecuteAsync(
                    new CommandDefinition(
                        attempt.HasSucceeded ? RecordSuccessSql : RecordFailureSql,
                        parameters,
                        transaction,
                        cancellationToken: cancellationToken
                    )
                );
                if (changed > 0 && attempt.Delivery.Kind == ChannelKind.Mail)
                    await connection.ExecuteAsync(
                        new CommandDefinition(SetAlertStateSql, parameters, transaction, cancellationToken: cancellationToken)
                    );
                return changed;
            },
            cancellationToken
        );

    public Task PutBackAsync(Delivery delivery, string by, DateTimeOffset due, CancellationToken cancellationToken) =>
        database.WriteAsync(
            Durability.Durable,
            (connection, transaction) =>
                connection.ExecuteAsync(
                    new CommandDefinition(
                        PutBackSql,
                        new
                        {
                            deliveryId = delivery.Id,
                            by,
                            dueAtMs = due.ToUnixTimeMilliseconds(),
                        },
                        transaction,
                        cancellationToken: cancellationToken
                    )
                ),
            cancellationToken
        );

    public Task<IReadOnlyList<DeliveryHistory>> OfAlertAsync(AlertId id, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<DeliveryHistory>>(
            async connection =>
            {
                var parameters = new { alertId = id.Text };
                var deliveries = await connection.QueryAsync<HistoryRow>(
                    new CommandDefinition(OfAlertSql, parameters, cancellationToken: cancellationToken)
                );
                var attempts = (
                    await connection.QueryAsync<AttemptRow>(
                        new CommandDefinition(AttemptsSql, parameters, cancellationToken: cancellationToken)
                    )
                ).ToLookup(one => one.DeliveryId);
                return [.. deliveries.Select(one => one.ToHistory(attempts[one.DeliveryId]))];
            },
            cancellationToken
        );

    /// <summary>Within the transaction that records the alert.</summary>
    public static Task AddAsync(
        DbConnection connection,
        DbTransaction transaction,
        IReadOnlyList<PlannedDelivery> deliveries,
        CancellationToken cancellationToken
    ) =>
        connection.ExecuteAsync(
            new CommandDefinition(
                AddSql,
                deliveries
                    .Select(planned => new
                    {
                        DeliveryId = planned.Delivery.Id,
                        AlertId = planned.Delivery.AlertId.Text,
                        planned.Delivery.Owner,
                        Kind = planned.Delivery.Kind.WireName(),
                        planned.Delivery.Address,
                        planned.Delivery.Host,
                        BegunAtMs = planned.Delivery.Begun.ToUnixTimeMilliseconds(),
                        planned.Delivery.Attempts,
                        DueAtMs = (planned.Claim?.Until ?? planned.Delivery.Begun).ToUnixTimeMilliseconds(),
                        ClaimedBy = planned.Claim?.By,
                    })
                    .ToList(),
                transaction,
                cancellationToken: cancellationToken
            )
        );

    public static ChannelKind KindOf(string text) =>
        WireNames.Read<ChannelKind>(text) ?? throw new InvalidDataException("a recorded channel is unknown");

    private sealed class DeliveryRow
    {
        public string DeliveryId { get; init; } = "";
        public string AlertId { get; init; } = "";
        public string Owner { get; init; } = "";
        public string Kind { get; init; } = "";
        public string Address { get; init; } = "";
        public long BegunAtMs { get; init; }
        public int Attempts { get; init; }

        public Delivery ToDelivery() =>
            new(
                DeliveryId,
                Domain.Alerts.AlertId.OfStored(AlertId),
                Owner,
                KindOf(Kind),
                Address,
                DateTimeOffset.FromUnixTimeMilliseconds(BegunAtMs),
                Attempts
            );
    }

    private sealed class BacklogRow
    {
        public string Kind { get; init; } = "";
        public long Deliveries { get; init; }
        public long? Oldest { get; init; }
    }

    private sealed class HistoryRow
    {
        public string DeliveryId { get; init; } = "";
        public string Kind { get; init; } = "";
        public string Address { get; init; } = "";
        public string State { get; init; } = "";
        public long DueAtMs { get; init; }

        public DeliveryHistory ToHistory(IEnumerable<AttemptRow> attempts)
        {
            var state = AlertRow.StateOf(State);
            DateTimeOffset? next = state == AlertState.Queued ? DateTimeOffset.FromUnixTimeMilliseconds(DueAtMs) : null;
            return new DeliveryHistory(KindOf(Kind), Address, state, next, [.. attempts.Select(one => one.ToAttempt())]);
        }
    }

    private sealed class AttemptRow
    {
        public string DeliveryId { get; init; } = "";
        public long AtMs { get; init; }
        public long TookMs { get; init; }
        public string Outcome { get; init; } = "";
        public string Answer { get; init; } = "";

        public PastAttempt ToAttempt() =>
            new(
                DateTimeOffset.FromUnixTimeMilliseconds(AtMs),
                TimeSpan.FromMilliseconds(TookMs),
                AlertRow.StateOf(Outcome) != AlertState.Failed,
                Answer
            );
    }
}
