using System.Data.Common;
using Dapper;
using Vigint.Application.Audit;
using Vigint.Application.Common;
using Vigint.Domain.Videos;

namespace Vigint.Infrastructure.Persistence;

internal sealed class AuditRecords(DbDataSource database) : IAuditRecords
{
    private const string Columns = "event_id, at_ms, video_id, owner, action, client_id, client_name, address, user_agent";

    private const string AddSqlite = $"""
        insert into audit_events ({Columns})
        values (@EventId, @AtMs, @VideoId, @Owner, @Action, @ClientId, @ClientName, @Address, @UserAgent)
            on conflict (event_id) do nothing
        """;

    private const string AddPostgres = $"""
        insert into audit_events ({Columns})
        select * from unnest(@eventIds, @atMs, @videoIds, @owners, @actions, @clientIds, @clientNames, @addresses, @userAgents)
            on conflict (event_id) do nothing
        """;

    private const string PageSql = $"""
        select {Columns}
          from audit_events
         where video_id = @id and (@scope is null or owner = @scope) and (at_ms, event_id) < (@atMs, @atId)
         order by at_ms desc, event_id desc
         limit @limit
        """;

    private const string LastToForgetSql = "select at_ms from audit_events where at_ms < @beforeMs order by at_ms limit 1 offset @skip";

    private const string ForgetSql = "delete from audit_events where at_ms <= @lastMs";

    private const string LastOfOwnerSql =
        "select at_ms from audit_events where owner = @owner and at_ms < @beforeMs order by at_ms limit 1 offset @skip";

    private const string ForgetOfOwnerSql = "delete from audit_events where owner = @owner and at_ms <= @lastMs";

    public Task AddAsync(IReadOnlyList<AuditEvent> events, CancellationToken cancellationToken) =>
        database.WriteAsync(
            Durability.Journal,
            async (connection, transaction) =>
            {
                var erased = await database.ErasedOwnersAsync(connection, transaction, events.Select(one => one.Owner), cancellationToken);
                var rows = events.Where(one => !erased.Contains(one.Owner)).Select(Row.Of).ToList();
                return await connection.ExecuteAsync(
                    database is SqliteDataSource
                        ? new CommandDefinition(AddSqlite, rows, transaction, cancellationToken: cancellationToken)
                        : new CommandDefinition(
                            AddPostgres,
                            new
                            {
                                eventIds = rows.Select(row => row.EventId).ToArray(),
                                atMs = rows.Select(row => row.AtMs).ToArray(),
                                videoIds = rows.Select(row => row.VideoId).ToArray(),
                                owners = rows.Select(row => row.Owner).ToArray(),
                                actions = rows.Select(row => row.Action).ToArray(),
                                clientIds = rows.Select(row => row.ClientId).ToArray(),
                                clientNames = rows.Select(row => row.ClientName).ToArray(),
                                addresses = rows.Select(row => row.Address).ToArray(),
                                userAgents = rows.Select(row => row.UserAgent).ToArray(),
                            },
                            transaction,
                            cancellationToken: cancellationToken
                        )
                );
            },
            cancellationToken
        );

    public Task<IReadOnlyList<AuditEvent>> PageAsync(
        VideoId id,
        string? scope,
        PagePosition? after,
        int limit,
        CancellationToken cancellationToken
    ) =>
        database.QueryAsync<Row, AuditEvent>(
            PageSql,
            new
            {
                id = id.Text,
                scope,
                atMs = after?.AtMs ?? long.MaxValue,
                atId = after?.Id ?? "",
                limit,
            },
            row => row.ToEvent(),
            cancellationToken
        );

    public Task<int> ForgetAsync(DateTimeOffset before, int most, CancellationToken cancellationToken) =>
        database.ForgetAsync(Durability.Journal, LastToForgetSql, ForgetSql, before, most, cancellationToken);

    public Task<int> ForgetOfAsync(string owner, int most, CancellationToken cancellationToken) =>
        database.ForgetAllAsync(Durability.Journal, LastOfOwnerSql, ForgetOfOwnerSql, new { owner }, most, cancellationToken);

    private sealed class Row
    {
        public string EventId { get; init; } = "";
        public long AtMs { get; init; }
        public string VideoId { get; init; } = "";
        public string Owner { get; init; } = "";
        public string Action { get; init; } = "";
        public int? ClientId { get; init; }
        public string? ClientName { get; init; }
        public string? Address { get; init; }
        public string? UserAgent { get; init; }

        public static Row Of(AuditEvent one) =>
            new()
            {
                EventId = one.Id,
                AtMs = one.At.ToUnixTimeMilliseconds(),
                VideoId = one.VideoId.Text,
                Owner = one.Owner,
                Action = one.Action.ToString(),
                ClientId = one.ClientId,
                ClientName = one.ClientName,
                Address = one.Origin.Address,
                UserAgent = one.Origin.UserAgent,
            };

        public AuditEvent ToEvent() =>
            new(
                EventId,
                DateTimeOffset.FromUnixTimeMilliseconds(AtMs),
                Domain.Videos.VideoId.OfStored(VideoId)!,
                Owner,
                Enum.Parse<AuditAction>(Action),
                ClientId,
                ClientName,
                new CallOrigin(Address, UserAgent)
            );
    }
}
