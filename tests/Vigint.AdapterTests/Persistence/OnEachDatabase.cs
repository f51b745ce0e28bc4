using System.Data.Common;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Vigint.Infrastructure.Persistence;
using Vigint.TestSupport;

namespace Vigint.AdapterTests.Persistence;

/// <summary>A new database with the schema of this version, gone with this.</summary>
public interface ITestDatabase : IAsyncDisposable
{
    Task<DbDataSource> OpenAsync();
}

public sealed class OnSqlite : ITestDatabase
{
    private readonly TemporaryFolder folder = new();
    private WatchedSqlite? database;

    public async Task<DbDataSource> OpenAsync()
    {
        database = new WatchedSqlite(folder.At("test.db"));
        database.UseWriteAheadLog();
        await new Migrator(database, TimeProvider.System, NullLogger<Migrator>.Instance).MigrateAsync(default);
        return database;
    }

    public async ValueTask DisposeAsync()
    {
        if (database is not null)
            await database.DisposeAsync();
        folder.Dispose();
        Assert.That(database?.NotDurable, Is.Null.Or.Empty, "written without a sync, and known to the database alone");
    }
}

public sealed class OnPostgres : ITestDatabase
{
    private NpgsqlDataSource? database;

    public async Task<DbDataSource> OpenAsync()
    {
        var cluster = await SharedCluster.GetAsync();
        database = NpgsqlDataSource.Create(DatabaseOptions.FromPostgresAddress(await cluster.NewDatabaseAsync())!.Postgres!);
        await new Migrator(database, TimeProvider.System, NullLogger<Migrator>.Instance).MigrateAsync(default);
        return database;
    }

    public async ValueTask DisposeAsync()
    {
        if (database is not null)
            await database.DisposeAsync();
    }
}

/// <summary>One cluster for all fixtures, started when the first one asks.</summary>
[SetUpFixture]
public sealed class SharedCluster
{
    private static PostgresCluster? running;

    public static async Task<PostgresCluster> GetAsync() => running ??= await PostgresCluster.StartNewAsync();

    [OneTimeTearDown]
    public async Task Stop()
    {
        if (running is not null)
            await running.DisposeAsync();
    }
}

/// <summary>What must hold on every database: each fixture runs on all of them.</summary>
public abstract class OnEachDatabase<TDatabase>
    where TDatabase : ITestDatabase, new()
{
    private ITestDatabase holder = null!;

    protected DbDataSource Database { get; private set; } = null!;

    [SetUp]
    public async Task OpenDatabase()
    {
        holder = new TDatabase();
        Database = await holder.OpenAsync();
    }

    [TearDown]
    public async Task CloseDatabase() => await holder.DisposeAsync();
}
