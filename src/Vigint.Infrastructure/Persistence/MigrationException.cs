using System.Data.Common;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Vigint.Infrastructure.Persistence;

/// <summary>A migration could not be applied now, and nothing of it was; the same migration may be applied later.</summary>
public sealed class MigrationException : Exception
{
    // Classes of PostgreSQL's error codes (appendix A) for what passes or is put right beside this program: a lost connection, a server
    // that cannot be written to yet, a conflict, a full disk, a lock, an administrator, a failing disk.
    private static readonly string[] PassingClasses = ["08", "25", "40", "53", "55", "57", "58"];

    private MigrationException(string migration, string reason, Exception inner)
        : base($"migration {migration} cannot be applied yet: {reason}", inner) => Migration = migration;

    /// <summary>Its file's name.</summary>
    public string Migration { get; }

    /// <returns>This, or a <see cref="StartUpException"/> where trying again cannot help.</returns>
    internal static Exception Of(string migration, DbException exception) =>
        exception switch
        {
            PostgresException { SqlState: PostgresErrorCodes.LockNotAvailable } => new MigrationException(
                migration,
                "another session keeps a table locked, or another server applies it just now",
                exception
            ),
            PostgresException postgres when PassingClasses.Contains(postgres.SqlState[..2]) => new MigrationException(
                migration,
                postgres.MessageText,
                exception
            ),
            PostgresException postgres => Hopeless(migration, postgres.MessageText, exception),
            SqliteException when SqliteDataSource.IsFull(exception) || SqliteDataSource.IsAway(exception) => new MigrationException(
                migration,
                exception.Message,
                exception
            ),
            SqliteException => Hopeless(migration, exception.Message, exception),
            _ => new MigrationException(migration, exception.Message, exception),
        };

    private static StartUpException Hopeless(string migration, string reason, Exception inner) =>
        new(
            $"The database cannot be brought up to date: migration {migration} fails ({reason.TrimEnd('.')}), and nothing of it was "
                + $"applied; "
                + "docs/troubleshooting.md says what to do.",
            inner
        );
}
