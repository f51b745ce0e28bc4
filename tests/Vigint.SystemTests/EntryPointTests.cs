using Vigint.TestSupport;

namespace Vigint.SystemTests;

/// <summary>What the image starts first (deploy/entrypoint.sh), in a working folder with a disk of root's at <c>data</c>.</summary>
public sealed class EntryPointTests
{
    private const string User = "1654";
    private const string TellAndWrite =
        "echo \"$(id -u):$(id -g):$(id -G)\"; echo kept >data/kept; grep NoNewPrivs /proc/self/status | tr -dc 01";

    private TemporaryFolder folder = null!;

    [SetUp]
    public void MountDisk()
    {
        if (Environment.UserName != "root")
            Needs.Missing("only root can change users");
        Needs.Program("setpriv");
        folder = new TemporaryFolder();
        const UnixFileMode forEverybody =
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;
        File.SetUnixFileMode(folder.Path, forEverybody);
        Directory.CreateDirectory(folder.At("data", "below"), forEverybody);
        File.SetUnixFileMode(folder.At("data"), forEverybody);
    }

    [TearDown]
    public void Remove() => folder?.Dispose();

    [Test]
    public async Task Started_as_root_the_server_runs_as_another_user_who_can_write_the_disk()
    {
        var started = await RunAsync();

        Assert.That(started, Is.EqualTo((0, $"{User}:{User}:{User}\n1")));
        Assert.That(await OwnerOfAsync("data", "data/kept"), Is.EqualTo($"{User} {User}"));
    }

    [Test]
    public async Task What_lies_below_is_left_as_it_is()
    {
        await RunAsync();

        Assert.That(await OwnerOfAsync("data/below"), Is.EqualTo("0"));
    }

    [Test]
    public async Task Started_as_that_user_it_goes_on_as_it_is()
    {
        await Shell.RunAsync(folder.Path, ["chown", User, "data"]);

        var (exitCode, output) = await RunAsync("setpriv", "--reuid", User, "--regid", User, "--clear-groups");

        Assert.That((exitCode, output), Is.EqualTo((0, $"{User}:{User}:{User}\n0")));
    }

    [Test]
    public async Task How_the_server_ends_is_how_it_ends() =>
        Assert.That(
            (await Shell.RunAsync(folder.Path, [Repository.At("deploy", "entrypoint.sh"), "sh", "-c", "exit 7"])).ExitCode,
            Is.EqualTo(7)
        );

    private Task<(int ExitCode, string Output)> RunAsync(params string[] starter) =>
        Shell.RunAsync(
            folder.Path,
            [
                .. starter,
                "sh",
                "-c",
                $"{File.ReadAllText(Repository.At("deploy", "entrypoint.sh"))}",
                "entrypoint.sh",
                "sh",
                "-c",
                TellAndWrite,
            ]
        );

    private async Task<string> OwnerOfAsync(params string[] paths) =>
        (await Shell.RunAsync(folder.Path, ["stat", "--format", "%u", .. paths])).Output.Trim().Replace('\n', ' ');
}
