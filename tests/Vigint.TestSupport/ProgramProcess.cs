using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Vigint.TestSupport;

/// <summary>
/// One of the product's programs as its user starts it: a process of its own with an environment, a working folder and an exit code.
/// </summary>
public partial class ProgramProcess : IAsyncDisposable
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    // By its whole path: a test may start a program that finds nothing else.
    public static readonly string Dotnet = Path.GetFullPath(
        Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", "dotnet")
    );

    private readonly Process process;
    private readonly ConcurrentQueue<string> output = new();
    private readonly ConcurrentQueue<string> errors = new();

    /// <param name="assembly">File name of the program, which lies beside the tests.</param>
    /// <param name="arguments">Of the command line.</param>
    /// <param name="environment">Beside what every process gets; nothing of the tests' own settings is handed on.</param>
    public ProgramProcess(string assembly, string workingFolder, string[] arguments, params (string Name, string Value)[] environment)
        : this([], assembly, workingFolder, arguments, environment) { }

    /// <param name="under">A program, with its arguments, that starts this one; empty for none.</param>
    /// <inheritdoc cref="ProgramProcess(string, string, string[], ValueTuple{string, string}[])"/>
    protected ProgramProcess(
        string[] under,
        string assembly,
        string workingFolder,
        string[] arguments,
        (string Name, string Value)[] environment
    )
    {
        // Whoever runs the tests in the background has Ctrl-C ignored, by what they start too.
        var start = new ProcessStartInfo("env")
        {
            WorkingDirectory = workingFolder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (
            var argument in (string[])
                ["--default-signal=INT", .. under, Dotnet, Path.Combine(AppContext.BaseDirectory, assembly), .. arguments]
        )
            start.ArgumentList.Add(argument);
        var kept = new[] { "PATH", "HOME", "DOTNET_ROOT", "TMPDIR" }
            .Where(start.Environment.ContainsKey)
            .ToDictionary(name => name, name => start.Environment[name]);
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

    /// <summary>Types a line; nothing comes after it.</summary>
    /// <param name="line">Null where nobody types.</param>
    public async Task TypeAsync(string? line)
    {
        if (line is not null)
            await process.StandardInput.WriteLineAsync(line);
        process.StandardInput.Close();
    }

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

    /// <summary>As Ctrl-C does.</summary>
    public void Interrupt()
    {
        const int interrupt = 2;
        _ = SendSignal(Id, interrupt);
    }

    public async ValueTask DisposeAsync()
    {
        if (!HasEnded)
            await KillAsync();
        process.Dispose();
        GC.SuppressFinalize(this);
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int SendSignal(int process, int signal);
}
