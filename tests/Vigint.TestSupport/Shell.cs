using System.Diagnostics;

namespace Vigint.TestSupport;

/// <summary>Runs what people type.</summary>
public static class Shell
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(3);

    /// <summary>Runs a program to its end, or ends it and what it started after three minutes.</summary>
    /// <param name="environment">All that it finds beside <c>PATH</c>, <c>HOME</c> and where .NET is.</param>
    /// <returns>Output and errors as they came.</returns>
    public static async Task<(int ExitCode, string Output)> RunAsync(
        string workingFolder,
        string[] command,
        params (string Name, string Value)[] environment
    )
    {
        var start = new ProcessStartInfo("/bin/sh")
        {
            WorkingDirectory = workingFolder,
            RedirectStandardOutput = true,
            RedirectStandardInput = true,
        };
        foreach (var argument in (string[])["-c", "exec \"$@\" 2>&1", "sh", .. command])
            start.ArgumentList.Add(argument);
        foreach (var name in start.Environment.Keys.Except(["PATH", "HOME", "DOTNET_ROOT"]).ToList())
            start.Environment.Remove(name);
        foreach (var (name, value) in environment)
            start.Environment[name] = value;

        using var process = Process.Start(start)!;
        using var limit = new CancellationTokenSource(Longest);
        process.StandardInput.Close();
        try
        {
            var output = await process.StandardOutput.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            return (process.ExitCode, output);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }
}
