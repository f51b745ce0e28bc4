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
            var version = (await LinesAsync(FfmpegProgram.Ffmpeg, "-version"))[0].Split(' ')[2];
            logger.Found(version);
            var codecs = await CodecsAsync();
            // ffprobe is built together with ffmpeg and reads every file first: its list answers for both, and shows that it starts.
            var demuxers = await DemuxersOfProbeAsync();
            string[] lacking =
            [
                .. Encoders.Except(codecs.SelectMany(codec => codec.Encoders)),
                .. Decoders.Except(codecs.SelectMany(codec => codec.Decoders)),
                .. demuxers is null ? [] : Demuxers.Except(demuxers),
                .. Filters.Except(await NamesAsync(FfmpegProgram.Ffmpeg, "-filters")),
                .. StreamFilters.Except(await LinesAsync(FfmpegProgram.Ffmpeg, "-bsfs")),
            ];
            if (lacking.Length == 0 && demuxers is null)
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

    /// <returns>Null when ffprobe does not start.</returns>
    private async Task<IEnumerable<string>?> DemuxersOfProbeAsync()
    {
        try
        {
            return await NamesAsync(FfmpegProgram.Probe, "-demuxers");
        }
        catch (RefusedException)
        {
            return null;
        }
    }

    private async Task<IReadOnlyList<FfmpegCodec>> CodecsAsync() =>
        [.. (await LinesAsync(FfmpegProgram.Ffmpeg, "-codecs")).Select(FfmpegCodec.Read).OfType<FfmpegCodec>()];

    // A line of the list is a few letters about one thing, its names, and what it is.
    private async Task<IEnumerable<string>> NamesAsync(FfmpegProgram program, string list) =>
        (await LinesAsync(program, list))
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(words => words.Length > 1)
            .SelectMany(words => words[1].Split(','));

    private async Task<IReadOnlyList<string>> LinesAsync(FfmpegProgram program, string question)
    {
        var lines = new List<string>();
        // ffprobe reads nothing from its standard input and does not know -nostdin.
        string[] quietly = program == FfmpegProgram.Ffmpeg ? ["-hide_banner", "-nostdin"] : ["-hide_banner"];
        await process.RunAsync(program, [.. quietly, "-v", "error", question], lines.Add, CancellationToken.None);
        return lines;
    }
}
