using System.Data.Common;
using Dapper;
using Vigint.Domain;
using Vigint.Infrastructure.Health;

namespace Vigint.Infrastructure.Persistence;

internal sealed class DatabaseCheck(DbDataSource database, DatabaseStart start) : ServiceCheck
{
    private const string Sql = "select count(*) from schema_migrations";

    public override string Advice => "Check DATABASE_URL and the disk that holds the database.";

    public override async Task<ServiceState> CheckAsync(CancellationToken cancellationToken)
    {
        if (!start.IsDone)
            return new ServiceState(false, start.State);
        try
        {
            await database.ReadAsync(
                connection => connection.ExecuteScalarAsync<long>(new CommandDefinition(Sql, cancellationToken: cancellationToken)),
                cancellationToken
            );
            return ServiceState.Up;
        }
        catch (Exception exception) when (exception is RefusedException or DbException)
        {
            return new ServiceState(false, "down");
        }
    }
}
