using System.Data.Common;
using Dapper;
using Vigint.Application.Alerts;
using Vigint.Application.Alerts.Channels;

namespace Vigint.Infrastructure.Persistence;

internal sealed class ChannelRecords(DbDataSource database) : IChannelRecords
{
    private const string ListSql = "select kind, address, secret from alert_channels where owner = @owner order by position";

    private const string RemoveSql = "delete from alert_channels where owner = @owner";

    // Of two administrators at the same moment the later one decides, row by row.
    private const string AddSql = """
        insert into alert_channels (owner, position, kind, address, secret)
        values (@owner, @position, @kind, @address, @secret)
            on conflict (owner, position) do update set kind = excluded.kind, address = excluded.address, secret = excluded.secret
        """;

    public Task<IReadOnlyList<ClientChannel>> ListAsync(string owner, CancellationToken cancellationToken) =>
        database.QueryAsync<ChannelRow, ClientChannel>(ListSql, new { owner }, static row => row.ToChannel(), cancellationToken);

    public Task ReplaceAsync(string owner, IReadOnlyList<ClientChannel> channels, CancellationToken cancellationToken) =>
        database.WriteAsync(
            Durability.Durable,
            async (connection, transaction) =>
            {
                await database.RefuseErasedAsync(connection, transaction, [owner], cancellationToken);
                await connection.ExecuteAsync(
                    new CommandDefinition(RemoveSql, new { owner }, transaction, cancellationToken: cancellationToken)
                );
                return await connection.ExecuteAsync(
                    new CommandDefinition(
                        AddSql,
                        channels.Select(
                            (one, position) =>
                                new
                                {
                                    owner,
                                    position,
                                    kind = one.Kind.WireName(),
                                    address = one.Address,
                                    secret = one.Secret,
                                }
                        ),
                        transaction,
                        cancellationToken: cancellationToken
                    )
                );
            },
            cancellationToken
        );

    public Task RemoveAsync(string owner, CancellationToken cancellationToken) =>
        database.WriteAsync(
            Durability.Durable,
            (connection, transaction) =>
                connection.ExecuteAsync(new CommandDefinition(RemoveSql, new { owner }, transaction, cancellationToken: cancellationToken)),
            cancellationToken
        );

    private sealed record ChannelRow(string Kind, string Address, string? Secret)
    {
        public ClientChannel ToChannel() => new(DeliveryRecords.KindOf(Kind), Address, Secret);
    }
}
