using System.Globalization;
using Microsoft.Extensions.Logging;
using Vigint.Application.Media;
using Vigint.Application.Storage;
using Vigint.Domain.Media;
using Vigint.Infrastructure.Disk;

namespace Vigint.Infrastructure.Ffmpeg;

/// <summary>Runs ffmpeg or ffprobe within bounds, to its end or until nobody wants it any more.</summary>
internal sealed class FfmpegProcess(
    Launcher launcher,
    EncoderOptions options,
    StorageFolder folder,
    StorageRoom room,
    FfmpegMetrics metrics,
    TimeProvider clock,
    ILogger<FfmpegProcess> logger
)
{
    // Ended by the kernel: 128 and the signal's number.
    private const int OutOfProcessorTime = 128 + 24;
    private const int WroteTooMuch = 128 + 25;
    private const int Killed = 128 + 9;
    private const int Aborted = 128 + 6;

    private static readonly string[] WriteSentences = ["No space left on device", "File too large"];

    // What ffmpeg and its encoder say when memory is refused to them.
    private static readonly string[] MemorySentences = ["Cannot allocate memory", "malloc of size"];

    // It is memory, too, when an encoder gives up and says nothing of why.
    private static readonly string[] EncoderGaveUp = ["Error submitting video frame to the encoder", "Error while opening encoder"];
    private const string EncodersReason = "[libx264 @";

    // A look at a file takes a tenth of a second.
    private static readonly TimeSpan LongestLook = TimeSpan.FromSeconds(60);

    /// <summary>What each program may use, and of this server's surroundings nothing: its keys are there.</summary>
    /// <param name="mostWritten">Into one file, in bytes: a few megabytes can decode to a disk full.</param>
    private IEnumerable<string> BoundsFor(long mostWritten) =>
        [
            "-i",
            "PATH=/usr/local/bin:/usr/bin:/bin",
            "LC_ALL=C",
            "MALLOC_ARENA_MAX=2",
            "nice",
            "-n",
            "10",
            "setpriv",
            "--pdeathsig",
            "KILL",
            "--no-new-privs",
            // Stacks count as data: of the usual 8 MB each, those of newer ffmpeg's many threads are a hundred megabytes that nobody uses.
            "prlimit",
            $"--data={options.MemoryBytes}",
            "--stack=1048576",
            $"--cpu={(long)options.Longest.TotalSeconds * Environment.ProcessorCount}",
            "--core=0",
            "--nofile=256",
            $"--fsize={mostWritten}",
        ];

    /// <param name="arguments">Constants, numbers and paths that this server made.</param>
    /// <param name="line">Told each line of the output; null when there is none worth reading.</param>
    /// <returns>The end of what it complained of although it did its work; empty when of nothing.</returns>
    /// <exception cref="Domain.RefusedException">As <see cref="IVideoEncoder"/> says.</exception>
    public async Task<string> RunAsync(
        FfmpegProgram program,
        IEnumerable<string> arguments,
        Action<string>? line,
        CancellationToken cancellationToken
    )
    {
        var begun = clock.GetTimestamp();
        Exception? failure = null;
        try
        {
            return await RunToItsEndAsync(program, arguments, line, cancellationToken);
        }
        catch (Exception exception)
        {
            failure = exception;
            throw;
        }
        finally
        {
            metrics.Ran(program, clock.GetElapsedTime(begun), failure);
        }
    }

    private async Task<string> RunToItsEndAsync(
        FfmpegProgram program,
        IEnumerable<string> arguments,
        Action<string>? line,
        CancellationToken cancellationToken
    )
    {
        var longest = program == FfmpegProgram.Probe && LongestLook < options.Longest ? LongestLook : options.Longest;
        using var limit = new CancellationTokenSource(longest, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        using var process = await StartAsync(program, await room.FreeForOneAsync(cancellationToken), arguments);
        var errors = new Tail();
        int exitCode;
        try
        {
            // When one of the two can no longer be read, stop reading the other as well: the program would wait for ever.
            var reading = Task.WhenAll(
                CancelIfFailedAsync(ReadLinesAsync(process.Output, line, either.Token), either),
                CancelIfFailedAsync(errors.ReadAsync(process.Errors, either.Token), either)
            );
            await reading;
            exitCode = await process.ExitCodeAsync(either.Token);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw MediaRefusals.TookTooLong(longest.TotalSeconds);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
                await process.ExitCodeAsync(CancellationToken.None);
            }
        }

        return exitCode == 0 ? errors.Text : throw WhyFailed(program, exitCode, errors.Text);
    }

    private async Task<ChildProcess> StartAsync(FfmpegProgram program, long mostWritten, IEnumerable<string> arguments)
    {
        try
        {
            return await launcher.StartAsync(program, BoundsFor(mostWritten), arguments);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw MediaRefusals.NoEncoder();
        }
    }

    private static async Task CancelIfFailedAsync(Task reading, CancellationTokenSource both)
    {
        try
        {
            await reading;
        }
        catch
        {
            await both.CancelAsync();
            throw;
        }
    }

    private static async Task ReadLinesAsync(StreamReader output, Action<string>? line, CancellationToken cancellationToken)
    {
        while (await output.ReadLineAsync(cancellationToken) is { } one)
            line?.Invoke(one);
    }

    private Exception WhyFailed(FfmpegProgram program, int exitCode, string errors)
    {
        logger.Failed(program, exitCode, errors.Replace(folder.Path, "", StringComparison.Ordinal));
        if (exitCode == OutOfProcessorTime)
            return MediaRefusals.TookTooLong(options.Longest.TotalSeconds);
        // Said first, for a demuxer takes its own bound for a lack of memory.
        if (errors.Contains("max_streams", StringComparison.Ordinal))
            return MediaRefusals.TooManyStreams(MediaBounds.MostStreams);
        if (errors.Contains("requested bitrate is too low", StringComparison.Ordinal))
            return new BitRateTooLowException();
        if (
            exitCode is Killed or Aborted
            || SaysAny(errors, MemorySentences)
            || (SaysAny(errors, EncoderGaveUp) && !errors.Contains(EncodersReason, StringComparison.Ordinal))
        )
            return MediaRefusals.TookTooMuchMemory(options.MemoryBytes / 1024 / 1024);
        if (exitCode == WroteTooMuch || SaysAny(errors, WriteSentences))
            return DiskFull.AsRefusal(folder.Path);
        return errors.Contains("max pixel count", StringComparison.Ordinal)
            ? MediaRefusals.PictureTooLarge(MediaBounds.LongestSide, MediaBounds.MostPixels)
            : MediaRefusals.CannotBeDecoded();
    }

    private static bool SaysAny(string errors, string[] sentences) =>
        sentences.Any(sentence => errors.Contains(sentence, StringComparison.Ordinal));

    /// <summary>The end of what a program complains of: a hostile file can make it complain for gigabytes.</summary>
    private sealed class Tail
    {
        private const int MostCharacters = 4096;

        private readonly char[] buffer = new char[MostCharacters];
        private string text = "";

        public string Text => text.Trim();

        public async Task ReadAsync(StreamReader from, CancellationToken cancellationToken)
        {
            while (await from.ReadAsync(buffer, cancellationToken) is > 0 and var read)
            {
                text = string.Concat(text, buffer.AsSpan(0, read));
                text = text[Math.Max(0, text.Length - MostCharacters)..];
            }
        }
    }
}

/// <summary>An encoder cannot make as little of a picture as it was asked to.</summary>
internal sealed class BitRateTooLowException : Exception;

/// <summary>How numbers are written in arguments and read in answers.</summary>
internal static class FfmpegText
{
    public static string Of(double number) => number.ToString("0.######", CultureInfo.InvariantCulture);

    public static double? Number(string? text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : null;

    /// <param name="text">A fraction such as <c>30000/1001</c>.</param>
    public static double? Fraction(string? text) =>
        text?.Split('/') is [var above, var below]
        && Number(above) is { } numerator
        && Number(below) is { } denominator
        && numerator > 0
        && denominator > 0
            ? numerator / denominator
            : null;
}
