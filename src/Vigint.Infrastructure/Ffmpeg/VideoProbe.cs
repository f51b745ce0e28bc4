using System.Text;
using System.Text.Json;
using Vigint.Application.Media;
using Vigint.Application.Videos;
using Vigint.Domain.Media;
using Vigint.Domain.Videos;
using Vigint.Infrastructure.Containers;
using Vigint.Infrastructure.Disk;

namespace Vigint.Infrastructure.Ffmpeg;

internal sealed class VideoProbe(FfmpegProcess process, IContainerReader containers) : IVideoProbe, IDisposable
{
    private const string Entries =
        "format=duration:stream=codec_type,codec_name,profile,level,pix_fmt,width,height,avg_frame_rate,r_frame_rate,channels,bit_rate,duration"
        + ":stream_disposition=attached_pic:stream_side_data=rotation";

    // What is asked for of as many streams as are allowed takes a twentieth of this.
    private const int MostAnswer = 1024 * 1024;

    // A look takes a tenth of a second and waits for no encoder; but many at once would take the memory of several.
    private readonly SemaphoreSlim turns = new(Math.Max(2, Environment.ProcessorCount));

    public async Task<MediaReport> ReadAsync(MediaFile file, CancellationToken cancellationToken)
    {
        await turns.WaitAsync(cancellationToken);
        try
        {
            return await LookAsync(file, cancellationToken);
        }
        finally
        {
            turns.Release();
        }
    }

    public void Dispose() => turns.Dispose();

    private async Task<MediaReport> LookAsync(MediaFile file, CancellationToken cancellationToken)
    {
        using var bytes = DiskVideoBytes.Open(file.Path);
        var facts = containers.Read(bytes) ?? throw MediaRefusals.NotAVideo();

        // Said by the container itself, before a decoder looks at anything.
        RequireBounds(facts.Width ?? 0, facts.Height ?? 0, facts.DurationSeconds);
        var container = ContainerOf(facts);
        var answer = await AskAsync(file, container, cancellationToken);
        var report = Read(answer, container, bytes);
        if (report.Duration is null)
            report = report with { Duration = await MeasureAsync(file, container, cancellationToken) };
        RequireBounds(report.Video.Width, report.Video.Height, report.Duration?.TotalSeconds);
        return report;
    }

    // What a browser recorded, or a camera cut off, does not tell how long it is: it is read through, without being decoded.
    private async Task<TimeSpan?> MeasureAsync(MediaFile file, MediaContainer container, CancellationToken cancellationToken)
    {
        const string time = "out_time_us=";
        double microseconds = 0;
        await process.RunAsync(
            FfmpegProgram.Ffmpeg,
            [
                "-hide_banner", "-nostdin", "-nostats", "-v", "error", "-progress", "pipe:1", .. VideoInput.Of(file, container), "-map", "0:V:0", "-c", "copy",
                "-f", "null", "/dev/null",
            ],
            line =>
            {
                if (line.StartsWith(time, StringComparison.Ordinal))
                    microseconds = Math.Max(microseconds, FfmpegText.Number(line[time.Length..]) ?? 0);
            },
            cancellationToken);
        return microseconds > 0 ? Span(microseconds / 1e6) : null;
    }

    private async Task<string> AskAsync(MediaFile file, MediaContainer container, CancellationToken cancellationToken)
    {
        var answer = new StringBuilder();
        await process.RunAsync(
            FfmpegProgram.Probe,
            ["-hide_banner", "-v", "error", .. VideoInput.Guards(container), "-show_entries", Entries, "-of", "json=compact=1", "-i", $"file:{file.Path}"],
            line => answer.AppendLine(answer.Length < MostAnswer ? line : throw MediaRefusals.TooManyStreams(MediaBounds.MostStreams)),
            cancellationToken);
        return answer.ToString();
    }

    private static MediaReport Read(string answer, MediaContainer container, DiskVideoBytes bytes)
    {
        using var document = JsonDocument.Parse(answer);
        var streams = document.RootElement.TryGetProperty("streams", out var all) ? all.EnumerateArray().ToList() : [];
        if (streams.Count > MediaBounds.MostStreams)
            throw MediaRefusals.TooManyStreams(MediaBounds.MostStreams);
        var picture = streams.FirstOrDefault(stream => Text(stream, "codec_type") == "video" && !IsCover(stream));
        if (picture.ValueKind != JsonValueKind.Object || ReadVideo(picture) is not { } video)
            throw MediaRefusals.CannotBeDecoded();
        var sound = streams.FirstOrDefault(stream => Text(stream, "codec_type") == "audio");

        // The longer of what the file and its picture say: the one may be a lie about the other.
        var told = document.RootElement.TryGetProperty("format", out var format) ? FfmpegText.Number(Text(format, "duration")) : null;
        var seconds = FfmpegText.Number(Text(picture, "duration")) is { } pictures && !(pictures <= told) ? pictures : told;
        return new MediaReport(
            container, bytes.SizeBytes, seconds is > 0 ? Span(seconds.Value) : null, video,
            sound.ValueKind == JsonValueKind.Object ? ReadAudio(sound) : null, streams.Count,
            container is MediaContainer.Mp4 or MediaContainer.QuickTime && IsoMedia.HasIndexInFront(bytes));
    }

    private static VideoTrack? ReadVideo(JsonElement stream)
    {
        var (width, height) = (Number(stream, "width") ?? 0, Number(stream, "height") ?? 0);
        if (Text(stream, "codec_name") is not { } codec || width <= 0 || height <= 0)
            return null;
        return new VideoTrack(
            codec, Text(stream, "profile"), Number(stream, "level") is > 0 and var level ? level : null, Text(stream, "pix_fmt"),
            width, height, RotationOf(stream),
            FfmpegText.Fraction(Text(stream, "avg_frame_rate")) ?? FfmpegText.Fraction(Text(stream, "r_frame_rate")));
    }

    // A sound that no decoder is known for is as good as none.
    private static AudioTrack? ReadAudio(JsonElement stream) => Text(stream, "codec_name") is { } codec && codec != "none"
        ? new AudioTrack(codec, Number(stream, "channels") ?? 1, (int?)FfmpegText.Number(Text(stream, "bit_rate")))
        : null;

    // ffprobe counts anticlockwise.
    private static int RotationOf(JsonElement stream)
    {
        if (!stream.TryGetProperty("side_data_list", out var list))
            return 0;
        foreach (var one in list.EnumerateArray())
        {
            if (one.TryGetProperty("rotation", out var rotation) && rotation.TryGetDouble(out var degrees))
                return ((int)Math.Round(-degrees / 90) * 90 % 360 + 360) % 360;
        }

        return 0;
    }

    private static bool IsCover(JsonElement stream) =>
        stream.TryGetProperty("disposition", out var disposition) && disposition.TryGetProperty("attached_pic", out var cover) && cover.GetInt32() == 1;

    private static string? Text(JsonElement of, string name) =>
        of.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static int? Number(JsonElement of, string name) =>
        of.TryGetProperty(name, out var value) && value.TryGetInt32(out var number) ? number : null;

    private static void RequireBounds(int width, int height, double? seconds)
    {
        if (!MediaBounds.Allows(width, height))
            throw MediaRefusals.PictureTooLarge(MediaBounds.LongestSide, MediaBounds.MostPixels);
        if (seconds > MediaBounds.Longest.TotalSeconds)
            throw MediaRefusals.TooLong(MediaBounds.Longest.TotalHours);
    }

    // What is longer than the bound is refused by it, whatever a damaged file says.
    private static TimeSpan Span(double seconds) => TimeSpan.FromSeconds(Math.Min(seconds, MediaBounds.Longest.TotalSeconds * 2));

    private static MediaContainer ContainerOf(MediaFacts facts) => facts.ContentType switch
    {
        "video/mp4" => MediaContainer.Mp4,
        "video/quicktime" => MediaContainer.QuickTime,
        "video/webm" => MediaContainer.WebM,
        "video/x-matroska" => MediaContainer.Matroska,
        "video/x-msvideo" => MediaContainer.Avi,
        _ => throw MediaRefusals.NotAVideo(),
    };
}
