using System.Diagnostics;
using Npgsql;

namespace Vigint.TestSupport;

/// <summary>A private PostgreSQL server over a temporary folder, on a port of its own, gone with this.</summary>
public sealed class PostgresCluster : IAsyncDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly string programs;
    private int databases;

    private PostgresCluster(string programs) => this.programs = programs;

    public int Port { get; } = ServerProcess.FreePort();

    /// <summary>Makes and starts it; the test is skipped, in CI fails, where PostgreSQL is not installed.</summary>
    public static async Task<PostgresCluster> StartNewAsync()
    {
        const string root = "/usr/lib/postgresql";
        var programs = Directory.Exists(root) ? Directory.GetDirectories(root).Order(StringComparer.Ordinal).LastOrDefault() : null;
        if (programs is null)
            Needs.Missing("PostgreSQL is not installed");
        var cluster = new PostgresCluster(Path.Combine(programs!, "bin"));
        if (Environment.UserName == "root")
            await RunAsync("chown", "postgres", cluster.folder.Path);
        await cluster.RunOwnAsync(
            "initdb",
            "-D",
            cluster.Data,
            "-U",
            "vigint",
            "--auth=trust",
            "--no-sync",
            "--locale=C.UTF-8",
            "-E",
            "UTF8"
        );
        await cluster.StartAsync();
        return cluster;
    }

    private string Data => folder.At("data");

    public Task StartAsync() =>
        RunOwnAsync(
            "pg_ctl",
            "-D",
            Data,
            "-w",
            "-l",
            folder.At("log"),
            "-o",
            $"-p {Port} -k {folder.Path} -c listen_addresses=127.0.0.1 -c max_connections=300 -c fsync=off",
            "start"
        );

    /// <summary>What the server has logged so far.</summary>
    public string LogText() => File.ReadAllText(folder.At("log"));

    /// <summary>Ends every connection at once.</summary>
    public Task StopAsync() => RunOwnAsync("pg_ctl", "-D", Data, "-w", "-m", "fast", "stop");

    /// <summary>As <c>kill -9</c> does.</summary>
    public Task CrashAsync() => RunOwnAsync("pg_ctl", "-D", Data, "-w", "-m", "immediate", "stop");

    /// <returns>The address of a new, empty database, as hosting platforms write it.</returns>
    public async Task<string> NewDatabaseAsync()
    {
        var name = $"test_{Interlocked.Increment(ref databases)}";
        await RunOwnAsync("createdb", "-h", "127.0.0.1", "-p", $"{Port}", "-U", "vigint", name);
        return $"postgres://vigint:p%40ss@127.0.0.1:{Port}/{name}";
    }

    /// <inheritdoc cref="NewDatabaseAsync"/>
    public string NewDatabase()
    {
        var name = $"test_{Interlocked.Increment(ref databases)}";
        using var connection = new NpgsqlConnection($"Host=127.0.0.1;Port={Port};Username=vigint;Database=postgres;Pooling=false");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = $"create database {name}";
        command.ExecuteNonQuery();
        return $"postgres://vigint:p%40ss@127.0.0.1:{Port}/{name}";
    }

    public async ValueTask DisposeAsync()
    {
        await CrashAsync();
        folder.Dispose();
    }

    // PostgreSQL refuses to run as root.
    private Task RunOwnAsync(string program, params string[] arguments)
    {
        var path = Path.Combine(programs, program);
        return Environment.UserName == "root"
            ? RunAsync("runuser", ["-u", "postgres", "--", path, .. arguments])
            : RunAsync(path, arguments);
    }

    private static async Task RunAsync(string program, params string[] arguments)
    {
        // Its output goes to a file: a server that was started would keep a pipe open.
        var start = new ProcessStartInfo("/bin/sh") { WorkingDirectory = "/" };
        foreach (var argument in (string[])["-c", "exec \"$@\" >/dev/null 2>&1 </dev/null", "sh", program, .. arguments])
            start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{Path.GetFileName(program)} {string.Join(' ', arguments)} ended with {process.ExitCode}");
    }
}
