using Npgsql;

namespace Vigint.Infrastructure.Persistence;

/// <summary>Where the database is: one of the two is set.</summary>
/// <param name="SqlitePath">Absolute path of a SQLite file.</param>
/// <param name="Postgres">Connection settings of a PostgreSQL server; hold its password.</param>
public sealed record DatabaseOptions(string? SqlitePath, NpgsqlConnectionStringBuilder? Postgres)
{
    // What a small hosted database gives one program, and what a caller who waits five seconds at most allows.
    private const int MostConnections = 10;
    private const int ConnectSeconds = 3;
    private const int StatementSeconds = 4;

    /// <summary>For messages: the file, or the server and its database, never the password.</summary>
    public string Name => SqlitePath ?? $"{Postgres!.Host}:{Postgres.Port}/{Postgres.Database}";

    public static DatabaseOptions Sqlite(string path) => new(path, null);

    /// <summary>Reads an address as hosting platforms write it: <c>postgres://user:p%40ss@host:5432/db?sslmode=require</c>.</summary>
    /// <returns>Null when it is none.</returns>
    public static DatabaseOptions? FromPostgresAddress(string address)
    {
        if (
            !Uri.TryCreate(address, UriKind.Absolute, out var uri)
            || uri.Scheme is not ("postgres" or "postgresql")
            || uri.Host.Length == 0
        )
            return null;
        var user = uri.UserInfo.Split(':', 2);
        var settings = new NpgsqlConnectionStringBuilder
        {
            Host = Uri.UnescapeDataString(uri.Host),
            Port = uri.Port > 0 ? uri.Port : 5432,
            Username = Uri.UnescapeDataString(user[0]),
            Password = user.Length > 1 ? Uri.UnescapeDataString(user[1]) : null,
            Database = Uri.UnescapeDataString(uri.AbsolutePath.TrimStart('/')),
            MaxPoolSize = MostConnections,
            Timeout = ConnectSeconds,
            CommandTimeout = StatementSeconds,
            // Set by us because a role or a database may have it off.
            Options = $"-c statement_timeout={StatementSeconds * 1000} -c synchronous_commit=on",
            ApplicationName = "vigint",
        };
        if (settings.Database.Length == 0)
            return null;
        return TryReadQuery(uri.Query, settings) ? new DatabaseOptions(null, settings) : null;
    }

    public override string ToString() => Name;

    private static bool TryReadQuery(string query, NpgsqlConnectionStringBuilder settings)
    {
        foreach (var pair in query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = pair.Split('=', 2);
            var value = parts.Length > 1 ? Uri.UnescapeDataString(parts[1]) : "";
            if (
                parts[0] == "sslmode"
                && Enum.TryParse<SslMode>(value.Replace("-", "", StringComparison.Ordinal), ignoreCase: true, out var mode)
            )
                settings.SslMode = mode;
            else if (parts[0] is "sslmode")
                return false;
            else if (parts[0] == "sslrootcert")
                settings.RootCertificate = value;
            else if (parts[0] == "host")
                settings.Host = value; // a socket's folder cannot be written before the slash
        }

        return true;
    }
}
