using System.Data.Common;
using Dapper;
using Vigint.Application.Health;
using Vigint.Domain;

namespace Vigint.Infrastructure.Persistence;

internal sealed class DatabaseCheck(DbDataSource database, DatabaseStart start) : IServiceCheck
{
    private const string Sql = "select count(*) from schema_migrations";

    public string Name => "database";

    public bool IsVital => true;

    public string Advice => "Check DATABASE_URL and the disk that holds the database.";

    public async Task<ServiceState> CheckAsync(CancellationToken cancellationToken)
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
