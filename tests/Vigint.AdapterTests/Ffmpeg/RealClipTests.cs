using Vigint.Application.Media;
using Vigint.Application.Media.CompressVideo;
using Vigint.Domain;
using Vigint.TestSupport;

namespace Vigint.AdapterTests.Ffmpeg;

/// <summary>What real cameras, phones and recorders make.</summary>
public sealed class RealClipTests : FfmpegFixture
{
    private static readonly string[] Moving = ["-f", "lavfi", "-i", "testsrc2=s=320x240:r=15:d=8"];

    // Timing

    [TestCase("uneven timing", 80, 7.867, TestName = "Compressing_keeps_each_picture_of_uneven_timing")]
    [TestCase("a long last picture", 120, 9.93, TestName = "Compressing_keeps_the_time_of_the_last_picture")]
    [TestCase("a pause", 90, 606, TestName = "Compressing_makes_no_pictures_of_a_pause")]
    [TestCase("packed pictures", 120, 8, TestName = "Compressing_keeps_each_picture_of_an_AVI")]
    public async Task Compressing(string kind, int pictures, double seconds)
    {
        var (source, report) = await PutAsync(kind);

        await CompressAsync(source, report, 0.5);

        var made = await MadeAsync();
        Assert.That((made.Pictures, made.Seconds), Is.EqualTo((pictures, seconds)).Using<(int, double)>(AreClose));
    }

    [TestCase("a cut clip", TestName = "A_clip_that_was_cut_is_compressed")]
    [TestCase("a wrong length", TestName = "A_clip_with_a_picture_that_cannot_be_decoded_is_compressed")]
    [TestCase("a zeroed picture", TestName = "A_clip_with_an_empty_picture_is_compressed")]
    [TestCase("no key pictures", TestName = "A_clip_without_key_pictures_is_compressed")]
    public async Task Compressing_damaged(string kind)
    {
        var (source, report) = await PutAsync(kind);

        var size = await CompressAsync(source, report, 0.5);

        Assert.That(size, Is.LessThanOrEqualTo(report.SizeBytes / 2));
    }

    [Test]
    public async Task A_size_that_no_bit_rate_reaches_is_not_called_a_lack_of_memory()
    {
        var (source, report) = await PutAsync(
            await Clips.MakeAsync("x.mp4", "-f", "lavfi", "-i", "testsrc2=s=160x120:r=15:d=8", "-c:v", "libx264")
        );
        var form = new CompressedForm(1500, 160, 120, null, VideoBitsPerSecond: 500, AudioBitsPerSecond: null);

        var size = await Encoder.CompressAsync(source, report, form, Work.At("target"), null, CancellationToken.None);

        Assert.That(size, Is.InRange(1501, 60_000), "what the handler answers as the smallest size");
    }

    [TestCase("a pause", 90, 606, TestName = "A_playable_form_keeps_pictures_when_they_are")]
    [TestCase("less than it says", 30, 2, TestName = "A_playable_form_lasts_as_long_as_its_pictures")]
    [TestCase("beginning late", 45, 3, TestName = "A_playable_form_begins_at_its_beginning")]
    public async Task Playable(string kind, int pictures, double seconds)
    {
        var (source, report) = await PutAsync(kind);

        await MakePlayableAsync(source, report);

        var made = await MadeAsync();
        Assert.That((made.Pictures, made.Seconds), Is.EqualTo((pictures, seconds)).Using<(int, double)>(AreClose));
    }

    [TestCase("unknown duration", 8, TestName = "A_duration_of_all_ones_is_unknown")]
    [TestCase("less than it says", 2, TestName = "A_header_that_says_more_than_is_there_is_not_believed")]
    [TestCase("thirty years", 5, TestName = "Only_a_playing_time_that_was_measured_refuses")]
    public async Task Duration(string kind, double seconds)
    {
        var (_, report) = await PutAsync(kind);

        Assert.That(report.Duration!.Value.TotalSeconds, Is.EqualTo(seconds).Within(0.2));
    }

    // What cannot be watched

    [TestCase("no fragments", "The video cannot be decoded", TestName = "A_clip_without_a_picture_is_refused")]
    [TestCase("encrypted", "The video is encrypted", TestName = "An_encrypted_clip_is_refused_as_that")]
    public void Unwatchable(string kind, string error) =>
        Assert.That(() => PutAsync(kind), Throws.TypeOf<RefusedException>().With.Message.EqualTo(error));

    // Damage

    [TestCase("a cut clip", true, TestName = "A_clip_that_was_cut_is_damaged")]
    [TestCase("a wrong length", true, TestName = "A_wrong_length_is_damage")]
    [TestCase("a zeroed picture", true, TestName = "An_empty_picture_is_damage")]
    [TestCase("uneven timing", false, TestName = "Uneven_timing_is_no_damage")]
    [TestCase("beginning late", false, TestName = "A_late_beginning_is_no_damage")]
    [TestCase("anamorphic", false, TestName = "Pixels_that_are_not_square_are_no_damage")]
    public async Task Damage(string kind, bool isDamaged)
    {
        var (source, report) = await PutAsync(kind);

        Assert.That(await Probe.IsDamagedAsync(source, report, CancellationToken.None), Is.EqualTo(isDamaged));
    }

    [Test]
    public async Task A_clip_whose_index_has_lost_its_key_pictures_gets_a_new_index()
    {
        var (source, report) = await PutWithoutKeyPicturesAsync(picturesBetween: 300);
        Assert.That(PlayablePlan.Of(report).Way, Is.EqualTo(PlayableWay.Rewrap));

        await MakePlayableAsync(source, report);

        var made = await Probe.ReadAsync(Work.At("target"), CancellationToken.None);
        Assert.That((PlayablePlan.Of(made).Way, made.Packets!.Pictures), Is.EqualTo((PlayableWay.AsIs, 60)));
    }

    [Test]
    public async Task A_clip_of_nothing_but_key_pictures_plays_as_it_is()
    {
        var (_, report) = await PutWithoutKeyPicturesAsync(picturesBetween: 1);

        Assert.That(PlayablePlan.Of(report).Way, Is.EqualTo(PlayableWay.AsIs));
    }

    // Pictures

    [TestCase("anamorphic", 1024, 576, TestName = "A_still_of_an_anamorphic_clip_is_not_squeezed")]
    [TestCase("a matrix of zeros", 320, 240, TestName = "A_matrix_of_zeros_turns_nothing")]
    [TestCase("a thumbnail before", 320, 240, TestName = "A_still_shows_the_film_and_not_the_thumbnail_before_it")]
    public async Task Still_sides(string kind, int width, int height)
    {
        var (source, report) = await PutAsync(kind);

        await Encoder.StillAsync(source, report, 0.5, Work.At("still"), CancellationToken.None);

        Assert.That(await Clips.ProbeAsync(await StillAsync(), "stream=width,height"), Is.EqualTo(new[] { $"{width}", $"{height}" }));
    }

    [Test]
    public async Task A_compressed_anamorphic_clip_has_square_pixels()
    {
        var (source, report) = await PutAsync("anamorphic");

        await CompressAsync(source, report, 0.5);

        Assert.That(
            await Clips.ProbeAsync(await File.ReadAllBytesAsync(Work.At("target").Path), "stream=width,height,sample_aspect_ratio"),
            Is.EqualTo(new[] { "1024", "576", "1:1" })
        );
    }

    // The picture of the source at the same moment, decoded from the beginning, is what it must look like.
    [TestCase("no key pictures of MPEG-4", TestName = "A_still_of_a_clip_that_lies_about_its_key_pictures_is_clean")]
    [TestCase("4:4:4", TestName = "A_still_of_4_4_4_is_clean")]
    public async Task Still_is_clean(string kind)
    {
        var (source, report) = await PutAsync(kind);

        await Encoder.StillAsync(source, report, 5, Work.At("still"), CancellationToken.None);

        var right = await Clips.MakeAsync("x.mp4", [.. Moving, "-c:v", "libx264", "-crf", "10"]);
        Assert.That(await LikenessAsync(await StillAsync(), right, 5), Is.GreaterThan(0.9));
    }

    [Test]
    public async Task A_still_skips_the_pictures_of_one_color_at_its_second()
    {
        var (source, report) = await PutAsync("a black shutter");

        await Encoder.StillAsync(source, report, 2.3, Work.At("still"), CancellationToken.None);

        Assert.That(await ContrastAsync(await StillAsync()), Is.GreaterThan(50));
    }

    [Test]
    public async Task A_still_of_interlaced_pictures_has_no_combs()
    {
        var (source, report) = await PutAsync("interlaced");

        await Encoder.StillAsync(source, report, 1, Work.At("still"), CancellationToken.None);

        // Lines of two moments differ from both their neighbors.
        var combed = await CombsAsync(await Clips.MakeAsync("x.jpg", "-ss", "1", "-i", source.Path, "-frames:v", "1"));
        Assert.That(await CombsAsync(await StillAsync()), Is.LessThan(combed / 2));
    }

    [TestCase("smpte2084", TestName = "PQ")]
    [TestCase("arib-std-b67", TestName = "HLG")]
    public async Task A_still_of_high_dynamic_range_is_tone_mapped(string transfer)
    {
        var (source, report) = await PutAsync(await RealClips.OfHighDynamicRangeAsync(transfer));

        await Encoder.StillAsync(source, report, 0, Work.At("still"), CancellationToken.None);

        var flat = (
            await Clips.MakeAsync("x.raw", "-i", source.Path, "-frames:v", "1", "-vf", "scale=1:1", "-f", "rawvideo", "-pix_fmt", "gray")
        )[0];
        var mapped = (
            await Clips.MakeAsync(
                "x.raw",
                "-f",
                "mjpeg",
                "-i",
                Work.At("still").Path,
                "-vf",
                "scale=1:1",
                "-f",
                "rawvideo",
                "-pix_fmt",
                "gray"
            )
        )[0];
        Assert.That(Math.Abs(mapped - flat), Is.GreaterThan(3), "what is stored is not what is shown");
    }

    private async Task<(MediaFile File, MediaReport Report)> PutAsync(byte[] clip)
    {
        var file = Put(clip);
        return (file, await Probe.ReadAsync(file, CancellationToken.None));
    }

    private async Task<(MediaFile File, MediaReport Report)> PutAsync(string kind) => await PutAsync(await OfAsync(kind));

    private static Task<byte[]> OfAsync(string kind) =>
        kind switch
        {
            "uneven timing" => RealClips.OfUnevenTimingAsync(),
            "a long last picture" => RealClips.WithALongLastPictureAsync(),
            "a pause" => RealClips.WithAPauseAsync(),
            "packed pictures" => Clips.MakeAsync("x.avi", [.. Moving, "-c:v", "mpeg4", "-bf", "2", "-vtag", "XVID"]),
            "a cut clip" => RealClips.CutAsync(),
            "a wrong length" => RealClips.WithAWrongLengthAsync(),
            "a zeroed picture" => RealClips.WithAZeroedPictureAsync(),
            "no key pictures" => RealClips.WithoutKeyPicturesAsync(),
            "no key pictures of MPEG-4" => RealClips.WithoutKeyPicturesAsync("mpeg4"),
            "4:4:4" => Clips.MakeAsync("x.mp4", [.. Moving, "-c:v", "libx264", "-g", "15", "-pix_fmt", "yuv444p"]),
            "no fragments" => RealClips.WithoutFragmentsAsync(),
            "encrypted" => RealClips.EncryptedAsync(),
            "unknown duration" => RealClips.OfUnknownDurationAsync(),
            "less than it says" => RealClips.OfLessThanItSaysAsync(),
            "thirty years" => HostileClips.OfThirtyYearsAsync(),
            "beginning late" => RealClips.BeginningLateAsync(),
            "anamorphic" => RealClips.AnamorphicAsync(),
            "a matrix of zeros" => RealClips.WithAMatrixOfZerosAsync(),
            "a thumbnail before" => RealClips.WithAThumbnailBeforeAsync(),
            "a black shutter" => RealClips.WithABlackShutterAsync(),
            "interlaced" => RealClips.InterlacedAsync(),
            _ => throw new ArgumentOutOfRangeException(nameof(kind)),
        };

    private Task<long> CompressAsync(MediaFile source, MediaReport report, double part)
    {
        var most = (long)(report.SizeBytes * part);
        var form =
            CompressionPlan.For(report, report.Duration!.Value, most, 1)
            ?? new CompressedForm(most, report.Video.Shown.Width, report.Video.Shown.Height, null, 2000, null);
        return Encoder.CompressAsync(source, report, form, Work.At("target"), null, CancellationToken.None);
    }

    private async Task<(MediaFile Source, MediaReport Report)> PutWithoutKeyPicturesAsync(int picturesBetween)
    {
        var clip = await Clips.MakeAsync(
            "clip.mp4",
            "-f",
            "lavfi",
            "-i",
            "testsrc2=s=320x240:r=15:d=4",
            "-c:v",
            "libx264",
            "-pix_fmt",
            "yuv420p",
            "-g",
            $"{picturesBetween}",
            "-movflags",
            "+faststart"
        );
        if (clip.AsSpan().IndexOf("stss"u8) is >= 0 and var table)
            "skip"u8.CopyTo(clip.AsSpan(table));
        var source = Put(clip);
        return (source, await Probe.ReadAsync(source, CancellationToken.None));
    }

    private Task MakePlayableAsync(MediaFile source, MediaReport report) =>
        Encoder.MakePlayableAsync(
            source,
            report,
            PlayablePlan.Of(report) is { Way: not PlayableWay.AsIs } plan
                ? plan
                : throw new InvalidOperationException("It plays as it is."),
            Work.At("target"),
            percent: null,
            CancellationToken.None
        );

    private async Task<(int Pictures, double Seconds)> MadeAsync()
    {
        using var folder = new TemporaryFolder();
        var made = await File.ReadAllBytesAsync(Work.At("target").Path);
        await File.WriteAllBytesAsync(folder.At("made.mp4"), made);
        var times = System
            .Text.Encoding.ASCII.GetString(
                await Clips.MakeAsync("x.crc", "-i", folder.At("made.mp4"), "-map", "0:v", "-c", "copy", "-f", "framecrc")
            )
            .Split('\n')
            .Count(line => line.StartsWith("0,", StringComparison.Ordinal));
        return (
            times,
            double.Parse((await Clips.ProbeAsync(made, "format=duration"))[0], System.Globalization.CultureInfo.InvariantCulture)
        );
    }

    private static bool AreClose((int Pictures, double Seconds) one, (int Pictures, double Seconds) other) =>
        one.Pictures == other.Pictures && Math.Abs(one.Seconds - other.Seconds) < 0.1;

    private Task<byte[]> StillAsync() => File.ReadAllBytesAsync(Work.At("still").Path);

    // From 0 to 1 (SSIM, Wang et al. 2004).
    private static async Task<double> LikenessAsync(byte[] still, byte[] clip, double second)
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllBytesAsync(folder.At("still.jpg"), still);
        await File.WriteAllBytesAsync(folder.At("clip.mp4"), clip);
        var text = System.Text.Encoding.ASCII.GetString(
            await Clips.MakeAsync(
                "x.txt",
                "-i",
                folder.At("still.jpg"),
                "-ss",
                $"{second}",
                "-i",
                folder.At("clip.mp4"),
                "-frames:v",
                "1",
                "-lavfi",
                $"[0:v]format=yuv420p[a];[1:v]format=yuv420p[b];[a][b]ssim=stats_file={folder.At("ssim")}",
                "-f",
                "framecrc"
            )
        );
        Assert.That(text, Is.Not.Empty);
        var line = await File.ReadAllTextAsync(folder.At("ssim"));
        return double.Parse(line.Split("All:")[1].Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture);
    }

    private static async Task<int> ContrastAsync(byte[] still)
    {
        var pixels = await GrayAsync(still, "scale=32:24:flags=area");
        return pixels.Max() - pixels.Min();
    }

    private static async Task<double> CombsAsync(byte[] still)
    {
        const int width = 320;
        var pixels = await GrayAsync(still, "scale=320:240");
        return Enumerable
            .Range(width, pixels.Length - 2 * width)
            .Average(at =>
                Math.Max(
                    0,
                    Math.Min(Math.Abs(pixels[at] - pixels[at - width]), Math.Abs(pixels[at] - pixels[at + width]))
                        - Math.Abs(pixels[at - width] - pixels[at + width])
                )
            );
    }

    private static async Task<byte[]> GrayAsync(byte[] still, string filter)
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllBytesAsync(folder.At("still.jpg"), still);
        return await Clips.MakeAsync("x.raw", "-i", folder.At("still.jpg"), "-vf", filter, "-f", "rawvideo", "-pix_fmt", "gray");
    }
}
