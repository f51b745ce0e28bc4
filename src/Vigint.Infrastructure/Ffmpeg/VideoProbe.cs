using System.Text;
using System.Text.Json;
using Vigint.Application.Media;
using Vigint.Domain;
using Vigint.Domain.Media;
using Vigint.Infrastructure.Containers;
using Vigint.Infrastructure.Disk;

namespace Vigint.Infrastructure.Ffmpeg;

internal sealed class VideoProbe(FfmpegProcess process, IContainerReader containers) : IVideoProbe, IDisposable
{
    private const string Entries =
        "format=duration,start_time:stream=index,codec_type,codec_name,profile,level,pix_fmt,width,height,sample_aspect_ratio,"
        + "field_order,color_transfer"
        + ",avg_frame_rate,r_frame_rate,channels,bit_rate,duration,nb_frames:stream_disposition=attached_pic:stream_side_data=rotation";

    // What the index of an MP4 calls pictures that need a key (ISO/IEC 23001-7; Apple's own).
    private static readonly string[] EncryptedCodecs = ["encv", "drmi"];

    private const double LongestLastPicture = 5;

    // Shapes of a pixel that no camera has are mistakes of a header.
    private const double WidestPixel = 4;

    // A frame rate that is told within so much of what was counted stands.
    private const double RateMargin = 0.05;

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

        // Said by the container itself, before a decoder looks at anything. Its playing time may be a mistake, and is measured.
        RequireBounds(facts.Width ?? 0, facts.Height ?? 0);
        if (EncryptedCodecs.Contains(facts.Codec))
            throw MediaRefusals.Encrypted();
        return await LookAsync(file, ContainerOf(facts.ContentType), bytes, cancellationToken);
    }

    /// <summary>Looks at a file of a container that somebody else has judged.</summary>
    internal async Task<MediaReport> LookAsync(
        MediaFile file,
        MediaContainer container,
        DiskVideoBytes bytes,
        CancellationToken cancellationToken
    )
    {
        var report = Read(await AskAsync(file, container, cancellationToken), container, bytes);
        RequireBounds(report.Video.Width, report.Video.Height);
        report = await MeasureAsync(file, report, cancellationToken);
        if (report.Duration > MediaBounds.Longest)
            throw MediaRefusals.TooLong(MediaBounds.Longest.TotalHours);
        return report;
    }

    public async Task<bool> IsDamagedAsync(MediaFile file, MediaReport report, CancellationToken cancellationToken)
    {
        var begun = 0;
        try
        {
            var complaints = await process.RunAsync(
                FfmpegProgram.Ffmpeg,
                [
                    "-hide_banner",
                    "-nostdin",
                    "-nostats",
                    "-v",
                    "error",
                    "-xerror",
                    .. VideoInput.Of(file, report.Container),
                    "-map",
                    VideoInput.PictureOf(report),
                    "-vf",
                    "select='eq(pict_type,I)',metadata=add:key=is:value=whole,metadata=print:file=-",
                    "-fps_mode",
                    "passthrough",
                    "-f",
                    "null",
                    "/dev/null",
                ],
                line => begun += line.StartsWith("frame:", StringComparison.Ordinal) ? 1 : 0,
                cancellationToken
            );

            // Pictures from which decoding may begin hold all of themselves. One more or less may be the rest of what was cut off.
            return complaints.Length > 0 || report.Packets?.KeyPictures > begun + 1;
        }
        catch (RefusedException refusal) when (refusal.Refusal == Refusal.NotAVideo)
        {
            return true;
        }
    }

    // Read through, without being decoded: what a browser recorded does not tell how long it is, what was cut off tells of more than is
    // there.
    private async Task<MediaReport> MeasureAsync(MediaFile file, MediaReport report, CancellationToken cancellationToken)
    {
        var found = new Measured();
        var complaints = "";
        string[] streams = report.Audio is null ? [VideoInput.PictureOf(report)] : [VideoInput.PictureOf(report), "0:a:0"];
        try
        {
            complaints = await PacketTimes.ReadAsync(process, VideoInput.Of(file, report.Container), streams, found.Add, cancellationToken);
        }
        catch (RefusedException refusal) when (refusal.Refusal == Refusal.NotAVideo)
        {
            // What cannot be copied may yet be decoded.
            return report with { Duration = report.ToldDuration <= MediaBounds.Longest ? report.ToldDuration : null };
        }

        if (found.Pictures == 0)
            throw MediaRefusals.CannotBeDecoded();

        // How long the last picture is shown no packet tells. Of a file that is whole the header does, within reason.
        var pictureEnd =
            complaints.Length == 0
            && report.Video.ToldSeconds is { } told
            && told > found.PictureEnd
            && told - found.PictureEnd <= LongestLastPicture
                ? told
                : found.PictureEnd;
        var end = Math.Max(found.End, pictureEnd);
        return report with
        {
            Duration = end > 0 ? Span(end) : null,
            Packets = new PacketFacts(found.Pictures, found.KeyPictures, found.LastPicture, pictureEnd, found.AreTimed),
            Video = report.Video with { FrameRate = RateOf(report.Video.FrameRate, found) },
        };
    }

    private static double? RateOf(double? told, Measured found)
    {
        if (found.Pictures < 2 || found.PictureEnd <= 0)
            return told;
        var counted = found.Pictures / found.PictureEnd;
        return Math.Abs(counted / (told ?? 0) - 1) <= RateMargin ? told : counted;
    }

    private async Task<string> AskAsync(MediaFile file, MediaContainer container, CancellationToken cancellationToken)
    {
        var answer = new StringBuilder();
        await process.RunAsync(
            FfmpegProgram.Probe,
            [
                "-hide_banner",
                "-v",
                "error",
                .. VideoInput.Guards(container),
                "-show_entries",
                Entries,
                "-of",
                "json=compact=1",
                "-i",
                $"file:{file.Path}",
            ],
            line => answer.AppendLine(answer.Length < MostAnswer ? line : throw MediaRefusals.TooManyStreams(MediaBounds.MostStreams)),
            cancellationToken
        );
        return answer.ToString();
    }

    private static MediaReport Read(string answer, MediaContainer container, DiskVideoBytes bytes)
    {
        using var document = JsonDocument.Parse(answer);
        var streams = document.RootElement.TryGetProperty("streams", out var all) ? all.EnumerateArray().ToList() : [];
        if (streams.Count > MediaBounds.MostStreams)
            throw MediaRefusals.TooManyStreams(MediaBounds.MostStreams);
        var pictures = streams.Where(stream => Text(stream, "codec_type") == "video" && !IsCover(stream)).ToList();

        if (pictures.Count == 0)
            throw MediaRefusals.CannotBeDecoded();

        // A thumbnail may come first.
        var picture = pictures.MaxBy(stream =>
            (FfmpegText.Number(Text(stream, "nb_frames")) ?? 0, FfmpegText.Number(Text(stream, "duration")) ?? 0)
        );
        if (ReadVideo(picture) is not { } video)
            throw MediaRefusals.CannotBeDecoded();
        var sound = streams.FirstOrDefault(stream => Text(stream, "codec_type") == "audio");

        // The longer of what the file and its picture say: the one may be a lie about the other.
        var told = document.RootElement.TryGetProperty("format", out var format) ? FfmpegText.Number(Text(format, "duration")) : null;
        var seconds = FfmpegText.Number(Text(picture, "duration")) is { } lasts && !(lasts <= told) ? lasts : told;
        var length = seconds is > 0 ? Span(seconds.Value) : (TimeSpan?)null;
        return new MediaReport(
            container,
            bytes.SizeBytes,
            length,
            video,
            sound.ValueKind == JsonValueKind.Object ? ReadAudio(sound) : null,
            streams.Count,
            container is MediaContainer.Mp4 or MediaContainer.QuickTime && IsoMedia.HasIndexInFront(bytes)
        )
        {
            ToldDuration = length,
            StartSeconds = format.ValueKind == JsonValueKind.Object ? FfmpegText.Number(Text(format, "start_time")) ?? 0 : 0,
            NamesKeyPictures = container is not MediaContainer.Mp4 || IsoMedia.NamesKeyPictures(bytes),
            IsPictureFirst = video.Index == Number(pictures[0], "index"),
        };
    }

    private static VideoTrack? ReadVideo(JsonElement stream)
    {
        var (width, height) = (Number(stream, "width") ?? 0, Number(stream, "height") ?? 0);
        if (Text(stream, "codec_name") is not { } codec || width <= 0 || height <= 0)
            return null;
        return new VideoTrack(
            codec,
            Text(stream, "profile"),
            Number(stream, "level") is > 0 and var level ? level : null,
            Text(stream, "pix_fmt"),
            width,
            height,
            RotationOf(stream),
            FfmpegText.Fraction(Text(stream, "avg_frame_rate")) ?? FfmpegText.Fraction(Text(stream, "r_frame_rate"))
        )
        {
            Index = Number(stream, "index") ?? 0,
            ToldSeconds = FfmpegText.Number(Text(stream, "duration")),
            PixelAspect = FfmpegText.Fraction(Text(stream, "sample_aspect_ratio")?.Replace(':', '/'))
                is >= 1 / WidestPixel
                    and <= WidestPixel
                    and var aspect
                ? aspect
                : 1,
            IsInterlaced = Text(stream, "field_order") is "tt" or "bb" or "tb" or "bt",
            IsHighDynamicRange = Text(stream, "color_transfer") is "smpte2084" or "arib-std-b67",
        };
    }

    // A sound that no decoder is known for is as good as none.
    private static AudioTrack? ReadAudio(JsonElement stream) =>
        Text(stream, "codec_name") is { } codec && codec != "none"
            ? new AudioTrack(codec, Number(stream, "channels") ?? 1, (int?)FfmpegText.Number(Text(stream, "bit_rate")))
            : null;

    // ffprobe counts anticlockwise; of a matrix that turns nothing anywhere it makes no angle at all.
    private static int RotationOf(JsonElement stream)
    {
        if (!stream.TryGetProperty("side_data_list", out var list))
            return 0;
        foreach (var one in list.EnumerateArray())
        {
            if (one.TryGetProperty("rotation", out var rotation) && rotation.TryGetDouble(out var degrees) && Math.Abs(degrees) <= 360)
                return ((int)Math.Round(-degrees / 90) * 90 % 360 + 360) % 360;
        }

        return 0;
    }

    private static bool IsCover(JsonElement stream) =>
        stream.TryGetProperty("disposition", out var disposition)
        && disposition.TryGetProperty("attached_pic", out var cover)
        && cover.GetInt32() == 1;

    private static string? Text(JsonElement of, string name) =>
        of.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static int? Number(JsonElement of, string name) =>
        of.TryGetProperty(name, out var value) && value.TryGetInt32(out var number) ? number : null;

    private static void RequireBounds(int width, int height)
    {
        if (!MediaBounds.Allows(width, height))
            throw MediaRefusals.PictureTooLarge(MediaBounds.LongestSide, MediaBounds.MostPixels);
    }

    // What is longer than the bound is refused by it, whatever a damaged file says.
    private static TimeSpan Span(double seconds) => TimeSpan.FromSeconds(Math.Min(seconds, MediaBounds.Longest.TotalSeconds * 2));

    private static MediaContainer ContainerOf(string contentType) =>
        contentType switch
        {
            "video/mp4" => MediaContainer.Mp4,
            "video/quicktime" => MediaContainer.QuickTime,
            "video/webm" => MediaContainer.WebM,
            "video/x-matroska" => MediaContainer.Matroska,
            "video/x-msvideo" => MediaContainer.Avi,
            "video/mp2t" => MediaContainer.MpegTs,
            "video/mpeg" => MediaContainer.MpegPs,
            "video/x-dav" => MediaContainer.Dav,
            "video/x-flv" => MediaContainer.Flv,
            "video/x-ms-asf" => MediaContainer.Asf,
            _ => throw MediaRefusals.NotAVideo(),
        };

    /// <summary>What the packets of picture (0) and sound (1) tell.</summary>
    private sealed class Measured
    {
        private double lastTime = double.NegativeInfinity;

        public int Pictures { get; private set; }

        public int KeyPictures { get; private set; }

        public double LastPicture { get; private set; }

        public double PictureEnd { get; private set; }

        public double End { get; private set; }

        public bool AreTimed { get; private set; } = true;

        public void Add(PacketTime packet)
        {
            End = Math.Max(End, packet.To);
            if (packet.Stream > 0)
                return;
            Pictures++;
            KeyPictures += packet.IsKey ? 1 : 0;
            LastPicture = Math.Max(LastPicture, packet.From);
            PictureEnd = Math.Max(PictureEnd, packet.To);
            AreTimed &= packet.IsTimed && packet.From != lastTime;
            lastTime = packet.From;
        }
    }
}
