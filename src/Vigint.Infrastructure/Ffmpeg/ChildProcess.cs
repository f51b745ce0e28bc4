using System.IO.Pipes;
using Microsoft.Win32.SafeHandles;

namespace Vigint.Infrastructure.Ffmpeg;

/// <summary>A program that <see cref="Launcher"/> started. The caller waits for its end and disposes it.</summary>
internal sealed class ChildProcess : IDisposable
{
    private const int OfSignal = 128;

    private readonly Lock gate = new();
    private readonly TaskCompletionSource<int> exit = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ChildProcess(int id, SafePipeHandle output, SafePipeHandle errors)
    {
        Id = id;
        Output = new StreamReader(new AnonymousPipeClientStream(PipeDirection.In, output));
        Errors = new StreamReader(new AnonymousPipeClientStream(PipeDirection.In, errors));
    }

    public int Id { get; }

    public StreamReader Output { get; }

    public StreamReader Errors { get; }

    public bool HasExited => exit.Task.IsCompleted;

    /// <returns>What it ended with; 128 and the number of the signal when one ended it.</returns>
    public Task<int> ExitCodeAsync(CancellationToken cancellationToken) => exit.Task.WaitAsync(cancellationToken);

    /// <summary>Ends it with everything that it started.</summary>
    public void Kill()
    {
        // Once it was waited for, its number may be another's.
        lock (gate)
        {
            if (!HasExited)
                _ = LinuxCalls.Kill(-Id, LinuxCalls.KillSignal);
        }
    }

    public void Dispose()
    {
        Output.Dispose();
        Errors.Dispose();
    }

    /// <summary>Takes its end, which has come.</summary>
    internal unsafe void TakeEnd()
    {
        lock (gate)
        {
            int status;
            var code =
                LinuxCalls.WaitFor(Id, &status, 0) != Id ? OfSignal - 1
                : (status & 0x7f) == 0 ? (status >> 8) & 0xff
                : OfSignal + (status & 0x7f);
            exit.SetResult(code);
        }
    }
}
