using Microsoft.Extensions.Logging;
using Vigint.Application.Common;
using Vigint.Domain;
using Vigint.Infrastructure.Health;

namespace Vigint.Infrastructure.Ffmpeg;

/// <summary>
/// Whether there is an ffmpeg that starts within its bounds and can do what is needed. Asked once, for it takes some tenths of a second;
/// where it cannot, now and then again.
/// </summary>
internal sealed class FfmpegCheck(FfmpegProcess process, TimeProvider clock, ILogger<FfmpegCheck> logger) : ServiceCheck
{
    private static readonly TimeSpan AgainAfter = TimeSpan.FromMinutes(1);

    private static readonly string[] Encoders = ["libx264", "aac", "mjpeg"];
    private static readonly string[] Decoders = ["h264", "hevc", "mpeg4", "mjpeg", "vp8", "vp9", "aac"];
    private static readonly string[] Demuxers = ["mov", "matroska", "avi", "mpegts", "mpeg", "dhav", "flv", "asf"];
    private static readonly string[] Filters = ["scale", "signalstats", "bwdif", "zscale", "tonemap"];
    private static readonly string[] StreamFilters = ["setts"];

    private readonly Lock gate = new();
    private Task<ServiceState>? asked;
    private DateTimeOffset askedAt;
    private volatile bool isUp;

    public override string Advice =>
        "Install ffmpeg (apt-get install ffmpeg); clips are stored and played without it, but nothing can be converted.";

    public override Task<ServiceState> CheckAsync(CancellationToken cancellationToken)
    {
        lock (gate)
        {
            var now = clock.GetSteadyNow();
            if (asked is null || (asked.IsCompleted && !isUp && now - askedAt >= AgainAfter))
                (asked, askedAt) = (AskAsync(), now);
            return asked.WaitAsync(cancellationToken);
        }
    }

    private async Task<ServiceState> AskAsync()
    {
        try
        {
            var version = (await LinesAsync("-version"))[0].Split(' ')[2];
            logger.Found(version);
            string[] lacking =
            [
                .. Encoders.Except(await NamesAsync("-encoders")),
                .. Decoders.Except(await NamesAsync("-decoders")),
                .. Demuxers.Except(await NamesAsync("-demuxers")),
                .. Filters.Except(await NamesAsync("-filters")),
                .. StreamFilters.Except(await LinesAsync("-bsfs")),
            ];
            if (lacking.Length == 0 && !await StartsAsync(FfmpegProgram.Probe))
                return new ServiceState(false, "ffprobe does not start", version);
            isUp = lacking.Length == 0;
            return new ServiceState(
                lacking.Length == 0,
                lacking.Length == 0 ? "up" : $"lacks {string.Join(", ", lacking.Distinct())}",
                version
            );
        }
        catch (RefusedException refusal)
        {
            return new ServiceState(false, refusal.Refusal == Refusal.Unavailable ? "missing" : "does not start");
        }
        catch (Exception exception)
        {
            // It says something that no ffmpeg says.
            logger.CannotBeRead(exception);
            return new ServiceState(false, "does not start");
        }
    }

    private async Task<bool> StartsAsync(FfmpegProgram program)
    {
        try
        {
            await process.RunAsync(program, ["-hide_banner", "-v", "error", "-version"], line: null, CancellationToken.None);
            return true;
        }
        catch (RefusedException)
        {
            return false;
        }
    }

    // A line of the list is a few letters about one thing, its names, and what it is.
    private async Task<IEnumerable<string>> NamesAsync(string list) =>
        (await LinesAsync(list))
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(words => words.Length > 1)
            .SelectMany(words => words[1].Split(','));

    private async Task<IReadOnlyList<string>> LinesAsync(string question)
    {
        var lines = new List<string>();
        await process.RunAsync(
            FfmpegProgram.Ffmpeg,
            ["-hide_banner", "-nostdin", "-v", "error", question],
            lines.Add,
            CancellationToken.None
        );
        return lines;
    }
}
