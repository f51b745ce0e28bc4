using Vigint.TestSupport;

namespace Vigint.SystemTests;

/// <summary>How the product is built.</summary>
public sealed class BuildTests
{
    private const string Asked = "AdvisoriesAreErrors";

    [Test]
    public async Task An_advisory_ends_the_build_of_CI_and_of_nobody_else()
    {
        var ci = await File.ReadAllTextAsync(Repository.At(".ci", "run"));

        Assert.That(await SparedAsync(), Is.SupersetOf(new[] { "NU1900", "NU1901", "NU1902", "NU1903", "NU1904", "NU1905" }));
        Assert.That(await SparedAsync((Asked, "true")), Is.Empty);
        Assert.That(ci, Does.Match($"(?m)^export .*{Asked}=true"));
    }

    // The build's own answer: warnings that are no errors, although warnings are.
    private static async Task<string[]> SparedAsync(params (string, string)[] environment)
    {
        var (exitCode, output) = await Shell.RunAsync(
            Repository.At("src", "Vigint.Domain"),
            ["dotnet", "msbuild", "-nologo", "-getProperty:WarningsNotAsErrors"],
            environment
        );
        Assert.That(exitCode, Is.Zero, output);
        return output.Trim().Split(';', StringSplitOptions.RemoveEmptyEntries);
    }
}
