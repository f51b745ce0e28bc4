using System.Diagnostics;

namespace Vigint.Bench;

/// <summary>Runs another program to its end.</summary>
internal static class Tool
{
    public static string Output(string program, params string[] arguments) => Run(program, arguments).Output;

    public static string Error(string program, params string[] arguments) => Run(program, arguments).Error;

    private static (string Output, string Error) Run(string program, string[] arguments)
    {
        using var process = Process.Start(
            new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true }
        )!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (output.Trim(), error.GetAwaiter().GetResult().Trim());
    }
}
