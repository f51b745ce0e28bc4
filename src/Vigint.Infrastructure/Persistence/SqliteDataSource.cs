using System.Data.Common;
using Microsoft.Data.Sqlite;
using Vigint.Infrastructure.Disk;

namespace Vigint.Infrastructure.Persistence;

/// <summary>SQLite in one file, with a write-ahead log so that readers do not wait for the writer.</summary>
internal sealed class SqliteDataSource : DbDataSource
{
    // https://www.sqlite.org/rescode.html
    private const int CannotBeRead = 10;
    private const int Full = 13;
    private const int CannotBeOpened = 14;
    private const int IsReadOnly = 8;
    private const int IsBusy = 5;
    private const int IsLocked = 6;
    private const int IsDamaged = 11;
    private const int IsNoDatabase = 26;

    private readonly SemaphoreSlim writeTurn = new(1, 1);
    private readonly string path;

    /// <param name="path">Made when it does not exist; its folder must.</param>
    public SqliteDataSource(string path)
    {
        this.path = path;
        ConnectionString = new SqliteConnectionStringBuilder { DataSource = path, ForeignKeys = true, DefaultTimeout = 5 }.ToString();
    }

    public override string ConnectionString { get; }

    public static bool IsFull(DbException exception) => exception is SqliteException { SqliteErrorCode: Full };

    public static bool IsAway(DbException exception) =>
        exception is SqliteException { SqliteErrorCode: CannotBeRead or CannotBeOpened or IsReadOnly or IsBusy or IsLocked or IsDamaged or IsNoDatabase };

    /// <summary>Disposing ends the turn.</summary>
    public async Task<IDisposable> WriteTurnAsync(CancellationToken cancellationToken)
    {
        await writeTurn.WaitAsync(cancellationToken);
        return new Turn(writeTurn);
    }

    /// <summary>To be called once before the first use of a new file; the mode stays with the file.</summary>
    /// <exception cref="IOException">The file cannot be made.</exception>
    public void UseWriteAheadLog()
    {
        // SQLite would make it readable for everybody, and its log after it.
        if (!File.Exists(path))
            NewFile.Open(path, FileAccess.Write).Dispose();
        using var connection = OpenConnection();
        using var command = connection.CreateCommand();
        command.CommandText = "pragma journal_mode = wal";
        command.ExecuteNonQuery();
    }

    protected override DbConnection CreateDbConnection() => new SqliteConnection(ConnectionString);

    protected override DbConnection OpenDbConnection()
    {
        var connection = base.OpenDbConnection();
        Prepare(connection);
        return connection;
    }

    protected override async ValueTask<DbConnection> OpenDbConnectionAsync(CancellationToken cancellationToken)
    {
        var connection = await base.OpenDbConnectionAsync(cancellationToken);
        Prepare(connection);
        return connection;
    }

    // A commit survives the end of the process and not, for some seconds, a loss of power. What is recorded here stands in the
    // storage folder too, which is flushed, and is taken from there again (docs/decisions/0003-sidecars-are-the-truth.md).
    //
    // What is deleted is overwritten: it would stay in the file until its place is needed, and somebody may have asked for it to be erased.
    private static void Prepare(DbConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "pragma synchronous = normal; pragma secure_delete = on";
        command.ExecuteNonQuery();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            using (var connection = new SqliteConnection(ConnectionString))
                SqliteConnection.ClearPool(connection);
            writeTurn.Dispose();
        }

        base.Dispose(disposing);
    }

    private sealed class Turn(SemaphoreSlim turn) : IDisposable
    {
        public void Dispose() => turn.Release();
    }
}
