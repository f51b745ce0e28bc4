using System.Data.Common;
using Dapper;
using Vigint.Application.Common;
using Vigint.Application.Usage;

namespace Vigint.Infrastructure.Persistence;

internal sealed class ModelUseRecords(DbDataSource database) : IModelUseRecords
{
    private const string AddSql = """
        insert into model_uses (use_id, at_ms, client_id, model, stage, input_tokens, output_tokens, cost)
        values (@id, @atMs, @clientId, @model, @stage, @input, @output, @cost)
            on conflict (use_id) do nothing
        """;

    private const string CostSql =
        "select cast(coalesce(sum(cost), 0) as bigint) from model_uses where client_id = @clientId and at_ms >= @fromMs and at_ms < @toMs";

    private const string Sums = """
        count(*) as calls, cast(sum(input_tokens) as bigint) as input_tokens, cast(sum(output_tokens) as bigint) as output_tokens,
               cast(sum(cost) as bigint) as cost
        """;

    private const string SumsSql = $"""
        select model, {Sums}
          from model_uses
         where client_id = @clientId and at_ms >= @fromMs and at_ms < @toMs
         group by model
         order by model
        """;

    // Names are looked up for the few sums, not for each use.
    private const string SumsOfAllSql = $"""
        select s.*, c.name as client_name
          from (select client_id, model, {Sums}
                  from model_uses
                 where at_ms >= @fromMs and at_ms < @toMs
                 group by client_id, model) s
          left join clients c on c.client_id = s.client_id and c.erased_at_ms is null
         order by s.client_id, s.model
        """;

    private const string LastToForgetSql = "select at_ms from model_uses where at_ms < @beforeMs order by at_ms limit 1 offset @skip";

    private const string ForgetSql = "delete from model_uses where at_ms <= @lastMs";

    private const string LastOfClientSql =
        "select at_ms from model_uses where client_id = @clientId and at_ms < @beforeMs order by at_ms limit 1 offset @skip";

    private const string ForgetOfClientSql = "delete from model_uses where client_id = @clientId and at_ms <= @lastMs";

    public Task AddAsync(IReadOnlyList<RecordedUse> uses, CancellationToken cancellationToken) =>
        database.WriteAsync(
            Durability.Durable,
            async (connection, transaction) =>
            {
                var erased = await database.ErasedNumbersAsync(
                    connection,
                    transaction,
                    uses.Select(one => one.ClientId),
                    cancellationToken
                );
                var rows = uses.Where(one => !erased.Contains(one.ClientId))
                    .Select(one => new
                    {
                        id = one.Id,
                        atMs = one.At.ToUnixTimeMilliseconds(),
                        clientId = one.ClientId,
                        model = one.Use.Model,
                        stage = one.Use.Stage.ToString(),
                        input = one.Use.InputTokens,
                        output = one.Use.OutputTokens,
                        cost = MicroEuro.Of(one.Cost),
                    })
                    .ToList();
                return await connection.ExecuteAsync(
                    new CommandDefinition(AddSql, rows, transaction, cancellationToken: cancellationToken)
                );
            },
            cancellationToken
        );

    public Task<decimal> CostAsync(int clientId, Period period, CancellationToken cancellationToken) =>
        database.ReadAsync(
            async connection =>
            {
                var command = new CommandDefinition(
                    CostSql,
                    new
                    {
                        clientId,
                        fromMs = period.From.ToUnixTimeMilliseconds(),
                        toMs = period.To.ToUnixTimeMilliseconds(),
                    },
                    cancellationToken: cancellationToken
                );
                return MicroEuro.ToEuro(await connection.ExecuteScalarAsync<long>(command));
            },
            cancellationToken
        );

    public Task<IReadOnlyList<UsageOfModel>> SumsAsync(int clientId, Period period, CancellationToken cancellationToken) =>
        database.QueryAsync<SumRow, UsageOfModel>(
            SumsSql,
            new
            {
                clientId,
                fromMs = period.From.ToUnixTimeMilliseconds(),
                toMs = period.To.ToUnixTimeMilliseconds(),
            },
            row => row.ToUsage(),
            cancellationToken
        );

    public Task<IReadOnlyList<ModelUsageOfClient>> SumsOfAllAsync(Period period, CancellationToken cancellationToken) =>
        database.QueryAsync<SumRow, ModelUsageOfClient>(
            SumsOfAllSql,
            new { fromMs = period.From.ToUnixTimeMilliseconds(), toMs = period.To.ToUnixTimeMilliseconds() },
            row => row.ToClient(),
            cancellationToken
        );

    public Task<int> ForgetAsync(DateTimeOffset before, int most, CancellationToken cancellationToken) =>
        database.ForgetAsync(Durability.Durable, LastToForgetSql, ForgetSql, before, most, cancellationToken);

    public Task<int> ForgetOfAsync(int clientId, int most, CancellationToken cancellationToken) =>
        database.ForgetAllAsync(Durability.Durable, LastOfClientSql, ForgetOfClientSql, new { clientId }, most, cancellationToken);

    private sealed class SumRow
    {
        public int ClientId { get; init; }
        public string? ClientName { get; init; }
        public string Model { get; init; } = "";
        public long Calls { get; init; }
        public long InputTokens { get; init; }
        public long OutputTokens { get; init; }
        public long Cost { get; init; }

        public UsageOfModel ToUsage() => new(Model, Calls, InputTokens, OutputTokens, MicroEuro.ToEuro(Cost));

        public ModelUsageOfClient ToClient() => new(ClientId, ClientId == 0 ? Caller.OperatorName : ClientName, ToUsage());
    }
}
