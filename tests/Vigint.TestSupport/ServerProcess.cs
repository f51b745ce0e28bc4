using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Vigint.TestSupport;

/// <summary>The server as its operator starts it: a process of its own with an environment, a working folder and an exit code.</summary>
public sealed class ServerProcess : IAsyncDisposable
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    private readonly Process process;
    private readonly ConcurrentQueue<string> output = new();
    private readonly ConcurrentQueue<string> errors = new();

    /// <param name="environment">Beside what every process gets; nothing of the tests' own settings is handed on.</param>
    public ServerProcess(string workingFolder, params (string Name, string Value)[] environment)
        : this(workingFolder, arguments: [], environment)
    {
    }

    /// <param name="arguments">Of the command line.</param>
    public ServerProcess(string workingFolder, string[] arguments, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo("dotnet") { WorkingDirectory = workingFolder, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in (string[])[Path.Combine(AppContext.BaseDirectory, "Vigint.Api.dll"), .. arguments])
            start.ArgumentList.Add(argument);
        var kept = new[] { "PATH", "HOME", "DOTNET_ROOT", "TMPDIR" }.Where(start.Environment.ContainsKey).ToDictionary(name => name, name => start.Environment[name]);
        start.Environment.Clear();
        foreach (var (name, value) in kept)
            start.Environment[name] = value;
        foreach (var (name, value) in environment)
            start.Environment[name] = value;

        process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, line) => output.Enqueue(line.Data ?? "");
        process.ErrorDataReceived += (_, line) => errors.Enqueue(line.Data ?? "");
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public int Id => process.Id;

    public bool HasEnded => process.HasExited;

    public string Output => string.Join('\n', output);

    public string Errors => string.Join('\n', errors).Trim();

    /// <exception cref="OperationCanceledException">It still runs after a minute.</exception>
    public async Task<int> ExitCodeAsync()
    {
        using var limit = new CancellationTokenSource(Longest);
        await process.WaitForExitAsync(limit.Token);
        return process.ExitCode;
    }

    /// <summary>As a loss of power would, but for what the kernel still writes.</summary>
    public async Task KillAsync()
    {
        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!HasEnded)
            await KillAsync();
        process.Dispose();
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
