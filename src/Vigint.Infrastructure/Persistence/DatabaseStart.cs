using System.Data.Common;

namespace Vigint.Infrastructure.Persistence;

/// <summary>Makes a database fit to be used: what it needs once, and the schema of this version.</summary>
public sealed class DatabaseStart
{
    private readonly DbDataSource database;
    private readonly Migrator migrator;
    private readonly TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile string? failed;

    internal DatabaseStart(DbDataSource database, Migrator migrator)
    {
        this.database = database;
        this.migrator = migrator;
    }

    /// <summary>Whether the schema has been brought up to date since the start.</summary>
    public bool IsDone => done.Task.IsCompleted;

    /// <summary>How far it is, for people; without what the database itself said.</summary>
    public string State =>
        IsDone ? "up"
        : migrator.Applying is { } applying ? $"migration {applying} is being applied"
        : failed is { } name ? $"migration {name} cannot be applied yet; see the log"
        : "not there yet";

    /// <summary>Waits until it has been.</summary>
    public Task WhenDoneAsync(CancellationToken cancellationToken) => done.Task.WaitAsync(cancellationToken);

    /// <summary>
    /// Takes out of the database's log what was erased, where that could not be done while somebody read it. Never fails.
    /// </summary>
    public Task GoOnErasingAsync(CancellationToken cancellationToken) =>
        database is SqliteDataSource sqlite ? sqlite.GoOnEmptyingLogAsync(cancellationToken) : Task.CompletedTask;

    /// <exception cref="StartUpException">
    /// The schema is newer than this program, a migration can never be applied, or there is no room for a copy.
    /// </exception>
    /// <exception cref="MigrationException">A migration cannot be applied now.</exception>
    /// <exception cref="Domain.RefusedException"><see cref="Domain.Refusal.Unavailable"/> when the database is away.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (database is SqliteDataSource sqlite)
        {
            sqlite.UseWriteAheadLog();
            if (await migrator.FirstMissingAsync(cancellationToken) is { } first)
                new SchemaCopies(sqlite).Keep(first);
        }

        try
        {
            await migrator.MigrateAsync(cancellationToken);
            done.TrySetResult();
        }
        catch (MigrationException exception)
        {
            failed = exception.Migration;
            throw;
        }
    }
}
