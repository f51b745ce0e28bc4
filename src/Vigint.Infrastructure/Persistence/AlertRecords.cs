using System.Data.Common;
using Dapper;
using Vigint.Application.Alerts;
using Vigint.Application.Common;
using Vigint.Application.Idempotency;
using Vigint.Domain.Alerts;

namespace Vigint.Infrastructure.Persistence;

internal sealed class AlertRecords(DbDataSource database) : IAlertRecords
{
    private const string FindSql = $"""
        select {AlertRow.Columns}
          from alerts
         where alert_id = @id and (@scope is null or owner = @scope)
        """;

    // All that could be the same; which of them is, the domain says.
    private const string AlikeSql = """
        select alert_id, text_digest, source_id, kind, clip_sha256, named_video_id
          from alerts
         where owner = @owner and at_ms > @sinceMs and at_ms <= @untilMs and risk >= @risk and state in ('queued', 'delivered', 'outbox')
           and (text_digest = @textDigest or (source_id = @sourceId and kind = @kind) or clip_sha256 = @clipSha256
                or named_video_id = @videoId)
         order by at_ms, alert_id
        """;

    // To the end of the transaction nobody else takes a turn of that owner.
    private const string TakeTurnSql = """
        insert into alert_turns (owner, turns)
        values (@owner, 1)
            on conflict (owner) do update
           set turns = alert_turns.turns + 1
        """;

    private const string AddSql = $"""
        insert into alerts ({AlertRow.Columns})
        values ({AlertRow.Values})
        """;

    private const string RepeatSql = """
        update alerts
           set repeats = case when last_repeat = @repeat then repeats else repeats + 1 end, last_repeat = @repeat
         where alert_id = @id and state in ('queued', 'delivered', 'outbox')
        """;

    private const string PageColumns = $"""
        select {AlertRow.Columns}
          from alerts
        """;

    private const string PageEnd = """

           and at_ms >= @fromMs and at_ms < @toMs and (at_ms, alert_id) < (@atMs, @atId) and (@risk is null or risk = @risk)
         order by at_ms desc, alert_id desc
         limit @limit
        """;

    private const string PageOfAllSql = PageColumns + " where (@state is null or state = @state)" + PageEnd;

    private const string PageOfOwnerSql = PageColumns + " where owner = @scope and (@state is null or state = @state)" + PageEnd;

    private const string LastToForgetSql = "select at_ms from alerts where at_ms < @beforeMs order by at_ms limit 1 offset @skip";

    private const string ForgetSql = "delete from alerts where at_ms <= @lastMs";

    private const string LastOfOwnerSql =
        "select at_ms from alerts where owner = @owner and at_ms < @beforeMs order by at_ms limit 1 offset @skip";

    private const string ForgetOfOwnerSql = "delete from alerts where owner = @owner and at_ms <= @lastMs";

    private const string OwnersBeyondSql = "select owner from alerts group by owner having count(*) > @mostOfOne";

    private const string LastBeyondSql = """
        select at_ms
          from alerts
         where owner = @owner
         order by at_ms desc, alert_id desc
         limit 1 offset @mostOfOne
        """;

    // What waits is kept: it was answered that it will be sent.
    private const string ForgetBeyondSql = """
        delete from alerts
         where alert_id in (
               select a.alert_id
                 from alerts a
                where a.owner = @owner and a.at_ms <= @lastMs and a.state <> 'queued'
                  and not exists (select 1 from alert_deliveries d where d.alert_id = a.alert_id and d.state = 'queued')
                order by a.at_ms
                limit @most)
        """;

    private const string ForgetTurnsSql = "delete from alert_turns where owner = @owner";

    public Task<Alert?> FindAsync(AlertId id, string? scope, CancellationToken cancellationToken) =>
        database.ReadAsync(connection => FindAsync(connection, transaction: null, id, scope, cancellationToken), cancellationToken);

    public Task<Alert?> FindSameAsync(Incident incident, CancellationToken cancellationToken) =>
        database.ReadAsync(
            async connection =>
                await FindSameAsync(connection, transaction: null, incident, cancellationToken) is { } same
                    ? await FindAsync(connection, transaction: null, same, scope: null, cancellationToken)
                    : null,
            cancellationToken
        );

    public Task<RecordedAlert> AddAsync(
        Alert alert,
        IReadOnlyList<PlannedDelivery> deliveries,
        Incident? incident,
        KeyedCall? call,
        CancellationToken cancellationToken
    ) =>
        database.WriteAsync(
            Durability.Durable,
            async (connection, transaction) =>
            {
                await database.RefuseErasedAsync(connection, transaction, [alert.Owner], cancellationToken);
                await connection.ExecuteAsync(
                    new CommandDefinition(TakeTurnSql, new { owner = alert.Owner }, transaction, cancellationToken: cancellationToken)
                );

                // Written by an attempt of which nobody knew how it ended.
                if (await FindAsync(connection, transaction, alert.Id, scope: null, cancellationToken) is { } written)
                    return new RecordedAlert(written, RecordingResult.Added);
                if (call is not null && await FindKnownAsync(connection, transaction, call, cancellationToken) is { } known)
                    return known;
                // It may fail for good between the two: then it keeps none from being sent.
                if (
                    incident is not null
                    && await FindSameAsync(connection, transaction, incident, cancellationToken) is { } same
                    && await RepeatAsync(connection, transaction, same, alert.Id, call, alert.At, cancellationToken) is { } repeated
                )
                    return repeated;

                await connection.ExecuteAsync(
                    new CommandDefinition(AddSql, AlertRow.Of(alert), transaction, cancellationToken: cancellationToken)
                );
                await DeliveryRecords.AddAsync(connection, transaction, deliveries, cancellationToken);
                if (alert.Video is not null)
                    await ExpectedClips.ForgetAsync(connection, transaction, alert.Id, cancellationToken);
                if (call is not null)
                    await IdempotencyRecords.BeginAsync(connection, transaction, call, alert.Id.Text, alert.At, cancellationToken);
                return new RecordedAlert(alert, RecordingResult.Added);
            },
            cancellationToken
        );

    public Task<RecordedAlert?> RepeatAsync(
        AlertId first,
        AlertId repeat,
        KeyedCall? call,
        DateTimeOffset now,
        CancellationToken cancellationToken
    ) =>
        database.WriteAsync(
            Durability.Durable,
            (connection, transaction) => RepeatAsync(connection, transaction, first, repeat, call, now, cancellationToken),
            cancellationToken
        );

    public Task<IReadOnlyList<Alert>> PageAsync(AlertFilter filter, PagePosition? after, int limit, CancellationToken cancellationToken) =>
        database.QueryAsync<AlertRow, Alert>(
            filter.Scope is null ? PageOfAllSql : PageOfOwnerSql,
            new
            {
                scope = filter.Scope,
                state = filter.State?.WireName(),
                risk = (int?)filter.Risk,
                fromMs = filter.From.ToUnixTimeMilliseconds(),
                toMs = filter.To.ToUnixTimeMilliseconds(),
                atMs = after?.AtMs ?? long.MaxValue,
                atId = after?.Id ?? "",
                limit,
            },
            row => row.ToAlert(),
            cancellationToken
        );

    public Task<int> ForgetAsync(DateTimeOffset before, int most, CancellationToken cancellationToken) =>
        database.ForgetAsync(Durability.Durable, LastToForgetSql, ForgetSql, before, most, cancellationToken);

    public async Task<int> ForgetBeyondAsync(int mostOfOne, int most, CancellationToken cancellationToken)
    {
        var beyond = new CommandDefinition(OwnersBeyondSql, new { mostOfOne }, cancellationToken: cancellationToken);
        var owners = await database.ReadAsync(connection => connection.QueryAsync<string>(beyond), cancellationToken);
        foreach (var owner in owners)
        {
            var forgotten = await database.WriteAsync(
                Durability.Durable,
                async (connection, transaction) =>
                {
                    var last = await connection.ExecuteScalarAsync<long?>(
                        new CommandDefinition(LastBeyondSql, new { owner, mostOfOne }, transaction, cancellationToken: cancellationToken)
                    );
                    return last is not { } lastMs
                        ? 0
                        : await connection.ExecuteAsync(
                            new CommandDefinition(
                                ForgetBeyondSql,
                                new
                                {
                                    owner,
                                    lastMs,
                                    most,
                                },
                                transaction,
                                cancellationToken: cancellationToken
                            )
                        );
                },
                cancellationToken
            );
            if (forgotten > 0)
                return Math.Max(forgotten, most); // others may have some too
        }

        return 0;
    }

    public async Task<int> ForgetOfAsync(string owner, int most, CancellationToken cancellationToken)
    {
        var forgotten = await database.ForgetAllAsync(
            Durability.Durable,
            LastOfOwnerSql,
            ForgetOfOwnerSql,
            new { owner },
            most,
            cancellationToken
        );
        if (forgotten < most)
        {
            await database.WriteAsync(
                Durability.Durable,
                (connection, transaction) =>
                    connection.ExecuteAsync(
                        new CommandDefinition(ForgetTurnsSql, new { owner }, transaction, cancellationToken: cancellationToken)
                    ),
                cancellationToken
            );
        }

        return forgotten;
    }

    private static async Task<Alert?> FindAsync(
        DbConnection connection,
        DbTransaction? transaction,
        AlertId id,
        string? scope,
        CancellationToken cancellationToken
    ) =>
        (
            await connection.QuerySingleOrDefaultAsync<AlertRow>(
                new CommandDefinition(FindSql, new { id = id.Text, scope }, transaction, cancellationToken: cancellationToken)
            )
        )?.ToAlert();

    private static async Task<AlertId?> FindSameAsync(
        DbConnection connection,
        DbTransaction? transaction,
        Incident incident,
        CancellationToken cancellationToken
    )
    {
        var alike = await connection.QueryAsync<AlertRow>(
            new CommandDefinition(
                AlikeSql,
                new
                {
                    owner = incident.Owner,
                    sinceMs = incident.Since.ToUnixTimeMilliseconds(),
                    untilMs = incident.Until.ToUnixTimeMilliseconds(),
                    risk = (int)incident.Risk,
                    textDigest = incident.Marks.TextDigest,
                    sourceId = incident.Marks.SourceId,
                    kind = incident.Marks.Kind,
                    clipSha256 = incident.Marks.ClipSha256,
                    videoId = incident.Marks.VideoId,
                },
                transaction,
                cancellationToken: cancellationToken
            )
        );
        return alike.FirstOrDefault(row => row.Marks.AreThoseOf(incident.Marks)) is { } same ? AlertId.OfStored(same.AlertId) : null;
    }

    // An alert that has been forgotten meanwhile is as good as none.
    private static async Task<RecordedAlert?> FindKnownAsync(
        DbConnection connection,
        DbTransaction transaction,
        KeyedCall call,
        CancellationToken cancellationToken
    ) =>
        await IdempotencyRecords.FindAsync(connection, transaction, call, cancellationToken) is { } known
        && await FindAsync(connection, transaction, AlertId.OfStored(known.RequireSame(call).Subject), scope: null, cancellationToken)
            is { } alert
            ? new RecordedAlert(alert, RecordingResult.Known, known)
            : null;

    private static async Task<RecordedAlert?> RepeatAsync(
        DbConnection connection,
        DbTransaction transaction,
        AlertId first,
        AlertId repeat,
        KeyedCall? call,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        var command = new CommandDefinition(
            RepeatSql,
            new { id = first.Text, repeat = repeat.Text },
            transaction,
            cancellationToken: cancellationToken
        );
        if (await connection.ExecuteAsync(command) == 0)
            return null;
        if (call is not null)
            await IdempotencyRecords.BeginAsync(connection, transaction, call, first.Text, now, cancellationToken);
        return new RecordedAlert(
            (await FindAsync(connection, transaction, first, scope: null, cancellationToken))!,
            RecordingResult.Repeated
        );
    }
}
