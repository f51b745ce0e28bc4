using NUnit.Framework;

namespace Vigint.TestSupport;

/// <summary>What a test needs beside the code: missing on a laptop it is skipped with a reason, missing in CI it fails.</summary>
public static class Needs
{
    /// <returns>Where the program is.</returns>
    public static string Program(string name)
    {
        foreach (var folder in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':'))
        {
            var path = Path.Combine(folder, name);
            if (File.Exists(path))
                return path;
        }

        Missing($"{name} is not installed");
        return "";
    }

    /// <summary>Ends the test.</summary>
    public static void Missing(string reason)
    {
        if (Environment.GetEnvironmentVariable("CI") is { Length: > 0 })
            Assert.Fail(reason);
        else
            Assert.Ignore(reason);
    }
}
