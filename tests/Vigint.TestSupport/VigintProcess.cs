using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;

namespace Vigint.TestSupport;

/// <summary>The real program in a process of its own, which can be killed.</summary>
public sealed partial class VigintProcess : IAsyncDisposable
{
    public const string Key = "system-tests-secret-key-0123456789";

    private static readonly TimeSpan LongestRun = TimeSpan.FromSeconds(60);

    private readonly Process process;
    private readonly StringBuilder output = new();

    private VigintProcess(Process process, int port)
    {
        this.process = process;
        Port = port;
        Client = NewClient();
    }

    public int Port { get; }

    public int ProcessId => process.Id;

    public Uri Address => new($"http://127.0.0.1:{Port}");

    /// <summary>With the operator's key.</summary>
    public HttpClient Client { get; }

    /// <summary>What it has printed so far.</summary>
    public string Output
    {
        get
        {
            lock (output)
                return output.ToString();
        }
    }

    /// <summary>Starts the program in a working folder and waits until it answers.</summary>
    /// <param name="before">A command to start it with, such as one that limits its memory; may be empty.</param>
    public static async Task<VigintProcess> StartAsync(
        string workingFolder, IReadOnlyList<string>? before = null, params (string Name, string Value)[] settings)
    {
        var port = FreePort();
        var server = new VigintProcess(Launch(workingFolder, before ?? [], [("PORT", $"{port}"), .. settings]), port);
        server.Listen();
        await Poll.UntilAsync("the server answers", async () =>
        {
            if (server.process.HasExited)
                throw new InvalidOperationException($"The server did not start: {server.Output}");
            try
            {
                using var answer = await server.Client.GetAsync("/health/live");
                return true;
            }
            catch (HttpRequestException)
            {
                return false;
            }
        });
        return server;
    }

    /// <summary>Runs the program until it ends by itself, for starts that are to be refused.</summary>
    public static async Task<(int ExitCode, string Output)> RunToItsEndAsync(string workingFolder, params (string Name, string Value)[] settings)
    {
        using var process = Launch(workingFolder, [], settings);
        using var limit = new CancellationTokenSource(LongestRun);
        try
        {
            var texts = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(limit.Token), process.StandardError.ReadToEndAsync(limit.Token));
            await process.WaitForExitAsync(limit.Token);
            return (process.ExitCode, string.Concat(texts));
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }

    public HttpClient NewClient()
    {
        var client = new HttpClient { BaseAddress = Address, Timeout = TimeSpan.FromMinutes(10) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Key);
        return client;
    }

    /// <summary>As a loss of power would, but for what the kernel still writes.</summary>
    public async Task KillAsync()
    {
        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
    }

    /// <summary>As Ctrl-C does.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> InterruptAsync(CancellationToken cancellationToken)
    {
        const int interrupt = 2;
        _ = SendSignal(process.Id, interrupt);
        await process.WaitForExitAsync(cancellationToken);
        return process.ExitCode;
    }

    /// <summary>A line of <c>/proc/PID/status</c>, in kilobytes: <c>VmRSS</c>, <c>VmHWM</c>.</summary>
    public long Memory(string name)
    {
        var line = File.ReadLines($"/proc/{process.Id}/status").Single(one => one.StartsWith($"{name}:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], System.Globalization.CultureInfo.InvariantCulture);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (!process.HasExited)
            await KillAsync();
        process.Dispose();
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        return ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static Process Launch(string workingFolder, IReadOnlyList<string> before, (string Name, string Value)[] settings)
    {
        string[] command = [.. before, "dotnet", Path.Combine(AppContext.BaseDirectory, "Vigint.Api.dll")];
        var start = new ProcessStartInfo(command[0])
        {
            WorkingDirectory = workingFolder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in command.Skip(1))
            start.ArgumentList.Add(argument);
        start.Environment["SECRET_KEY"] = Key;
        foreach (var (name, value) in settings)
            start.Environment[name] = value;
        return Process.Start(start)!;
    }

    private void Listen()
    {
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    private void Keep(string? line)
    {
        lock (output)
            output.AppendLine(line);
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int SendSignal(int process, int signal);
}
