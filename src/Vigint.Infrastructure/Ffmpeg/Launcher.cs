using System.Collections.Concurrent;
using System.Diagnostics;
using Xabe.FFmpeg.Exceptions;

namespace Vigint.Infrastructure.Ffmpeg;

/// <summary>
/// Finds and starts ffmpeg and ffprobe by means of Xabe.FFmpeg, each under the bounds that are given
/// (docs/decisions/0008-ffmpeg-within-bounds.md). One thread starts them all, for a process ends with the thread that started
/// it: so none outlives a server that was killed.
/// </summary>
internal sealed class Launcher : IDisposable
{
    private readonly BlockingCollection<Action> starts = [];
    private readonly Thread thread;

    public Launcher()
    {
        thread = new Thread(StartAll) { IsBackground = true, Name = "ffmpeg launcher" };
        thread.Start();
    }

    /// <summary>Starts a program with its output redirected. The caller sees to its end.</summary>
    /// <param name="arguments">Of the program; nothing in them was ever sent by a caller.</param>
    /// <param name="bounds">Put before the program.</param>
    /// <exception cref="FFmpegNotFoundException">There is no ffmpeg with an ffprobe beside it.</exception>
    public Task<Process> StartAsync(FfmpegProgram program, IEnumerable<string> bounds, IEnumerable<string> arguments)
    {
        var started = new TaskCompletionSource<Process>(TaskCreationOptions.RunContinuationsAsynchronously);
        starts.Add(() =>
        {
            try
            {
                started.SetResult(new Xabe(program).Start(bounds, arguments));
            }
            catch (Exception exception)
            {
                started.SetException(exception);
            }
        });
        return started.Task;
    }

    public void Dispose()
    {
        starts.CompleteAdding();
        thread.Join();
        starts.Dispose();
    }

    private void StartAll()
    {
        foreach (var start in starts.GetConsumingEnumerable())
            start();
    }

    private sealed class Xabe(FfmpegProgram program) : global::Xabe.FFmpeg.FFmpeg
    {
        private const string FirstProgram = "/usr/bin/env";

        public Process Start(IEnumerable<string> bounds, IEnumerable<string> arguments)
        {
            string[] whole = [.. bounds, program == FfmpegProgram.Probe ? FFprobePath : FFmpegPath, .. arguments];
            return RunProcess(
                string.Join(' ', whole.Select(Quoted)), FirstProgram, ProcessPriorityClass.BelowNormal,
                standardInput: false, standardOutput: true, standardError: true);
        }

        // Xabe.FFmpeg takes one string, which .NET takes apart again: a quotation mark ends a text, unless a backslash is before it.
        private static string Quoted(string argument)
        {
            var quoted = new System.Text.StringBuilder("\"");
            var backslashes = 0;
            foreach (var character in argument)
            {
                if (character == '"')
                    quoted.Append('\\', backslashes + 1);
                backslashes = character == '\\' ? backslashes + 1 : 0;
                quoted.Append(character);
            }

            return quoted.Append('\\', backslashes).Append('"').ToString();
        }
    }
}

internal enum FfmpegProgram
{
    Ffmpeg,
    Probe,
}
