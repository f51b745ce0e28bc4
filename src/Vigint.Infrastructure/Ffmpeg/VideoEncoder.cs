using Vigint.Application.Media;
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

    // Below so many bits a second a sound of the usual rate takes more than it is given.
    private const int FewBits = 64_000;

    // Of two passes the first takes about this part of the time.
    private const double FirstPass = 0.45;

    private static readonly string[] Always = ["-hide_banner", "-nostdin", "-nostats", "-v", "error", "-y"];

    // Progress, a line for each figure.
    private static readonly string[] Told = ["-progress", "pipe:1"];

    // The first picture and the first sound, without what else a file may carry.
    private static readonly string[] PictureAndSound = ["-map", "0:V:0", "-map", "0:a:0?", .. NothingElse];
    private static readonly string[] PictureAlone = ["-map", "0:V:0", .. NothingElse];

    private static readonly string[] CopyPicture = ["-c:v", "copy"];
    private static readonly string[] CopySound = ["-c:a", "copy"];

    private static readonly string[] InFront = ["-movflags", "+faststart", "-f", "mp4"];
    private static readonly string[] MovInFront = ["-movflags", "+faststart", "-f", "mov"];
    private static readonly string[] Matroska = ["-f", "matroska"];
    private static readonly string[] Avi = ["-bf", "0", "-f", "avi"]; // which knows no presentation times

    private static string[] NothingElse => ["-sn", "-dn", "-map_metadata", "-1", "-map_chapters", "-1"];

    private static readonly string[] LittleLookAhead = ["-x264-params", "rc-lookahead=5:sync-lookahead=0"];

    private int Threads => options.IsTight ? 1 : Math.Clamp(Environment.ProcessorCount, 1, MostThreads);

    private string[] H264 =>
        ["-c:v", "libx264", "-preset", "veryfast", "-pix_fmt", "yuv420p", "-threads", $"{Threads}", .. options.IsTight ? LittleLookAhead : []];

    public async Task MakePlayableAsync(
        MediaFile source, MediaReport report, PlayablePlan plan, MediaFile target, IProgress<double>? percent, CancellationToken cancellationToken)
    {
        var (width, height) = Fitted(report.Video.Shown, LongestPlayableSide, ShorterPlayableSide);
        var picture = plan.Way == PlayableWay.Encode ? [.. H264, "-profile:v", "high", "-crf", "23", "-vf", $"scale={width}:{height}"] : CopyPicture;
        // A sound that no decoder is known for is left out: MP4 has no place for it either.
        var streams = report.Audio is null ? PictureAlone : PictureAndSound;
        var sound = report.Audio is null ? [] : plan.Way == PlayableWay.Rewrap ? CopySound : Aac(report.Audio, bitsPerSecond: 128_000);
        await WriteAsync(
            target, [.. Told, .. VideoInput.Of(source, report.Container, Threads), .. streams, .. picture, .. sound, .. InFront],
            new Progress(report.Duration, percent).Read, cancellationToken);
    }

    public async Task<double> StillAsync(
        MediaFile source, MediaReport report, double? atSeconds, MediaFile target, CancellationToken cancellationToken)
    {
        var at = atSeconds ?? await MotionSamples.SecondWithMostAsync(process, source, report, cancellationToken);
        if (report.Duration is { } duration)
            at = Math.Clamp(at, 0, Math.Max(0, duration.TotalSeconds - 1.5 / (report.Video.FrameRate ?? 25)));
        if (await TryStillAsync(source, report, at, target, cancellationToken))
            return at;

        // The picture may end before the sound, or the file where it was cut off.
        return at > 0 && await TryStillAsync(source, report, 0, target, cancellationToken) ? 0 : throw MediaRefusals.CannotBeDecoded();
    }

    public async Task<long> CompressAsync(
        MediaFile source, MediaReport report, CompressedForm form, MediaFile target, IProgress<double>? percent, CancellationToken cancellationToken)
    {
        var statistics = new MediaFile($"{target.Path}.pass");
        var attempt = new MediaFile($"{target.Path}.next");
        var sound = form.AudioBitsPerSecond is null ? null : new MediaFile($"{target.Path}.sound");
        string[] rate = form.FrameRate is { } fps ? [$"fps={FfmpegText.Of(fps)}"] : [];
        string[] picture = [.. PictureAlone, .. H264, "-vf", string.Join(',', [.. rate, $"scale={form.Width}:{form.Height}"]), "-passlogfile", statistics.Path];
        string[] input = [.. Told, .. VideoInput.Of(source, report.Container, Threads)];
        try
        {
            // The sound is encoded beside the first pass: how much it takes is known before the picture gets the rest.
            var first = new Progress(report.Duration, percent, 0, FirstPass);
            await process.RunAsync(
                FfmpegProgram.Ffmpeg,
                [
                    .. Always, .. input, .. picture, "-b:v", $"{form.VideoBitsPerSecond}", "-pass", "1", "-an", "-f", "null", "/dev/null",
                    .. sound is null ? [] : SoundAlone(report.Audio!, form.AudioBitsPerSecond!.Value, sound),
                ],
                first.Read, cancellationToken);
            var bits = Math.Max(LeastBits, form.VideoBitsPerSecond + (sound is null ? 0 : LeftBy(sound, form, report)));
            string[] sounds = sound is null ? [] : ["-f", "mov", "-i", $"file:{sound.Path}"];
            string[] together = sound is null ? [] : ["-map", "1:a:0", "-c:a", "copy"];
            long? best = null;
            for (var tries = 1; ; tries++)
            {
                await WriteAsync(
                    attempt, [.. input, .. sounds, .. picture, "-b:v", $"{bits}", "-pass", "2", .. together, .. InFront],
                    new Progress(report.Duration, percent, FirstPass, 1).Read, cancellationToken);
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
            foreach (var beside in new[] { attempt.Path, $"{statistics.Path}-0.log", $"{statistics.Path}-0.log.mbtree", $"{target.Path}.sound" })
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

    public Task WrapAsync(FrameSequence frames, MediaFile target, CancellationToken cancellationToken) => WriteAsync(
        target,
        [
            .. Pictures(frames), .. PictureAlone, "-c:v", "copy", .. FormOf(frames.Format),
        ],
        line: null, cancellationToken);

    /// <returns>The numbers of the pictures that became frames.</returns>
    private async Task<IReadOnlyList<int>> AssembleOnceAsync(FrameSequence frames, MediaFile target, CancellationToken cancellationToken)
    {
        // Counted in frames, for that is the time base of numbered pictures.
        const string number = " pts:";
        var decoded = new List<int>();
        await WriteAsync(
            target,
            [
                .. Pictures(frames), .. PictureAlone, .. H264, "-crf", "21", "-fps_mode", "passthrough",
                "-vf", $"scale={frames.Width}:{frames.Height}:force_original_aspect_ratio=decrease:force_divisible_by=2,"
                    + $"pad={frames.Width}:{frames.Height}:(ow-iw)/2:(oh-ih)/2,setsar=1,metadata=add:key=is:value=frame,metadata=print:file=-", .. FormOf(frames.Format),
            ],
            line =>
            {
                if (line.IndexOf(number, StringComparison.Ordinal) is >= 0 and var at && FfmpegText.Number(line[(at + number.Length)..].Split(' ')[0]) is { } one)
                    decoded.Add((int)one);
            },
            cancellationToken);
        return decoded;
    }

    private string[] Pictures(FrameSequence frames) =>
    [
        "-threads", $"{Threads}", "-protocol_whitelist", "file", "-format_whitelist", "image2", "-f", "image2",
        "-max_pixels", $"{MediaBounds.MostPixels}", "-framerate", FfmpegText.Of(frames.FrameRate), "-start_number", "0", "-c:v", "mjpeg",
        "-i", $"file:{frames.Pattern}",
    ];

    private static string[] FormOf(VideoFormat format) => format switch
    {
        VideoFormat.Avi => Avi,
        VideoFormat.Mkv => Matroska,
        VideoFormat.Mov => MovInFront,
        _ => InFront,
    };

    private static string[] SoundAlone(AudioTrack audio, int bitsPerSecond, MediaFile target) =>
        ["-map", "0:a:0", .. NothingElse, .. Aac(audio, bitsPerSecond), "-ar", bitsPerSecond < FewBits ? "24000" : "44100", "-f", "mp4", $"file:{target.Path}"];

    /// <summary>What the sound did not take of its part, in bits a second; less than 0 when it took more.</summary>
    private static long LeftBy(MediaFile sound, CompressedForm form, MediaReport report) => report.Duration is { TotalSeconds: > 0 and var seconds }
        ? (long)(form.AudioBitsPerSecond!.Value - new FileInfo(sound.Path).Length * 8 / seconds)
        : 0;

    private async Task<bool> TryStillAsync(MediaFile source, MediaReport report, double at, MediaFile target, CancellationToken cancellationToken)
    {
        var (width, height) = Fitted(report.Video.Shown, Stills.LongestSide, Stills.LongestSide);
        await WriteAsync(
            target,
            [
                .. VideoInput.Of(source, report.Container, fromSeconds: at), .. PictureAlone, "-frames:v", "1", "-c:v", "mjpeg", "-q:v", "3", "-pix_fmt", "yuvj420p",
                "-vf", $"scale={width}:{height}", "-f", "mjpeg",
            ],
            line: null, cancellationToken);
        return new FileInfo(target.Path) is { Exists: true, Length: > 0 };
    }

    private async Task WriteAsync(MediaFile target, IEnumerable<string> arguments, Action<string>? line, CancellationToken cancellationToken)
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
            if (percent is not null && length is { } whole && line.StartsWith(Time, StringComparison.Ordinal) && FfmpegText.Number(line[Time.Length..]) is { } done)
                percent.Report(100 * (from + (to - from) * Math.Clamp(done / whole.TotalMicroseconds, 0, 1)));
        }
    }
}
