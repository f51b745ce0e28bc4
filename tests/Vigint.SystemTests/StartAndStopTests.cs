using System.Net.Sockets;
using System.Xml.Linq;
using Vigint.TestSupport;

namespace Vigint.SystemTests;

public sealed class StartAndStopTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(40);

    [Test]
    public async Task A_port_in_use_is_said_in_one_sentence()
    {
        using var folder = new TemporaryFolder();
        using var other = new TcpListener(System.Net.IPAddress.Loopback, 0);
        other.Start();

        var (exitCode, output) = await RunToItsEndAsync(folder, ("PORT", $"{((System.Net.IPEndPoint)other.LocalEndpoint).Port}"));

        Assert.That(exitCode, Is.EqualTo(1));
        Assert.That(output.Trim(), Is.EqualTo("The port is in use by another program; stop that one, or set PORT to another."));
    }

    [TestCase("--help", 0, "Starts the Vigint server")]
    [TestCase("-h", 0, "Starts the Vigint server")]
    [TestCase("--frobnicate", 2, "There is no option '--frobnicate'")]
    [TestCase("--FROBNICATE=1", 2, "There is no option '--FROBNICATE'")]
    [TestCase("--urls=http://127.0.0.1:1", 2, "There is no option '--urls'")]
    public async Task What_starts_no_server_starts_none(string argument, int code, string said)
    {
        using var folder = new TemporaryFolder();

        await using var process = new ServerProcess(folder.Path, [argument], ("SECRET_KEY", VigintProcess.Key));

        Assert.That(await process.ExitCodeAsync(), Is.EqualTo(code));
        Assert.That(process.Output + process.Errors, Does.StartWith(said));
        Assert.That(Directory.EnumerateFileSystemEntries(folder.Path), Is.Empty);
    }

    [Test]
    public async Task The_start_tells_an_address_to_click_and_what_is_misspelled_and_no_value()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.At(".env"), "VIDEO_STORAGE_DRI=/not/told\n");
        await using var server = await VigintProcess.StartAsync(folder.Path);

        await Eventually.RequireAsync(
            "it tells its address",
            () => Task.FromResult(server.Output.Contains("listens on", StringComparison.Ordinal))
        );
        Assert.That(
            server.Output,
            Does.Contain($"listens on {server.Address}")
                .And.Contain(".env sets VIDEO_STORAGE_DRI, which is no setting; did you mean VIDEO_STORAGE_DIR?")
                .And.Not.Contain("/not/told")
        );
    }

    // Of the same user, as ffmpeg is. Root looks everywhere, so the server is nobody here.
    [Test]
    public async Task Nobody_of_the_same_user_reads_the_servers_surroundings()
    {
        if (Environment.UserName != "root")
            Assert.Ignore("Only root can start a server as another user.");
        using var folder = new TemporaryFolder();
        const string lookAtIt = """
            chmod 777 .
            exec setpriv --reuid 65534 --regid 65534 --clear-groups bash -c '
              "$0" "$1" >log 2>&1 & server=$!
              trap "kill -KILL $server" EXIT
              curl -fsS -o /dev/null --retry 60 --retry-connrefused --retry-delay 1 "http://127.0.0.1:$PORT/health/live" \
                || { cat log; exit 3; }
              cat /proc/$server/environ' "$DOTNET" "$PROGRAM"
            """;

        var (exitCode, output) = await Shell.RunAsync(
            folder.Path,
            ["bash", "-c", lookAtIt],
            ("SECRET_KEY", VigintProcess.Key),
            ("PORT", $"{ServerProcess.FreePort()}"),
            ("RENDITIONS", "false"),
            ("DOTNET", ProgramProcess.Dotnet),
            ("PROGRAM", Path.Combine(AppContext.BaseDirectory, "Vigint.Api.dll"))
        );

        Assert.That(output, Does.Contain("Permission denied").And.Not.Contain(VigintProcess.Key));
        Assert.That(exitCode, Is.EqualTo(1));
    }

    [Test]
    public async Task A_folder_that_cannot_be_written_is_said_in_one_sentence()
    {
        using var folder = new TemporaryFolder();

        var (exitCode, output) = await RunToItsEndAsync(folder, ("VIDEO_STORAGE_DIR", "/proc/videos"));

        Assert.That(exitCode, Is.EqualTo(1));
        Assert.That(
            LastLine(output),
            Does.StartWith("The storage folder '/proc/videos' cannot be written")
                .And.EndsWith("set VIDEO_STORAGE_DIR to a folder that can.")
        );
    }

    [Test]
    public async Task A_database_that_cannot_be_written_is_said_in_one_sentence()
    {
        using var folder = new TemporaryFolder();

        var (exitCode, output) = await RunToItsEndAsync(folder, ("DATABASE_URL", "sqlite:////proc/x/vigint.db"));

        Assert.That(exitCode, Is.EqualTo(1));
        Assert.That(
            LastLine(output),
            Does.StartWith("The database '/proc/x/vigint.db' cannot be used").And.EndsWith("set DATABASE_URL to one that can.")
        );
    }

    [Test]
    public async Task A_value_that_cannot_be_used_is_said_in_one_sentence()
    {
        using var folder = new TemporaryFolder();

        var (exitCode, output) = await RunToItsEndAsync(folder, ("MAX_UPLOAD_MB", "abc"));

        Assert.That(exitCode, Is.EqualTo(1));
        Assert.That(output.Trim(), Is.EqualTo("MAX_UPLOAD_MB must be a whole number from 1 to 1048576, not 'abc'."));
    }

    [Test]
    public async Task The_version_is_told_without_a_setting_and_without_starting()
    {
        using var folder = new TemporaryFolder();

        await using var process = new ServerProcess(folder.Path, ["--version"], ("SECRET_KEY", ""), ("RENDER", "true"));

        Assert.That((await process.ExitCodeAsync(), process.Output.Trim()), Is.EqualTo((0, $"Vigint {ServerVersion()}")));
        Assert.That(Directory.EnumerateFileSystemEntries(folder.Path), Is.Empty);
    }

    [Test]
    public async Task Health_tells_the_version()
    {
        using var folder = new TemporaryFolder();
        await using var server = await VigintProcess.StartAsync(folder.Path);

        Assert.That((await server.Api.GetAsync("/api/health")).Text("version"), Is.EqualTo(ServerVersion()));
    }

    [Test]
    public async Task A_missing_ffmpeg_is_said_and_does_not_stop_the_start()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateSymbolicLink(folder.At("dotnet"), Needs.Program("dotnet"));
        await using var server = await VigintProcess.StartAsync(folder.Path, ("PATH", folder.Path));

        var health = await server.Api.GetAsync("/api/health");

        Assert.That(health.BodyText, Does.Contain("\"ffmpeg\":\"missing\""));
        Assert.That(server.Output, Does.Contain("ffmpeg: missing. Install ffmpeg"));
    }

    [Test]
    public async Task A_dot_env_file_is_read_and_the_real_environment_wins()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.At(".env"), "MAX_UPLOAD_MB=abc\nSECRET_KEY=ignored\n");

        var (_, output) = await RunToItsEndAsync(folder);
        await using var server = await VigintProcess.StartAsync(folder.Path, ("MAX_UPLOAD_MB", "5"));
        var answer = await server.Api.GetAsync("/api/v1/videos");

        Assert.That(output, Does.Contain("MAX_UPLOAD_MB must be"));
        Assert.That(answer.Status, Is.EqualTo(200), "the key of the environment is the key");
    }

    [Test]
    public async Task A_server_without_a_key_makes_one_that_only_its_owner_reads()
    {
        using var folder = new TemporaryFolder();
        await using var server = await VigintProcess.StartAsync(folder.Path, ("SECRET_KEY", ""));
        var key = (await File.ReadAllTextAsync(folder.At("data", "secret.key"))).Trim();

        using var api = VideoApi.At(server.Address, key: null);
        var answer = await api.GetAsync("/api/v1/videos", ("X-API-Key", key));

        Assert.That(answer.Status, Is.EqualTo(200));
        Assert.That(File.GetUnixFileMode(folder.At("data", "secret.key")), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
        Assert.That(server.Output, Does.Contain("secret.key").And.Not.Contain(key));
    }

    [Test]
    public async Task What_is_in_flight_is_finished_before_the_end()
    {
        using var folder = new TemporaryFolder();
        using var limit = new CancellationTokenSource(Limit);
        await using var server = await VigintProcess.StartAsync(folder.Path);
        var clip = new PausingStream(1024 * 1024);
        var upload = server.Api.UploadAsync("last", clip);
        await clip.Reached.WaitAsync(limit.Token);

        var stopping = server.InterruptAsync(limit.Token);
        await NoLongerListensAsync(server);
        clip.LetGo();
        var answer = await upload.WaitAsync(limit.Token);

        Assert.That(answer.Status, Is.EqualTo(200));
        Assert.That(await stopping, Is.Zero);
        Assert.That(folder.Files("data", "videos"), Is.EqualTo(new[] { "video_last.json", "video_last.mp4" }));
    }

    private static async Task<(int ExitCode, string Output)> RunToItsEndAsync(
        TemporaryFolder folder,
        params (string Name, string Value)[] settings
    )
    {
        await using var process = new ServerProcess(folder.Path, [("SECRET_KEY", VigintProcess.Key), .. settings]);
        var exitCode = await process.ExitCodeAsync();
        return (exitCode, process.Output + process.Errors);
    }

    private static Task NoLongerListensAsync(VigintProcess server) =>
        Eventually.RequireAsync(
            "it no longer listens",
            async () =>
            {
                using var socket = new TcpClient();
                try
                {
                    await socket.ConnectAsync("127.0.0.1", server.Port);
                    return false;
                }
                catch (SocketException)
                {
                    return true;
                }
            }
        );

    private static string ServerVersion() =>
        XDocument.Load(Repository.At("Directory.Build.props")).Descendants("VersionPrefix").Single().Value;

    private static string LastLine(string output) => output.Trim().Split('\n')[^1];
}
