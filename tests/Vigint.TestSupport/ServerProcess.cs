using System.Collections.Concurrent;
using System.Diagnostics;

namespace Vigint.TestSupport;

/// <summary>The server as its operator starts it: a process of its own with an environment, a working folder and an exit code.</summary>
public sealed class ServerProcess : IDisposable
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    private readonly Process process;
    private readonly ConcurrentQueue<string> output = new();
    private readonly ConcurrentQueue<string> errors = new();

    /// <param name="environment">Beside what every process gets; nothing of the tests' own settings is handed on.</param>
    public ServerProcess(string workingFolder, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo("dotnet") { WorkingDirectory = workingFolder, RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "Vigint.Api.dll"));
        var kept = new[] { "PATH", "HOME", "DOTNET_ROOT", "TMPDIR" }.Where(start.Environment.ContainsKey).ToDictionary(name => name, name => start.Environment[name]);
        start.Environment.Clear();
        foreach (var (name, value) in kept)
            start.Environment[name] = value;
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Development";
        foreach (var (name, value) in environment)
            start.Environment[name] = value;

        process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, line) => output.Enqueue(line.Data ?? "");
        process.ErrorDataReceived += (_, line) => errors.Enqueue(line.Data ?? "");
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public string Output => string.Join('\n', output);

    public string Errors => string.Join('\n', errors).Trim();

    /// <exception cref="OperationCanceledException">It still runs after half a minute.</exception>
    public async Task<int> ExitCodeAsync()
    {
        using var limit = new CancellationTokenSource(Longest);
        await process.WaitForExitAsync(limit.Token);
        return process.ExitCode;
    }

    public void Dispose()
    {
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
        }

        process.Dispose();
    }
}
