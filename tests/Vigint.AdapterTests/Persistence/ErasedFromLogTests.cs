using System.Text;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Vigint.Application.Clients;
using Vigint.Domain.Clients;
using Vigint.Infrastructure.Persistence;
using Vigint.TestSupport;

namespace Vigint.AdapterTests.Persistence;

/// <summary>
/// What was erased stays in SQLite's write-ahead log for as long as another program reads it, and not a moment longer than it must.
/// </summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class ErasedFromLogTests : IAsyncDisposable
{
    private const string Address = "shop-to-be-erased@example.org";

    private readonly TemporaryFolder folder = new();
    private readonly LogLines log = new();
    private readonly LoggerFactory loggers;
    private readonly SqliteConnection reader;
    private SqliteDataSource database;

    public ErasedFromLogTests()
    {
        loggers = new LoggerFactory([log]);
        database = NewDatabase();
        reader = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = Path, Pooling = false }.ToString());
    }

    private string Path => folder.At("test.db");

    private bool IsInLog
    {
        get
        {
            using var file = new FileStream($"{Path}-wal", FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var bytes = new byte[file.Length];
            file.ReadExactly(bytes);
            return bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(Address)) >= 0;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await reader.DisposeAsync();
        await database.DisposeAsync();
        loggers.Dispose();
        log.Dispose();
        folder.Dispose();
    }

    [Test]
    public async Task While_somebody_reads_it_is_said_and_it_is_tried_again_until_it_is_done()
    {
        await StartAsync();
        await EraseWhileSomebodyReadsAsync();
        await database.GoOnEmptyingLogAsync(default);
        var (inLog, warnings) = (IsInLog, log.All.ToList());

        await reader.CloseAsync();
        await database.GoOnEmptyingLogAsync(default);

        Assert.That((inLog, IsInLog), Is.EqualTo((true, false)));
        Assert.That(warnings, Has.Count.EqualTo(1).And.One.StartsWith("Warning: What was erased may still be in the write-ahead log"));
        Assert.That(log.All, Has.Count.EqualTo(2).And.One.StartsWith("Information: What was erased is out of the write-ahead log"));
    }

    [Test]
    public async Task What_a_start_finds_being_read_is_tried_again()
    {
        await StartAsync();
        await EraseWhileSomebodyReadsAsync();
        await database.DisposeAsync();
        database = NewDatabase();

        await StartAsync();
        await database.GoOnEmptyingLogAsync(default);
        var inLog = IsInLog;
        await reader.CloseAsync();
        await database.GoOnEmptyingLogAsync(default);

        Assert.That((inLog, IsInLog), Is.EqualTo((true, false)));
    }

    [Test]
    public async Task Where_nobody_reads_nothing_is_said()
    {
        await StartAsync();
        var clients = await AddAsync();
        await clients.CompleteErasureAsync(1, A.Noon, default);
        await database.GoOnEmptyingLogAsync(default);

        Assert.That((IsInLog, log.All), Is.EqualTo((false, Array.Empty<string>())));
    }

    private SqliteDataSource NewDatabase() => new(Path, loggers.CreateLogger<SqliteDataSource>());

    private Task StartAsync() =>
        new DatabaseStart(database, new Migrator(database, TimeProvider.System, NullLogger<Migrator>.Instance)).RunAsync(default);

    private async Task<ClientRecords> AddAsync()
    {
        var clients = new ClientRecords(database);
        await clients.AddAsync(
            new NewClient("owner", "Shop", EmailAddress.Parse(Address), A.Noon),
            new NewKey(KeyDigest.Of("key"), "till", A.Noon, ExpiresAt: null),
            default
        );
        await clients.BeginErasureAsync(1, A.Noon, default);
        return clients;
    }

    private async Task EraseWhileSomebodyReadsAsync()
    {
        var clients = await AddAsync();
        await reader.OpenAsync();
        using (var command = reader.CreateCommand())
        {
            command.CommandText = "begin; select count(*) from clients";
            await command.ExecuteScalarAsync();
        }

        await clients.CompleteErasureAsync(1, A.Noon, default);
    }
}
