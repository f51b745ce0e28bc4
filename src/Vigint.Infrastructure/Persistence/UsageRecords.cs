using System.Data.Common;
using Dapper;
using Vigint.Application.Common;
using Vigint.Application.Usage;

namespace Vigint.Infrastructure.Persistence;

internal sealed class UsageRecords(DbDataSource database) : IUsageRecords
{
    private const long MillisecondsPerDay = 24 * 60 * 60 * 1000;

    private const string Columns = "call_id, at_ms, client_id, key_id, endpoint, method, status_code, cost";

    // SQLite is in this process, where a statement per row is cheapest; PostgreSQL is a round trip away.
    private const string AddSqlite = $"""
        insert into usage_calls ({Columns})
        values (@CallId, @AtMs, @ClientId, @KeyId, @Endpoint, @Method, @StatusCode, @Cost)
            on conflict (call_id) do nothing
        """;

    private const string AddPostgres = $"""
        insert into usage_calls ({Columns})
        select * from unnest(@callIds, @atMs, @clientIds, @keyIds, @endpoints, @methods, @statusCodes, @costs)
            on conflict (call_id) do nothing
        returning call_id
        """;

    private const string AddToDaySql = """
        insert into usage_days (day, client_id, key_id, endpoint, calls, cost)
        values (@Day, @ClientId, @KeyId, @Endpoint, @Calls, @Cost)
            on conflict (key_id, day, endpoint) do update
           set calls = usage_days.calls + excluded.calls, cost = usage_days.cost + excluded.cost
        """;

    private const string PageSql = $"""
        select {Columns}
          from usage_calls
         where key_id = @keyId and at_ms >= @fromMs and at_ms < @toMs and (at_ms, call_id) < (@atMs, @atId)
         order by at_ms desc, call_id desc
         limit @limit
        """;

    private const string DaysSql = """
        select day, client_id, endpoint, calls, cost
          from usage_days
         where key_id = @keyId and day between @firstDay and @lastDay
         order by day, endpoint
        """;

    private const string DaysOfAllSql = """
        select d.day, d.client_id, c.name as client_name, d.endpoint, d.calls, d.cost
          from usage_days d left join clients c on c.client_id = d.client_id and c.erased_at_ms is null
         where d.day between @firstDay and @lastDay
        """;

    private const string LastToForgetSql = "select at_ms from usage_calls where at_ms < @beforeMs order by at_ms limit 1 offset @skip";

    private const string ForgetSql = "delete from usage_calls where at_ms <= @lastMs";

    private const string LastOfKeySql =
        "select at_ms from usage_calls where key_id = @keyId and at_ms < @beforeMs order by at_ms limit 1 offset @skip";

    private const string ForgetOfKeySql = "delete from usage_calls where key_id = @keyId and at_ms <= @lastMs";

    public Task AddAsync(IReadOnlyList<RecordedCall> calls, CancellationToken cancellationToken) =>
        database.WriteAsync(
            Durability.Journal,
            async (connection, transaction) =>
            {
                // Only what was not there yet: some may have been written by an attempt of which nobody knows how it ended.
                var erased = await database.ErasedNumbersAsync(
                    connection,
                    transaction,
                    calls.Select(call => call.ClientId),
                    cancellationToken
                );
                var rows = calls.Where(call => !erased.Contains(call.ClientId)).Select(CallRow.Of).ToList();
                var added = await AddRowsAsync(connection, transaction, rows, cancellationToken);
                var days = added
                    .GroupBy(row => (row.ClientId, row.KeyId, Day: (int)(row.AtMs / MillisecondsPerDay), row.Endpoint))
                    .Select(group => new DayRow
                    {
                        Day = group.Key.Day,
                        ClientId = group.Key.ClientId,
                        KeyId = group.Key.KeyId,
                        Endpoint = group.Key.Endpoint,
                        Calls = group.LongCount(),
                        Cost = group.Sum(row => row.Cost),
                    });

                // Always in the same order, so that two instances do not wait for each other's rows.
                var inOrder = days.OrderBy(day => day.KeyId)
                    .ThenBy(day => day.Day)
                    .ThenBy(day => day.Endpoint, StringComparer.Ordinal)
                    .ToList();
                return await connection.ExecuteAsync(
                    new CommandDefinition(AddToDaySql, inOrder, transaction, cancellationToken: cancellationToken)
                );
            },
            cancellationToken
        );

    public Task<IReadOnlyList<RecordedCall>> PageAsync(
        int keyId,
        Period period,
        PagePosition? after,
        int limit,
        CancellationToken cancellationToken
    ) =>
        database.QueryAsync<CallRow, RecordedCall>(
            PageSql,
            new
            {
                keyId,
                fromMs = period.From.ToUnixTimeMilliseconds(),
                toMs = period.To.ToUnixTimeMilliseconds(),
                atMs = after?.AtMs ?? long.MaxValue,
                atId = after?.Id ?? "",
                limit,
            },
            row => row.ToCall(),
            cancellationToken
        );

    public Task<IReadOnlyList<UsageOfDay>> DaysAsync(int keyId, Period period, CancellationToken cancellationToken) =>
        database.QueryAsync<DayRow, UsageOfDay>(
            DaysSql,
            new
            {
                keyId,
                firstDay = DayOf(period.From),
                lastDay = LastDayOf(period),
            },
            row => row.ToDay(),
            cancellationToken
        );

    public async Task<IReadOnlyList<UsageOfClient>> DaysOfAllAsync(Period period, CancellationToken cancellationToken)
    {
        var rows = await database.QueryAsync<DayRow, DayRow>(
            DaysOfAllSql,
            new { firstDay = DayOf(period.From), lastDay = LastDayOf(period) },
            row => row,
            cancellationToken
        );

        // Some thousand rows: added up and sorted here in a fraction of the time that the database takes to sort texts.
        return [.. rows.GroupBy(row => (row.ClientId, row.Day, row.Endpoint)).OrderBy(group => group.Key).Select(DayRow.ToClient)];
    }

    public Task<int> ForgetAsync(DateTimeOffset before, int most, CancellationToken cancellationToken) =>
        database.ForgetAsync(Durability.Journal, LastToForgetSql, ForgetSql, before, most, cancellationToken);

    public Task<int> ForgetOfAsync(int keyId, int most, CancellationToken cancellationToken) =>
        database.ForgetAllAsync(Durability.Journal, LastOfKeySql, ForgetOfKeySql, new { keyId }, most, cancellationToken);

    /// <returns>Those that were not there yet.</returns>
    private async Task<List<CallRow>> AddRowsAsync(
        DbConnection connection,
        DbTransaction transaction,
        List<CallRow> rows,
        CancellationToken cancellationToken
    )
    {
        if (database is SqliteDataSource)
        {
            var added = new List<CallRow>(rows.Count);
            foreach (var row in rows)
            {
                if (
                    await connection.ExecuteAsync(new CommandDefinition(AddSqlite, row, transaction, cancellationToken: cancellationToken))
                    > 0
                )
                    added.Add(row);
            }

            return added;
        }

        var ids = await connection.QueryAsync<string>(
            new CommandDefinition(
                AddPostgres,
                new
                {
                    callIds = rows.Select(row => row.CallId).ToArray(),
                    atMs = rows.Select(row => row.AtMs).ToArray(),
                    clientIds = rows.Select(row => row.ClientId).ToArray(),
                    keyIds = rows.Select(row => row.KeyId).ToArray(),
                    endpoints = rows.Select(row => row.Endpoint).ToArray(),
                    methods = rows.Select(row => row.Method).ToArray(),
                    statusCodes = rows.Select(row => row.StatusCode).ToArray(),
                    costs = rows.Select(row => row.Cost).ToArray(),
                },
                transaction,
                cancellationToken: cancellationToken
            )
        );
        var isAdded = ids.ToHashSet(StringComparer.Ordinal);
        return [.. rows.Where(row => isAdded.Contains(row.CallId))];
    }

    private static int DayOf(DateTimeOffset time) => (int)(time.ToUnixTimeMilliseconds() / MillisecondsPerDay);

    private static int LastDayOf(Period period) => DayOf(period.To.AddTicks(-1));

    private sealed class CallRow
    {
        public string CallId { get; init; } = "";
        public long AtMs { get; init; }
        public int ClientId { get; init; }
        public int KeyId { get; init; }
        public string Endpoint { get; init; } = "";
        public string Method { get; init; } = "";
        public int StatusCode { get; init; }
        public long Cost { get; init; }

        public static CallRow Of(RecordedCall call) =>
            new()
            {
                CallId = call.Id,
                AtMs = call.At.ToUnixTimeMilliseconds(),
                ClientId = call.ClientId,
                KeyId = call.KeyId,
                Endpoint = call.Endpoint,
                Method = call.Method,
                StatusCode = call.StatusCode,
                Cost = MicroEuro.Of(call.Cost),
            };

        public RecordedCall ToCall() =>
            new(
                CallId,
                DateTimeOffset.FromUnixTimeMilliseconds(AtMs),
                ClientId,
                KeyId,
                Endpoint,
                Method,
                StatusCode,
                MicroEuro.ToEuro(Cost)
            );
    }

    private sealed class DayRow
    {
        public int Day { get; init; }
        public int ClientId { get; init; }
        public int KeyId { get; init; }
        public string? ClientName { get; init; }
        public string Endpoint { get; init; } = "";
        public long Calls { get; init; }
        public long Cost { get; init; }

        public UsageOfDay ToDay() => new(DateOnly.FromDateTime(DateTime.UnixEpoch).AddDays(Day), Endpoint, Calls, MicroEuro.ToEuro(Cost));

        public static UsageOfClient ToClient(IEnumerable<DayRow> ofAllKeys)
        {
            var rows = ofAllKeys.ToList();
            return new UsageOfClient(
                rows[0].ClientId,
                rows[0].ClientId == 0 ? Caller.OperatorName : rows[0].ClientName,
                rows[0].ToDay() with
                {
                    Calls = rows.Sum(row => row.Calls),
                    Cost = MicroEuro.ToEuro(rows.Sum(row => row.Cost)),
                }
            );
        }
    }
}
