using System.Globalization;
using System.Net.Http.Headers;

namespace Vigint.TestSupport;

/// <summary>A server process that has started and answers, and that can be killed.</summary>
public sealed class VigintProcess : IAsyncDisposable
{
    public const string Key = "system-tests-secret-key-0123456789";

    private readonly ServerProcess process;

    private VigintProcess(ServerProcess process, int port)
    {
        this.process = process;
        Port = port;
        Client = new HttpClient { BaseAddress = Address, Timeout = TimeSpan.FromMinutes(10) };
        Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Key);
        Api = new VideoApi(Client);
    }

    public int Port { get; }

    public Uri Address => new($"http://127.0.0.1:{Port}");

    /// <summary>With the operator's key.</summary>
    public HttpClient Client { get; }

    /// <summary>Speaks through <see cref="Client"/>.</summary>
    public VideoApi Api { get; }

    /// <summary>What it has printed so far, errors last.</summary>
    public string Output => $"{process.Output}\n{process.Errors}";

    /// <summary>Starts the program in a working folder and waits until it answers.</summary>
    public static Task<VigintProcess> StartAsync(string workingFolder, params (string Name, string Value)[] settings) =>
        StartAsync([], workingFolder, settings);

    /// <summary>The same under another program, such as <c>strace</c> with its arguments.</summary>
    public static async Task<VigintProcess> StartAsync(string[] under, string workingFolder, params (string Name, string Value)[] settings)
    {
        var port = ServerProcess.FreePort();
        var server = new VigintProcess(
            new ServerProcess(under, workingFolder, [("SECRET_KEY", Key), ("PORT", $"{port}"), .. settings]),
            port
        );
        try
        {
            await Eventually.RequireAsync("the server answers", server.AnswersAsync);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc cref="ProgramProcess.KillAsync"/>
    public Task KillAsync() => process.KillAsync();

    /// <summary>As Ctrl-C does.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> InterruptAsync(CancellationToken cancellationToken)
    {
        process.Interrupt();
        return await process.ExitCodeAsync().WaitAsync(cancellationToken);
    }

    /// <summary>A line of <c>/proc/PID/status</c>, in kilobytes: <c>VmRSS</c>, <c>VmHWM</c>.</summary>
    public long Memory(string name)
    {
        var line = File.ReadLines($"/proc/{process.Id}/status").Single(one => one.StartsWith($"{name}:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
    }

    public async ValueTask DisposeAsync()
    {
        Api.Dispose();
        await process.DisposeAsync();
    }

    private async Task<bool> AnswersAsync()
    {
        if (process.HasEnded)
            throw new InvalidOperationException($"The server did not start: {Output}");
        try
        {
            await Api.GetAsync("/health/live");
            return true;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
