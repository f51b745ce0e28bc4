using System.Data.Common;
using Dapper;
using Vigint.Application.Analysis;

namespace Vigint.Infrastructure.Persistence;

internal sealed class ModelUseRecords(DbDataSource database) : IModelUseRecords
{
    private const string AddSql = """
        insert into model_uses (use_id, at_ms, client_id, model, stage, input_tokens, output_tokens, cost)
        values (@id, @atMs, @clientId, @model, @stage, @input, @output, @cost)
            on conflict (use_id) do nothing
        """;

    private const string CostSinceSql = "select cast(coalesce(sum(cost), 0) as bigint) from model_uses where client_id = @clientId and at_ms >= @fromMs";

    private const string LastToForgetSql = "select at_ms from model_uses where at_ms < @beforeMs order by at_ms limit 1 offset @skip";

    private const string ForgetSql = "delete from model_uses where at_ms <= @lastMs";

    public Task AddAsync(IReadOnlyList<RecordedUse> uses, CancellationToken cancellationToken) => database.WriteAsync((connection, transaction) =>
    {
        var rows = uses.Select(one => new
        {
            id = one.Id,
            atMs = one.At.ToUnixTimeMilliseconds(),
            clientId = one.ClientId,
            model = one.Use.Model,
            stage = one.Use.Stage.ToString(),
            input = one.Use.InputTokens,
            output = one.Use.OutputTokens,
            cost = MicroEuro.Of(one.Cost),
        }).ToList();
        return connection.ExecuteAsync(new CommandDefinition(AddSql, rows, transaction, cancellationToken: cancellationToken));
    }, cancellationToken);

    public Task<decimal> CostSinceAsync(int clientId, DateTimeOffset from, CancellationToken cancellationToken) => database.ReadAsync(async connection =>
    {
        var command = new CommandDefinition(CostSinceSql, new { clientId, fromMs = from.ToUnixTimeMilliseconds() }, cancellationToken: cancellationToken);
        return MicroEuro.ToEuro(await connection.ExecuteScalarAsync<long>(command));
    }, cancellationToken);

    public Task<int> ForgetAsync(DateTimeOffset before, int most, CancellationToken cancellationToken) =>
        database.ForgetAsync(LastToForgetSql, ForgetSql, before, most, cancellationToken);
}
