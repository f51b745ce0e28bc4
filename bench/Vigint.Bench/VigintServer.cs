using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Vigint.Bench;

/// <summary>The server as it is deployed, in a process of its own, its log in a file.</summary>
internal sealed class VigintServer : IDisposable
{
    public const string Key = "bench-key-0123456789";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly Process process;
    private readonly long started;

    private VigintServer(Process process, int port, long started)
    {
        this.process = process;
        this.started = started;
        Port = port;
    }

    public int Port { get; }

    public int ProcessId => process.Id;

    /// <summary>From the start of the process.</summary>
    public TimeSpan Elapsed => Stopwatch.GetElapsedTime(started);

    /// <param name="folder">Where the database and the log go; the storage folder is <c>videos</c> in it.</param>
    /// <param name="more">Settings beside those that every measurement has.</param>
    public static VigintServer Start(Paths paths, string folder, params (string Name, string Value)[] more)
    {
        var port = FreePort();
        var start = new ProcessStartInfo(
            "sh",
            ["-c", "exec dotnet \"$1\" > \"$2\" 2>&1", "sh", paths.ServerDll, Path.Combine(folder, "server.log")]
        )
        {
            WorkingDirectory = folder,
        };
        start.Environment["SECRET_KEY"] = Key;
        start.Environment["SPARSE_AI_API_KEY"] = Key;
        start.Environment["HOST"] = "127.0.0.1";
        start.Environment["PORT"] = port.ToString(CultureInfo.InvariantCulture);
        start.Environment["VIDEO_STORAGE_DIR"] = Path.Combine(folder, "videos");
        start.Environment["DATABASE_URL"] = $"sqlite:///{Path.Combine(folder, "vigint.db")}";

        // What is measured is the server; ffmpeg beside it would be measured too.
        start.Environment["RENDITIONS"] = "false";
        foreach (var (name, value) in more)
            start.Environment[name] = value;
        var began = Stopwatch.GetTimestamp();
        return new VigintServer(Process.Start(start)!, port, began);
    }

    public static VigintServer StartReady(Paths paths, string folder)
    {
        var server = Start(paths, folder);
        server.UntilHealthy("\"finished\"");
        return server;
    }

    public Connection Connect() => new(Port);

    /// <summary>Waits for a healthy answer, one that holds the words, and gives the time since the start.</summary>
    public TimeSpan UntilHealthy(string words = "\"healthy\"")
    {
        while (Elapsed < Patience)
        {
            try
            {
                using var connection = Connect();
                while (Elapsed < Patience)
                {
                    if (connection.Ask(Connection.Head("GET", "/api/health")).Contains(words, StringComparison.Ordinal))
                        return Elapsed;
                    Pause.Milliseconds(5);
                }
            }
            catch (Exception exception) when (exception is IOException or SocketException or InvalidOperationException)
            {
                if (process.HasExited)
                    throw new InvalidOperationException("the server ended; see bench/work/*/server.log", exception);
                Pause.Milliseconds(3);
            }
        }

        throw new InvalidOperationException("the server did not become healthy");
    }

    public void Dispose()
    {
        if (!process.HasExited)
        {
            process.Kill();
            process.WaitForExit();
        }

        process.Dispose();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
