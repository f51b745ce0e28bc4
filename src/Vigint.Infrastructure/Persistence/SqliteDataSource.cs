using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Vigint.Infrastructure.Disk;

namespace Vigint.Infrastructure.Persistence;

/// <summary>SQLite in one file, with a write-ahead log so that readers do not wait for the writer.</summary>
internal partial class SqliteDataSource : DbDataSource
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

    // Somebody who reads for longer than this, as a backup does, keeps what was erased in the log for as long as that.
    private const int AttemptsToEmptyLog = 20;
    private static readonly TimeSpan BetweenAttempts = TimeSpan.FromMilliseconds(100);

    private readonly SemaphoreSlim writeTurn = new(1, 1);
    private readonly string path;
    private readonly ILogger logger;
    private volatile bool isErasedInLog;
    private volatile bool isSaid;

    /// <param name="path">Made when it does not exist; its folder must.</param>
    public SqliteDataSource(string path, ILogger<SqliteDataSource>? logger = null)
    {
        this.path = path;
        this.logger = logger ?? NullLogger<SqliteDataSource>.Instance;
        ConnectionString = new SqliteConnectionStringBuilder
        {
            DataSource = path,
            ForeignKeys = true,
            DefaultTimeout = 5,
        }.ToString();
    }

    public override string ConnectionString { get; }

    /// <summary>Absolute.</summary>
    public string FilePath => path;

    public static bool IsFull(DbException exception) => exception is SqliteException { SqliteErrorCode: Full };

    public static bool IsAway(DbException exception) =>
        exception
            is SqliteException
            {
                SqliteErrorCode: CannotBeRead or CannotBeOpened or IsReadOnly or IsBusy or IsLocked or IsDamaged or IsNoDatabase
            };

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
        // SQLite would make it readable for everybody, and its log after it. SQLite flushes the folder when it makes the log.
        if (!File.Exists(path))
        {
            NewFile.Open(path, FileAccess.Write).Dispose();
            FlushFolders();
        }

        using var connection = OpenConnection();
        using var command = connection.CreateCommand();

        command.CommandText = "pragma journal_mode = wal";
        command.ExecuteNonQuery();

        // Emptied because a server that died may have left in it what was erased.
        isErasedInLog = !HasEmptiedLog();
    }

    /// <summary>
    /// Takes what was erased out of the write-ahead log, too, where its pages are as they were. While somebody reads the log it cannot be
    /// emptied: this tries for two seconds, and then every later write and <see cref="GoOnEmptyingLogAsync"/> do.
    /// </summary>
    public async Task EmptyLogAsync(CancellationToken cancellationToken)
    {
        isErasedInLog = true;
        for (var attempt = 1; attempt <= AttemptsToEmptyLog; attempt++)
        {
            using (await WriteTurnAsync(cancellationToken))
                TryEmptyLog();
            if (!isErasedInLog)
                return;
            await Task.Delay(BetweenAttempts, TimeProvider.System, cancellationToken);
        }

        SayOnce();
    }

    /// <summary>
    /// Goes on with <see cref="EmptyLogAsync"/> where that could not be done, or the start could not; for a server to which nobody writes.
    /// </summary>
    public async Task GoOnEmptyingLogAsync(CancellationToken cancellationToken)
    {
        if (!isErasedInLog)
            return;
        using (await WriteTurnAsync(cancellationToken))
            TryEmptyLog();
        if (isErasedInLog)
            SayOnce();
    }

    /// <summary>After a write and within its turn: goes on with <see cref="EmptyLogAsync"/> where that could not be done.</summary>
    public void TryEmptyLog()
    {
        if (!isErasedInLog)
            return;
        try
        {
            if (!HasEmptiedLog())
                return;
        }
        catch (SqliteException)
        {
            return; // a full or failing disk; the write before was done all the same
        }

        isErasedInLog = false;
        if (isSaid)
            OutOfLog(logger);
        isSaid = false;
    }

    /// <summary>
    /// For a <see cref="Durability.Journal"/>: until the connection is closed its commits are not synced. Does nothing to another
    /// database's.
    /// </summary>
    public static void DoNotSync(DbConnection connection)
    {
        if (connection is not SqliteConnection)
            return;
        using var command = connection.CreateCommand();
        command.CommandText = "pragma synchronous = normal";
        command.ExecuteNonQuery();
    }

    /// <summary>Writes all that there is into an empty file, as of one moment.</summary>
    public void CopyInto(string target)
    {
        using var connection = OpenConnection();
        using var command = connection.CreateCommand();
        command.CommandText = "vacuum into $target";
        var parameter = command.CreateParameter();
        (parameter.ParameterName, parameter.Value) = ("$target", target);
        command.Parameters.Add(parameter);
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

    // Each commit is synced unless its writer says that it need not be, so that nobody forgets it.
    //
    // What is deleted is overwritten: it would stay in the file until its place is needed, and somebody may have asked for it to be erased.
    private static void Prepare(DbConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "pragma synchronous = full; pragma secure_delete = on";
        command.ExecuteNonQuery();
    }

    private bool HasEmptiedLog()
    {
        using var connection = OpenConnection();
        using var command = connection.CreateCommand();
        command.CommandText = "pragma wal_checkpoint(truncate)";
        using var row = command.ExecuteReader();
        const int isBusy = 0;
        return row.Read() && row.GetInt32(isBusy) == 0;
    }

    private void SayOnce()
    {
        if (!isSaid)
            StillInLog(logger);
        isSaid = true;
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

    // The folder may be as new as the file, so that the one above it must know of it, too.
    private void FlushFolders()
    {
        var folder = Path.GetDirectoryName(path)!;
        Flush(folder);
        try
        {
            if (Path.GetDirectoryName(folder) is { } above)
                Flush(above);
        }
        catch (IOException)
        {
            // A folder above that we may not read was there before us.
        }

        static void Flush(string folder)
        {
            using var handle = Posix.OpenFolder(folder);
            Posix.FlushFolder(handle);
        }
    }

    private sealed class Turn(SemaphoreSlim turn) : IDisposable
    {
        public void Dispose() => turn.Release();
    }

    [LoggerMessage(
        1910,
        LogLevel.Warning,
        "What was erased may still be in the write-ahead log: another program reads the database, or the disk is in trouble. "
            + "It is tried again until it is done"
    )]
    private static partial void StillInLog(ILogger logger);

    [LoggerMessage(1911, LogLevel.Information, "What was erased is out of the write-ahead log")]
    private static partial void OutOfLog(ILogger logger);
}
