using Vigint.TestSupport;

namespace Vigint.ContractTests;

/// <summary>
/// With <c>VIGINT_CONTRACT_DATABASE=postgres</c> every server of the suite has a database in a private PostgreSQL cluster.
/// </summary>
[SetUpFixture]
public sealed class OnPostgres
{
    private PostgresCluster? cluster;

    [OneTimeSetUp]
    public async Task Start()
    {
        if (Environment.GetEnvironmentVariable("VIGINT_CONTRACT_DATABASE") != "postgres")
            return;
        cluster = await PostgresCluster.StartNewAsync();
        VigintServer.UseDatabases(cluster.NewDatabase);
    }

    /// <summary>Ends a test that means SQLite.</summary>
    internal static void NotThere(string why)
    {
        if (!VigintServer.IsOnSqlite)
            Assert.Ignore(why);
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        VigintServer.UseDatabases(null);
        if (cluster is not null)
            await cluster.DisposeAsync();
    }
}
