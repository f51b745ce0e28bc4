using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Win32.SafeHandles;

namespace Vigint.Infrastructure.Ffmpeg;

/// <summary>
/// Finds and starts ffmpeg and ffprobe, each under the bounds that are given and in the sandbox that the kernel has
/// (docs/decisions/0008-ffmpeg-within-bounds.md and 0017-ffmpeg-sandbox.md). Each has a thread that started it and lives as long as it: a
/// process ends with the thread that started it, so none outlives a server that was killed.
/// </summary>
internal sealed class Launcher
{
    private const string FirstProgram = "/usr/bin/env";

    private readonly Lazy<Sandbox> sandbox;

    public Launcher(ILogger<Launcher>? logger = null)
    {
        KeepEndsOfChildren();
        sandbox = new Lazy<Sandbox>(() => Sandbox.OfThisKernel(logger ?? NullLogger<Launcher>.Instance));
    }

    public Sandbox Sandbox => sandbox.Value;

    /// <summary>Starts a program with its output redirected. The caller sees to its end.</summary>
    /// <param name="bounds">Arguments of <c>env</c>, put before the program.</param>
    /// <param name="arguments">
    /// Of the program; nothing in them was ever sent by a caller. The files that they name are all that it may touch.
    /// </param>
    /// <exception cref="FileNotFoundException">There is no ffmpeg, or no ffprobe.</exception>
    /// <exception cref="IOException">It does not start.</exception>
    public Task<ChildProcess> StartAsync(FfmpegProgram program, IEnumerable<string> bounds, IEnumerable<string> arguments)
    {
        var (ffmpeg, probe) = (PathOf("ffmpeg"), PathOf("ffprobe"));
        string[] all = [.. arguments];
        return StartAsync(program == FfmpegProgram.Probe ? probe : ffmpeg, bounds, all, Reach.Of(all));
    }

    /// <param name="path">Of the program, absolute.</param>
    internal async Task<ChildProcess> StartAsync(string path, IEnumerable<string> bounds, IEnumerable<string> arguments, Reach reach)
    {
        var started = new TaskCompletionSource<ChildProcess>(TaskCreationOptions.RunContinuationsAsynchronously);
        string[] whole = [FirstProgram, .. bounds, path, .. arguments];
        var thread = new Thread(() => StartAndWait(path, whole, reach, started)) { IsBackground = true, Name = "ffmpeg launcher" };
        thread.UnsafeStart();
        return await started.Task;
    }

    private void StartAndWait(string path, string[] whole, Reach reach, TaskCompletionSource<ChildProcess> started)
    {
        ChildProcess? child = null;
        try
        {
            using var ruleset = Sandbox.HasLandlock ? Sandbox.NewRuleset(reach, PlacesOf(path)) : null;
            var (output, toOutput) = NewPipe();
            using var closedLater = toOutput;
            var (errors, toErrors) = NewPipe();
            using var closedLaterToo = toErrors;
            SandboxedStart.Run(
                Sandbox,
                ruleset,
                FirstProgram,
                whole,
                (int)toOutput.DangerousGetHandle(),
                (int)toErrors.DangerousGetHandle(),
                process =>
                {
                    // The program alone holds them now, so that its end ends the reading.
                    toOutput.Dispose();
                    toErrors.Dispose();
                    child = new ChildProcess(process, output, errors);
                    started.SetResult(child);
                }
            );
        }
        catch (Exception exception)
        {
            started.TrySetException(exception);
        }
        finally
        {
            child?.TakeEnd();
        }
    }

    /// <summary>The program itself wherever it is, and the libraries beside it.</summary>
    private static IEnumerable<string> PlacesOf(string program)
    {
        yield return program;
        if (File.ResolveLinkTarget(program, returnFinalTarget: true)?.FullName is { } target)
            yield return target;
        if (Path.GetDirectoryName(Path.GetDirectoryName(program)) is { } above)
            yield return Path.Combine(above, "lib");
    }

    private static string PathOf(string name)
    {
        const UnixFileMode executable = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries);
        return folders
                .Select(folder => Path.GetFullPath(Path.Combine(folder, name)))
                .FirstOrDefault(path => File.Exists(path) && (File.GetUnixFileMode(path) & executable) != 0)
            ?? throw new FileNotFoundException($"There is no {name}.");
    }

    private static unsafe (SafePipeHandle From, SafeFileHandle To) NewPipe()
    {
        var ends = stackalloc int[2];
        return LinuxCalls.Pipe(ends, LinuxCalls.CloseOnExec) == 0
            ? (new SafePipeHandle(ends[0], ownsHandle: true), new SafeFileHandle(ends[1], ownsHandle: true))
            : throw LinuxCalls.LastError("pipe2");
    }

    // Some start their programs with the signal of a child's end ignored: then the kernel throws away how a child ended.
    private static void KeepEndsOfChildren()
    {
        const string ignored = "SigIgn:";
        const int childSignal = 17;
        var line = File.ReadLines("/proc/self/status").FirstOrDefault(line => line.StartsWith(ignored, StringComparison.Ordinal));
        if (line is not null && (Convert.ToUInt64(line[ignored.Length..].Trim(), 16) & (1UL << (childSignal - 1))) != 0)
            _ = LinuxCalls.OnSignal(childSignal, handler: 0);
    }
}

internal enum FfmpegProgram
{
    Ffmpeg,
    Probe,
}
