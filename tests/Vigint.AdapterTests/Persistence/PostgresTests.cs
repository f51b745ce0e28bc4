using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Vigint.Domain;
using Vigint.Infrastructure.Persistence;
using Vigint.TestSupport;

namespace Vigint.AdapterTests.Persistence;

public sealed class PostgresMigratorTests
{
    [Test]
    public async Task Instances_that_start_together_apply_each_migration_once()
    {
        await using var fresh = NpgsqlDataSource.Create(
            DatabaseOptions.FromPostgresAddress(await (await SharedCluster.GetAsync()).NewDatabaseAsync())!.Postgres!
        );
        var instances = Enumerable.Range(0, 5).Select(_ => new Migrator(fresh, TimeProvider.System, NullLogger<Migrator>.Instance));

        Assert.That(() => Task.WhenAll(instances.Select(one => one.MigrateAsync(default))), Throws.Nothing);
    }
}

public sealed class PostgresStandbyTests
{
    [Test]
    public async Task One_that_cannot_be_written_to_is_away()
    {
        var address = DatabaseOptions.FromPostgresAddress(await (await SharedCluster.GetAsync()).NewDatabaseAsync())!.Postgres!;
        await using (var writable = NpgsqlDataSource.Create(address))
            await new Migrator(writable, TimeProvider.System, NullLogger<Migrator>.Instance).MigrateAsync(default);
        await using var standby = NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(address.ConnectionString) { Options = "-c default_transaction_read_only=on" }
        );

        Assert.That(
            () => new VideoRecords(standby).SaveAsync([A.Video()], default),
            Throws.TypeOf<RefusedException>().With.Property(nameof(RefusedException.Refusal)).EqualTo(Refusal.Unavailable)
        );
    }
}

public sealed class PostgresAddressTests
{
    [TestCase("postgres://user:p%40ss@host:6543/db?sslmode=require", ExpectedResult = "user p@ss host 6543 db Require")]
    [TestCase("postgresql://user@host/db", ExpectedResult = "user  host 5432 db Prefer")]
    [TestCase("postgres://u%3Aser:a%3Ab@[::1]:1/d%20b?sslmode=verify-full&x=y", ExpectedResult = "u:ser a:b [::1] 1 d b VerifyFull")]
    [TestCase("postgres://host", ExpectedResult = null)]
    [TestCase("postgres://user@host/db?sslmode=perhaps", ExpectedResult = null)]
    [TestCase("mysql://user@host/db", ExpectedResult = null)]
    [TestCase("nonsense", ExpectedResult = null)]
    public string? An_address_is_read_as_platforms_write_it(string address) =>
        DatabaseOptions.FromPostgresAddress(address)?.Postgres is { } read
            ? $"{read.Username} {read.Password} {read.Host} {read.Port} {read.Database} {read.SslMode}"
            : null;

    [Test]
    public void The_password_is_never_printed() =>
        Assert.That($"{DatabaseOptions.FromPostgresAddress("postgres://user:hunter2@host/db")}", Does.Not.Contain("hunter2"));
}
