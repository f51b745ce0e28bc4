using Vigint.TestSupport;

namespace Vigint.SystemTests;

/// <summary>
/// What run.sh and deploy/setup.sh install on a machine that has nothing; apt-get and dotnet only write down what they are told.
/// </summary>
public sealed class SetupTests
{
    private const string Dotnet = """
        #!/bin/sh
        if [ "$1" = --list-sdks ]; then echo "10.0.100 [/somewhere]"; exit 0; fi
        echo "invariant: $DOTNET_SYSTEM_GLOBALIZATION_INVARIANT"
        exit 1
        """;

    private TemporaryFolder folder = null!;

    [SetUp]
    public async Task MakeBareMachine()
    {
        folder = new TemporaryFolder();
        foreach (var name in new[] { "bin", ".dotnet", "zones" })
            Directory.CreateDirectory(folder.At(name));
        foreach (var program in new[] { "bash", "sh", "dirname", "grep", "sed", "id", "env", "mktemp", "cat", "rm" })
            File.CreateSymbolicLink(folder.At("bin", program), Needs.Program(program));
        await WriteProgramAsync("bin/curl", "#!/bin/sh\n");
        await WriteProgramAsync("bin/sudo", "#!/bin/sh\nexec \"$@\"\n");
        await WriteProgramAsync("bin/apt-get", $"#!/bin/sh\necho \"$*\" >>{folder.At("installed")}\n");
        await WriteProgramAsync(".dotnet/dotnet", Dotnet);
    }

    [TearDown]
    public void Remove() => folder.Dispose();

    [Test]
    public async Task Ffmpeg_and_the_time_zones_are_installed_with_the_tour_and_without([Values("", "--no-tour")] string option)
    {
        await RunAsync(option);

        var installed = await File.ReadAllTextAsync(folder.At("installed"));
        Assert.That(
            installed,
            Does.Contain("install -y -qq --no-install-recommends ffmpeg\n").And.Contain("install -y -qq --no-install-recommends tzdata\n")
        );
    }

    [Test]
    public async Task An_SDK_that_was_installed_before_is_started_without_ICU_too() =>
        Assert.That((await RunAsync("--no-tour")).Output, Does.Contain("invariant: 1\n"));

    // It ends where it would build.
    private Task<(int ExitCode, string Output)> RunAsync(string option) =>
        Shell.RunAsync(
            folder.Path,
            ["bash", Repository.At("run.sh"), .. option.Length == 0 ? Array.Empty<string>() : [option]],
            ("PATH", folder.At("bin")),
            ("HOME", folder.Path),
            ("TZDIR", folder.At("zones"))
        );

    private async Task WriteProgramAsync(string path, string text)
    {
        await File.WriteAllTextAsync(folder.At(path), text);
        File.SetUnixFileMode(folder.At(path), UnixFileMode.UserRead | UnixFileMode.UserExecute);
    }
}
