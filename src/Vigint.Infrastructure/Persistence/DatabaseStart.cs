using System.Data.Common;

namespace Vigint.Infrastructure.Persistence;

/// <summary>Makes a database fit to be used: what it needs once, and the schema of this version.</summary>
public sealed class DatabaseStart
{
    private readonly DbDataSource database;
    private readonly Migrator migrator;
    private readonly TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal DatabaseStart(DbDataSource database, Migrator migrator)
    {
        this.database = database;
        this.migrator = migrator;
    }

    /// <summary>Whether the schema has been brought up to date since the start.</summary>
    public bool IsDone => done.Task.IsCompleted;

    /// <summary>Waits until it has been.</summary>
    public Task WhenDoneAsync(CancellationToken cancellationToken) => done.Task.WaitAsync(cancellationToken);

    /// <exception cref="StartUpException">The schema is newer than this program.</exception>
    /// <exception cref="Domain.RefusedException"><see cref="Domain.Refusal.Unavailable"/> when the database is away.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (database is SqliteDataSource sqlite)
            sqlite.UseWriteAheadLog();
        await migrator.MigrateAsync(cancellationToken);
        done.TrySetResult();
    }
}
