using System.Collections.Concurrent;
using System.Data.Common;
using Microsoft.Data.Sqlite;
using SQLitePCL;
using Vigint.Infrastructure.Persistence;

namespace Vigint.AdapterTests.Persistence;

/// <summary>Notes of every statement which table it writes, and whether its connection syncs what it commits.</summary>
internal sealed class WatchedSqlite(string path) : SqliteDataSource(path)
{
    // Journals, and what is made anew from the storage folder. Every other table is known to the database alone.
    public static readonly IReadOnlySet<string> Journals = new HashSet<string>(
        ["videos", "renditions", "usage_calls", "usage_days", "audit_events"],
        StringComparer.Ordinal
    );

    private readonly ConcurrentBag<TableWrite> writes = [];

    public IReadOnlyCollection<TableWrite> Writes => writes;

    // When a key was last used is a journal, too, beside what a key is.
    public IReadOnlyCollection<TableWrite> NotDurable =>
        [
            .. writes.Where(write =>
                !write.IsSynced && !Journals.Contains(write.Table) && write is not { Table: "api_keys", Column: "last_used_at_ms" }
            ),
        ];

    protected override DbConnection OpenDbConnection() => Watched(base.OpenDbConnection());

    protected override async ValueTask<DbConnection> OpenDbConnectionAsync(CancellationToken cancellationToken) =>
        Watched(await base.OpenDbConnectionAsync(cancellationToken));

    private DbConnection Watched(DbConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "pragma synchronous";
        const long full = 2;
        var isSynced = (long)command.ExecuteScalar()! == full;
        raw.sqlite3_set_authorizer(
            ((SqliteConnection)connection).Handle,
            (strdelegate_authorizer)(
                (_, action, first, second, _, _) =>
                {
                    switch (action)
                    {
                        case raw.SQLITE_PRAGMA when first == "synchronous" && second is not null:
                            isSynced = second == "full";
                            break;
                        case raw.SQLITE_INSERT or raw.SQLITE_DELETE when !first.StartsWith("sqlite_", StringComparison.Ordinal):
                            writes.Add(new TableWrite(first, null, isSynced));
                            break;
                        case raw.SQLITE_UPDATE when !first.StartsWith("sqlite_", StringComparison.Ordinal):
                            writes.Add(new TableWrite(first, second, isSynced));
                            break;
                    }

                    return raw.SQLITE_OK;
                }
            ),
            null
        );
        return connection;
    }
}

/// <param name="Column">Of an update.</param>
public sealed record TableWrite(string Table, string? Column, bool IsSynced);
