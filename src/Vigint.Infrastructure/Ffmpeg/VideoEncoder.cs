using Vigint.Application.Media;
using Vigint.Domain;
using Vigint.Domain.Media;

namespace Vigint.Infrastructure.Ffmpeg;

internal sealed class VideoEncoder(FfmpegProcess process, EncoderOptions options) : IVideoEncoder
{
    // Each holds pictures of its own, and beyond a few they gain little.
    private const int MostThreads = 4;

    // A rendition is for looking at in a browser; the original stays what it is.
    private const int LongestPlayableSide = 1920;
    private const int ShorterPlayableSide = 1080;

    // Each but the first costs only a second pass. One that is well within the size is tried once more too, for what is left of it
    // would have been picture.
    private const int CompressTries = 4;
    private const double Enough = 0.92;
    private const double Below = 0.98;
    private const long LeastBits = 1000;

    // Until the encoder can do with it; from a thousand bits to a billion.
    private const int MostDoublings = 20;

    // Below so many bits a second a sound of the usual rate takes more than it is given.
    private const int FewBits = 64_000;

    // Of two passes the first takes about this part of the time.
    private const double FirstPass = 0.45;

    // A shutter that turns the night filter, a flash.
    private const double LongestShutterSeconds = 2;

    // Not every container tells times to the millisecond.
    private const double TimeMargin = 0.002;

    // 1 from the first picture on that needs no other.
    private const string WholePictures = "st(0,max(ld(0),eq(pict_type,I)))";

    // Whether a picture is of one color is seen better without its noise.
    private const string Small = "scale=96:-2:flags=area";

    private static readonly string[] Contrast = ["YLOW", "YHIGH"];
    private static readonly string[] OneJpeg = ["-frames:v", "1", "-c:v", "mjpeg", "-q:v", "3", "-f", "mjpeg"];

    private static readonly string SoonAfterSeeking = $"trim=end={FfmpegText.Of(LongestShutterSeconds)},select='{WholePictures}*{From(0)}'";

    private static readonly string[] Always = ["-hide_banner", "-nostdin", "-nostats", "-v", "error", "-y"];

    // Progress, a line for each figure.
    private static readonly string[] Told = ["-progress", "pipe:1"];

    private static readonly string[] Sound = ["-map", "0:a:0?"];

    // Each picture stays one, and when it is: MP4 would get pictures at an even rate, thousands of them for a clip with a long pause. In
    // the time base of the input no two of them fall together. Both passes must see the same pictures.
    private static readonly string[] PicturesAsTheyAre = ["-fps_mode", "vfr", "-enc_time_base", "-1"];

    private static readonly string[] CopyPicture = ["-c:v", "copy"];
    private static readonly string[] CopySound = ["-c:a", "copy"];

    private static readonly string[] InFront = ["-movflags", "+faststart", "-f", "mp4"];
    private static readonly string[] MovInFront = ["-movflags", "+faststart", "-f", "mov"];
    private static readonly string[] Matroska = ["-f", "matroska"];
    private static readonly string[] Avi = ["-bf", "0", "-f", "avi"]; // which knows no presentation times

    // What else a file may carry.
    private static string[] NothingElse => ["-sn", "-dn", "-map_metadata", "-1", "-map_chapters", "-1"];

    private static readonly string[] LittleLookAhead = ["-x264-params", "rc-lookahead=5:sync-lookahead=0"];

    private int Threads => options.IsTight ? 1 : Math.Clamp(Environment.ProcessorCount, 1, MostThreads);

    private string[] H264 =>
        [
            "-c:v",
            "libx264",
            "-preset",
            "veryfast",
            "-pix_fmt",
            "yuv420p",
            "-threads",
            $"{Threads}",
            .. options.IsTight ? LittleLookAhead : [],
        ];

    public async Task MakePlayableAsync(
        MediaFile source,
        MediaReport report,
        PlayablePlan plan,
        MediaFile target,
        IProgress<double>? percent,
        CancellationToken cancellationToken
    )
    {
        var (width, height) = Fitted(report.Video.Shown, LongestPlayableSide, ShorterPlayableSide);
        var picture =
            plan.Way == PlayableWay.Encode
                ?
                [
                    .. H264,
                    "-profile:v",
                    "high",
                    "-crf",
                    "23",
                    .. PicturesAsTheyAre,
                    "-vf",
                    PictureFilters.Seen(report.Video, width, height),
                    .. LastPictureStays(report),
                ]
                : CopyPicture;
        // A sound that no decoder is known for is left out: MP4 has no place for it either.
        var streams = report.Audio is null ? PictureAlone(report) : [.. PictureAlone(report), .. Sound];
        var sound =
            report.Audio is null ? []
            : plan.Way == PlayableWay.Rewrap ? CopySound
            : Aac(report.Audio, bitsPerSecond: 128_000);
        await WriteAsync(
            target,
            [.. Told, .. VideoInput.Of(source, report.Container, Threads), .. streams, .. picture, .. sound, .. InFront],
            new Progress(report.Duration, percent).Read,
            cancellationToken
        );
    }

    public async Task<double> StillAsync(
        MediaFile source,
        MediaReport report,
        double? atSeconds,
        MediaFile target,
        CancellationToken cancellationToken
    )
    {
        var at = atSeconds ?? await MotionSamples.SecondWithMostAsync(process, source, report, cancellationToken);
        if (LastMoment(report) is { } last)
            at = Math.Clamp(at, 0, last);
        if (await TryStillAsync(source, report, at, target, cancellationToken))
            return at;

        // The picture may end before the sound, or the file where it was cut off.
        return at > 0 && await TryStillAsync(source, report, 0, target, cancellationToken) ? 0 : throw MediaRefusals.CannotBeDecoded();
    }

    public async Task<long> CompressAsync(
        MediaFile source,
        MediaReport report,
        CompressedForm form,
        MediaFile target,
        IProgress<double>? percent,
        CancellationToken cancellationToken
    )
    {
        var statistics = new MediaFile($"{target.Path}.pass");
        var attempt = new MediaFile($"{target.Path}.next");
        var sound = form.AudioBitsPerSecond is null ? null : new MediaFile($"{target.Path}.sound");
        string[] rate = form.FrameRate is { } fps ? [$"fps={FfmpegText.Of(fps)}"] : [];
        string[] picture =
        [
            .. PictureAlone(report),
            .. H264,
            .. PicturesAsTheyAre,
            "-vf",
            string.Join(',', [.. rate, PictureFilters.Seen(report.Video, form.Width, form.Height)]),
            "-passlogfile",
            statistics.Path,
        ];
        string[] input = [.. Told, .. VideoInput.Of(source, report.Container, Threads)];
        try
        {
            // The sound is encoded beside the first pass: how much it takes is known before the picture gets the rest.
            var first = new Progress(report.Duration, percent, 0, FirstPass);
            await process.RunAsync(
                FfmpegProgram.Ffmpeg,
                [
                    .. Always,
                    .. input,
                    .. picture,
                    "-b:v",
                    $"{Math.Max(LeastBits, form.VideoBitsPerSecond)}",
                    "-pass",
                    "1",
                    "-an",
                    "-f",
                    "null",
                    "/dev/null",
                    .. sound is null ? [] : SoundAlone(report.Audio!, form.AudioBitsPerSecond!.Value, sound),
                ],
                first.Read,
                cancellationToken
            );
            var bits = Math.Max(LeastBits, form.VideoBitsPerSecond + (sound is null ? 0 : LeftBy(sound, form, report)));
            string[] sounds = sound is null ? [] : ["-f", "mov", "-i", $"file:{sound.Path}"];
            string[] together = sound is null ? [] : ["-map", "1:a:0", "-c:a", "copy"];
            long? best = null;
            var doublings = 0;
            for (var tries = 1; ; tries++)
            {
                try
                {
                    await WriteAsync(
                        attempt,
                        [
                            .. input,
                            .. sounds,
                            .. picture,
                            "-b:v",
                            $"{bits}",
                            "-pass",
                            "2",
                            .. LastPictureStays(report),
                            .. together,
                            .. InFront,
                        ],
                        new Progress(report.Duration, percent, FirstPass, 1).Read,
                        cancellationToken
                    );
                }
                catch (BitRateTooLowException)
                {
                    if (best is { } smallest)
                        return smallest;
                    if (doublings++ == MostDoublings)
                        throw MediaRefusals.CannotBeDecoded();

                    // The least that it can make says what size can be reached.
                    bits *= 2;
                    tries = 0;
                    continue;
                }

                var size = new FileInfo(attempt.Path).Length;
                var fits = size <= form.MostBytes;
                if (IsBetter(size, best, form.MostBytes))
                {
                    File.Move(attempt.Path, target.Path, overwrite: true);
                    best = size;
                }

                if (tries == CompressTries || (fits && (tries > 1 || size >= form.MostBytes * Enough)))
                    return best!.Value;
                bits = Math.Max(LeastBits, (long)(bits * ((double)form.MostBytes / size) * Below));
            }
        }
        finally
        {
            foreach (
                var beside in new[] { attempt.Path, $"{statistics.Path}-0.log", $"{statistics.Path}-0.log.mbtree", $"{target.Path}.sound" }
            )
                File.Delete(beside);
        }
    }

    // The largest that fits; as long as none does, the smallest.
    private static bool IsBetter(long size, long? best, long most) =>
        best is not { } before || (size <= most ? before > most || size > before : before > most && size < before);

    public async Task<int> AssembleAsync(FrameSequence frames, MediaFile target, CancellationToken cancellationToken)
    {
        var decoded = await AssembleOnceAsync(frames, target, cancellationToken);
        if (decoded.Count > 0 && decoded.Count < frames.Count)
        {
            // Each that could not be decoded has left a gap: the others close up.
            for (var number = 0; number < decoded.Count; number++)
                File.Move(frames.At(decoded[number]).Path, frames.At(number).Path, overwrite: true);
            for (var number = decoded.Count; number < frames.Count; number++)
                File.Delete(frames.At(number).Path);
            await AssembleOnceAsync(frames, target, cancellationToken);
        }

        if (decoded.Count == 0)
            File.Delete(target.Path);
        return decoded.Count;
    }

    public Task WrapAsync(FrameSequence frames, MediaFile target, CancellationToken cancellationToken) =>
        WriteAsync(
            target,
            [.. Pictures(frames), "-map", "0:V:0", .. NothingElse, "-c:v", "copy", .. FormOf(frames.Format)],
            line: null,
            cancellationToken
        );

    /// <returns>The numbers of the pictures that became frames.</returns>
    private async Task<IReadOnlyList<int>> AssembleOnceAsync(FrameSequence frames, MediaFile target, CancellationToken cancellationToken)
    {
        // Counted in frames, for that is the time base of numbered pictures.
        const string number = " pts:";
        var decoded = new List<int>();
        await WriteAsync(
            target,
            [
                .. Pictures(frames),
                "-map",
                "0:V:0",
                .. NothingElse,
                .. H264,
                "-crf",
                "21",
                "-fps_mode",
                "passthrough",
                "-vf",
                $"scale={frames.Width}:{frames.Height}:force_original_aspect_ratio=decrease:force_divisible_by=2,"
                    + $"pad={frames.Width}:{frames.Height}:(ow-iw)/2:(oh-ih)/2,setsar=1,metadata=add:key=is:value=frame,"
                    + $"metadata=print:file=-",
                .. FormOf(frames.Format),
            ],
            line =>
            {
                if (
                    line.IndexOf(number, StringComparison.Ordinal) is >= 0 and var at
                    && FfmpegText.Number(line[(at + number.Length)..].Split(' ')[0]) is { } one
                )
                    decoded.Add((int)one);
            },
            cancellationToken
        );
        return decoded;
    }

    private string[] Pictures(FrameSequence frames) =>
        [
            "-threads",
            $"{Threads}",
            "-protocol_whitelist",
            "file",
            "-format_whitelist",
            "image2",
            "-f",
            "image2",
            "-max_pixels",
            $"{MediaBounds.MostPixels}",
            "-framerate",
            FfmpegText.Of(frames.FrameRate),
            "-start_number",
            "0",
            "-c:v",
            "mjpeg",
            "-i",
            $"file:{frames.Pattern}",
        ];

    private static string[] FormOf(VideoFormat format) =>
        format switch
        {
            VideoFormat.Avi => Avi,
            VideoFormat.Mkv => Matroska,
            VideoFormat.Mov => MovInFront,
            _ => InFront,
        };

    private static string[] SoundAlone(AudioTrack audio, int bitsPerSecond, MediaFile target) =>
        [
            "-map",
            "0:a:0",
            .. NothingElse,
            .. Aac(audio, bitsPerSecond),
            "-ar",
            bitsPerSecond < FewBits ? "24000" : "44100",
            "-f",
            "mp4",
            $"file:{target.Path}",
        ];

    /// <summary>What the sound did not take of its part, in bits a second; less than 0 when it took more.</summary>
    private static long LeftBy(MediaFile sound, CompressedForm form, MediaReport report) =>
        report.Duration is { TotalSeconds: > 0 and var seconds }
            ? (long)(form.AudioBitsPerSecond!.Value - new FileInfo(sound.Path).Length * 8 / seconds)
            : 0;

    private static string[] PictureAlone(MediaReport report) => ["-map", VideoInput.PictureOf(report), .. NothingElse];

    /// <summary>Says how long each picture is shown, for encoders forget it, and a last one may be shown for seconds.</summary>
    private static string[] LastPictureStays(MediaReport report) =>
        report.Packets is { } packets
            ? ["-bsf:v", $@"setts=pts=PTS:dts=DTS:duration=max(1\,{FfmpegText.Of(packets.PictureEndSecond)}/TB-PTS)"]
            : [];

    private static double? LastMoment(MediaReport report)
    {
        if (report.Packets is { } packets)
            return Math.Max(0, packets.LastPictureSecond);
        return report.Duration is { } duration ? Math.Max(0, duration.TotalSeconds - 1.5 / (report.Video.FrameRate ?? 25)) : null;
    }

    /// <summary>
    /// Writes the picture at a second, or where that is of one color the next that is not. A container may be wrong about where decoding
    /// can begin, which shows blocks: so it begins with a picture that is whole in itself, and where there is none close by with the
    /// first of the file.
    /// </summary>
    private async Task<bool> TryStillAsync(
        MediaFile source,
        MediaReport report,
        double at,
        MediaFile target,
        CancellationToken cancellationToken
    )
    {
        // Starting ffmpeg takes longer than its work here, so one run writes the first picture and looks at it. Most show something.
        if (
            !NeedsItsFirstPicture(report.Video)
            && await TryFirstPictureAsync(source, report, at, target, cancellationToken) is { } showsSomething
        )
        {
            if (showsSomething)
                return true;
            if (
                await MomentAsync(source, report, at, cancellationToken) is { } moment
                && await WriteStillAsync(source, report, at, $"{WholePictures}*{From(moment)}", target, cancellationToken)
            )
                return true;
        }

        return await WriteStillAsync(source, report, seekTo: 0, From(at), target, cancellationToken);
    }

    // x264 says in its first picture how it codes 4:4:4, and differently in each version.
    private static bool NeedsItsFirstPicture(VideoTrack video) => video is { Codec: "h264", PixelFormat: "yuv444p" or "yuvj444p" };

    /// <returns>Whether it shows something, and is no shutter or flash; null when no picture can be decoded there.</returns>
    private async Task<bool?> TryFirstPictureAsync(
        MediaFile source,
        MediaReport report,
        double at,
        MediaFile target,
        CancellationToken cancellationToken
    )
    {
        bool? showsSomething = null;
        try
        {
            await WriteAsync(
                target,
                [
                    .. VideoInput.Of(source, report.Container, fromSeconds: at, isExact: false),
                    "-filter_complex",
                    $"[{VideoInput.PictureOf(report)}]{SoonAfterSeeking},split[seen][small];"
                        + $"[seen]{Still(report)}[still];[small]{Small},{PictureStatistics.Filter(Contrast)}[figures]",
                    "-map",
                    "[figures]",
                    "-frames:v",
                    "1",
                    "-f",
                    "null",
                    "/dev/null",
                    "-map",
                    "[still]",
                    .. NothingElse,
                    .. OneJpeg,
                ],
                PictureStatistics.Reader(Contrast, (_, figures) => showsSomething ??= !PictureFilters.IsUniform(figures[0], figures[1])),
                cancellationToken
            );
        }
        catch (RefusedException refusal) when (refusal.Refusal == Refusal.NotAVideo)
        {
            // From the beginning it may go.
            return null;
        }

        return IsWritten(target) ? showsSomething : null;
    }

    /// <returns>After <paramref name="at"/>, in seconds; null when no picture can be decoded there.</returns>
    private async Task<double?> MomentAsync(MediaFile source, MediaReport report, double at, CancellationToken cancellationToken)
    {
        double? first = null,
            varied = null;
        try
        {
            await PictureStatistics.ReadAsync(
                process,
                [.. VideoInput.Of(source, report.Container, fromSeconds: at, isExact: false)],
                VideoInput.PictureOf(report),
                $"{SoonAfterSeeking},{Small}",
                Contrast,
                (second, figures) =>
                {
                    first ??= second;
                    varied ??= PictureFilters.IsUniform(figures[0], figures[1]) ? null : second;
                },
                cancellationToken
            );
        }
        catch (RefusedException refusal) when (refusal.Refusal == Refusal.NotAVideo)
        {
            // From the beginning it may go.
            return null;
        }

        return varied ?? first;
    }

    private async Task<bool> WriteStillAsync(
        MediaFile source,
        MediaReport report,
        double seekTo,
        string wanted,
        MediaFile target,
        CancellationToken cancellationToken
    )
    {
        await WriteAsync(
            target,
            [
                .. VideoInput.Of(source, report.Container, fromSeconds: seekTo, isExact: false),
                .. PictureAlone(report),
                "-vf",
                $"select='{wanted}',{Still(report)}",
                .. OneJpeg,
            ],
            line: null,
            cancellationToken
        );
        return IsWritten(target);
    }

    private static string Still(MediaReport report)
    {
        var (width, height) = Fitted(report.Video.Shown, Stills.LongestSide, Stills.LongestSide);
        return $"{PictureFilters.Seen(report.Video, width, height)},format=yuvj420p";
    }

    // Where there is no picture ffmpeg succeeds with an empty file.
    private static bool IsWritten(MediaFile target) => new FileInfo(target.Path) is { Exists: true, Length: > 0 };

    private static string From(double second) => $"gte(t,{FfmpegText.Of(second - TimeMargin)})";

    private async Task WriteAsync(
        MediaFile target,
        IEnumerable<string> arguments,
        Action<string>? line,
        CancellationToken cancellationToken
    )
    {
        var isWhole = false;
        try
        {
            await process.RunAsync(FfmpegProgram.Ffmpeg, [.. Always, .. arguments, $"file:{target.Path}"], line, cancellationToken);
            isWhole = true;
        }
        finally
        {
            if (!isWhole)
                File.Delete(target.Path);
        }
    }

    private static string[] Aac(AudioTrack audio, int bitsPerSecond) =>
        ["-c:a", "aac", "-b:a", $"{bitsPerSecond}", "-ac", $"{Math.Clamp(audio.Channels, 1, 2)}"];

    /// <summary>The largest even size of the same shape within two sides, never larger than it is.</summary>
    private static (int Width, int Height) Fitted((int Width, int Height) shown, int longest, int shorter)
    {
        var (width, height) = shown;
        var factor = Math.Min(1, Math.Min((double)longest / Math.Max(width, height), (double)shorter / Math.Min(width, height)));
        return (Even(width * factor), Even(height * factor));
    }

    private static int Even(double length) => Math.Max(2, (int)Math.Round(length / 2, MidpointRounding.ToZero) * 2);

    /// <summary>Reads what ffmpeg says of its progress.</summary>
    /// <param name="from">Which part of the whole work this is, from 0 to 1.</param>
    private sealed class Progress(TimeSpan? length, IProgress<double>? percent, double from = 0, double to = 1)
    {
        private const string Time = "out_time_us=";

        public void Read(string line)
        {
            if (
                percent is not null
                && length is { } whole
                && line.StartsWith(Time, StringComparison.Ordinal)
                && FfmpegText.Number(line[Time.Length..]) is { } done
            )
                percent.Report(100 * (from + (to - from) * Math.Clamp(done / whole.TotalMicroseconds, 0, 1)));
        }
    }
}
