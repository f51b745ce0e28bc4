using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging.Abstractions;
using Vigint.Domain;
using Vigint.Infrastructure.Ffmpeg;
using Vigint.TestSupport;

namespace Vigint.AdapterTests.Ffmpeg;

/// <summary>
/// What a decoder that was taken over reaches: its clip and the folder that it writes. ffmpeg itself plays the burglar, and then the
/// programs that a burglar would wish for, started in the same way.
/// </summary>
public sealed class SandboxTests : FfmpegFixture
{
    private static readonly string[] Bounds = ["-i", "PATH=/usr/bin:/bin", "setpriv", "--pdeathsig", "KILL", "--no-new-privs"];

    [Test]
    public void Ffmpeg_reads_no_file_of_the_system() => Assert.That(() => ReadAsync("/etc/passwd"), Throws.TypeOf<RefusedException>());

    [Test]
    public void Ffmpeg_reads_nothing_of_the_servers_surroundings() =>
        Assert.That(() => ReadAsync($"/proc/{Environment.ProcessId}/environ"), Throws.TypeOf<RefusedException>());

    [Test]
    public void Ffmpeg_reads_no_other_clip()
    {
        using var others = Scratch.NewFolder();
        using var other = others.Create("other");
        other.Append("of another client"u8);

        Assert.That(() => ReadAsync(other.Media.Path), Throws.TypeOf<RefusedException>());
    }

    [Test]
    public void Ffmpeg_opens_no_connection()
    {
        using var listener = new Listener();

        Assert.That(() => ReadAsync($"tcp://{new Uri(listener.Address).Authority}"), Throws.TypeOf<RefusedException>());
        Assert.That(listener.WasVisited, Is.False);
    }

    [Test]
    public async Task A_program_reads_its_clip_and_writes_its_folder()
    {
        var clip = Put("the clip"u8.ToArray());

        var (exitCode, output, errors) = await RunAsync(
            $"cat '{clip.Path}' > \"$0/made\" && cat \"$0/made\"",
            new Reach([clip.Path], [Folder]),
            Folder
        );

        Assert.That((exitCode, output, errors), Is.EqualTo((0, "the clip", "")));
    }

    [TestCase("cat /etc/passwd")]
    [TestCase("cat /etc/hostname")]
    [TestCase("ls /")]
    [TestCase("ls /var/lib")]
    [TestCase("ls /home")]
    [TestCase("cat /proc/$0/environ")]
    [TestCase("cat /proc/$0/maps")]
    [TestCase("cat /proc/self/environ")]
    [TestCase("ls /proc/$0/fd/")]
    [TestCase("echo x > /tmp/vigint-left-behind")]
    [TestCase("mkdir -p /dev/shm/vigint-left-behind")]
    [TestCase("mknod /tmp/vigint-left-behind p")]
    public async Task A_program_does_not_reach(string command)
    {
        RequireLandlock();

        var (exitCode, output, errors) = await RunAsync(command, Reach.Nothing, $"{Environment.ProcessId}");

        Assert.That((exitCode == 0, output), Is.EqualTo((false, "")), errors);
        Assert.That(errors, Does.Contain("Permission denied"));
    }

    [Test]
    public async Task A_program_writes_nothing_that_it_may_only_read()
    {
        RequireLandlock();
        var clip = Put("the clip"u8.ToArray());

        var (exitCode, _, errors) = await RunAsync($"echo x > '{clip.Path}'", new Reach([clip.Path], []), "");

        Assert.That((exitCode, await File.ReadAllTextAsync(clip.Path)), Is.EqualTo((1, "the clip")), errors);
    }

    // bash connects without another program.
    [TestCase("exec 3<>/dev/tcp/127.0.0.1/$0")]
    [TestCase("exec 3<>/dev/udp/127.0.0.1/$0")]
    public async Task A_program_opens_no_socket(string command)
    {
        RequireSeccomp();
        using var listener = new Listener();

        var (exitCode, _, errors) = await RunAsync(command, Reach.Nothing, $"{listener.Port}");

        Assert.That(exitCode, Is.Not.Zero);
        Assert.That(errors, Does.Contain("Operation not permitted"));
        Assert.That(listener.WasVisited, Is.False);
    }

    [Test]
    public async Task A_program_signals_nobody_outside()
    {
        if (Launcher.Sandbox.LandlockVersion < 6)
            Assert.Ignore("This kernel's Landlock knows nothing of signals.");
        using var victim = System.Diagnostics.Process.Start("sleep", ["60"]);

        var (exitCode, _, errors) = await RunAsync("kill -9 $0", Reach.Nothing, $"{victim.Id}");

        Assert.That((exitCode, victim.HasExited), Is.EqualTo((1, false)), errors);
        victim.Kill();
    }

    // The runtime starts threads when it likes: none of them may be a child of a restricted one.
    [Test]
    public async Task The_server_itself_is_not_restricted()
    {
        for (var time = 0; time < 20; time++)
            await RunAsync("true", Reach.Nothing, "");
        await Parallel.ForEachAsync(
            Enumerable.Range(0, 200),
            async (_, cancellationToken) =>
            {
                await Task.Yield();
                await File.ReadAllTextAsync("/etc/passwd", cancellationToken);
            }
        );

        // Other tests start programs at the same moment: theirs are the threads that are meant to be restricted.
        var restricted = Directory
            .GetDirectories("/proc/self/task")
            .Where(task =>
                RestrictionsOf(task) is { } some
                && some != RestrictionsOf("/proc/self")
                && !some.StartsWith("ffmpeg sandbox", StringComparison.Ordinal)
            );
        Assert.That(restricted.Select(RestrictionsOf), Is.Empty);
    }

    [Test]
    public async Task A_program_has_no_file_of_the_server_open_and_hears_of_a_broken_pipe()
    {
        using var open = File.OpenRead("/etc/hostname");

        var (_, output, _) = await RunAsync(
            "for one in 3 4 5 6 7 8 9 10 11 12 20 50 100 150 200; do (: <&$one) 2>/dev/null && echo $one; done; trap",
            Reach.Nothing,
            ""
        );

        Assert.That(output, Is.Empty);
    }

    [Test]
    public async Task A_program_that_is_ended_is_ended_with_what_it_started()
    {
        using var child = await Launcher.StartAsync("/usr/bin/bash", Bounds, ["-c", "sleep 600 & echo $!; wait"], Reach.Nothing);
        var started = await child.Output.ReadLineAsync();

        child.Kill();

        Assert.That(await child.ExitCodeAsync(CancellationToken.None), Is.EqualTo(128 + 9));
        await Eventually.RequireAsync("what it started has ended", () => Task.FromResult(HasEnded(started!)));
    }

    [Test]
    public async Task A_program_that_is_not_there_is_no_trouble_for_the_next()
    {
        var (exitCode, _, errors) = await RunAsync("exec /usr/bin/not-there", Reach.Nothing, "");

        Assert.That((exitCode, (await RunAsync("echo here", Reach.Nothing, "")).Output), Is.EqualTo((127, "here")), errors);
    }

    [Test]
    public void This_machine_has_both_so_that_nothing_above_is_skipped_in_CI()
    {
        if (Environment.GetEnvironmentVariable("CI") is null && !Launcher.Sandbox.HasLandlock)
            Assert.Ignore("This kernel has no Landlock.");

        Assert.That((Sandbox.OfThisKernel(NullLogger.Instance).HasLandlock, Launcher.Sandbox.HasSeccomp), Is.EqualTo((true, true)));
    }

    [TestCase(Architecture.X64, 41U)]
    [TestCase(Architecture.Arm64, 198U)]
    public void The_filter_refuses_a_socket_on_each_processor(Architecture processor, uint socket)
    {
        const ulong allow = 0x7fff0000;
        var filter = SeccompFilter.Instructions(processor);

        Assert.That(
            (Answer(filter, processor, socket), Answer(filter, processor, 63), Answer(filter, processor, 0x40000000 | socket)),
            Is.EqualTo((0x50001UL, allow, 0x50001UL))
        );
    }

    private FfmpegProcess Ffmpeg => base.Process;

    private string Folder => Path.GetDirectoryName(Work.At("x").Path)!;

    // Not named with "file:", so that it is not taken for the clip.
    private async Task<string> ReadAsync(string what)
    {
        var lines = new List<string>();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        await Ffmpeg.RunAsync(
            FfmpegProgram.Ffmpeg,
            ["-nostdin", "-v", "error", "-f", "data", "-i", what, "-map", "0", "-c", "copy", "-f", "data", "pipe:1"],
            lines.Add,
            limit.Token
        );
        return string.Join('\n', lines);
    }

    private async Task<(int ExitCode, string Output, string Errors)> RunAsync(string command, Reach reach, string argument)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var child = await Launcher.StartAsync("/usr/bin/bash", Bounds, ["-c", command, argument], reach);
        var (output, errors) = (child.Output.ReadToEndAsync(limit.Token), child.Errors.ReadToEndAsync(limit.Token));
        await Task.WhenAll(output, errors);
        return (await child.ExitCodeAsync(limit.Token), (await output).Trim(), (await errors).Trim());
    }

    // What the kernel does with it: load, compare, jump, return.
    private static ulong Answer(ulong[] filter, Architecture processor, uint call)
    {
        var loaded = 0U;
        for (var at = 0; ; at++)
        {
            var (code, whenTrue, whenFalse, value) = (
                (ushort)filter[at],
                (byte)(filter[at] >> 16),
                (byte)(filter[at] >> 24),
                (uint)(filter[at] >> 32)
            );
            if (code == 0x06)
                return value;
            if (code == 0x20)
                loaded =
                    value == 0 ? call
                    : processor == Architecture.X64 ? 0xC000003E
                    : 0xC00000B7;
            else
                at += (code == 0x15 ? loaded == value : loaded >= value) ? whenTrue : whenFalse;
        }
    }

    // Null when it has ended.
    private static string? RestrictionsOf(string task)
    {
        try
        {
            string[] told = ["NoNewPrivs", "Seccomp"];
            var lines = File.ReadAllLines(Path.Combine(task, "status"))
                .Where(line => told.Any(name => line.StartsWith(name, StringComparison.Ordinal)));
            var thread = File.ReadAllText(Path.Combine(task, "comm")).Trim();
            return (thread == "ffmpeg sandbox" ? thread : "") + string.Join(' ', lines);
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static bool HasEnded(string process) =>
        !File.Exists($"/proc/{process}/status")
        || File.ReadAllText($"/proc/{process}/status").Contains("State:\tZ", StringComparison.Ordinal);

    private void RequireLandlock()
    {
        if (!Launcher.Sandbox.HasLandlock)
            Assert.Ignore("This kernel has no Landlock.");
    }

    private void RequireSeccomp()
    {
        if (!Launcher.Sandbox.HasSeccomp)
            Assert.Ignore("This kernel has no seccomp.");
    }
}
