using Vigint.Application.Media;
using Vigint.Infrastructure.Disk;
using Vigint.Infrastructure.Ffmpeg;
using Vigint.TestSupport;

namespace Vigint.AdapterTests.Ffmpeg;

/// <summary>The containers that recorders export, once somebody has judged by its first bytes which one a file is.</summary>
public sealed class RecorderContainerTests : FfmpegFixture
{
    private static readonly string[] H264 =
    [
        "-f",
        "lavfi",
        "-i",
        "testsrc2=s=320x240:r=15:d=3",
        "-f",
        "lavfi",
        "-i",
        "sine=d=3",
        "-c:v",
        "libx264",
        "-pix_fmt",
        "yuv420p",
    ];

    [TestCase("ts", MediaContainer.MpegTs, PlayableWay.Rewrap, TestName = "A_transport_stream")]
    [TestCase("m2ts", MediaContainer.MpegTs, PlayableWay.Rewrap, TestName = "A_transport_stream_with_times_before_its_packets")]
    [TestCase("flv", MediaContainer.Flv, PlayableWay.Rewrap, TestName = "A_Flash_video")]
    [TestCase("ps", MediaContainer.MpegPs, PlayableWay.Encode, TestName = "A_program_stream")]
    [TestCase("ps of H.264", MediaContainer.MpegPs, PlayableWay.Encode, TestName = "A_program_stream_with_a_map")]
    [TestCase("imkh", MediaContainer.MpegPs, PlayableWay.Encode, TestName = "Hikvisions_program_stream")]
    [TestCase("dav", MediaContainer.Dav, PlayableWay.Encode, TestName = "Dahuas_DAV")]
    [TestCase("asf", MediaContainer.Asf, PlayableWay.Encode, TestName = "An_ASF")]
    public async Task Is_made_playable(string kind, MediaContainer container, PlayableWay way)
    {
        var (source, report) = await PutAsync(kind, container);
        var plan = PlayablePlan.Of(report);
        var seconds = kind == "ps" ? 1.8 : 3.0; // MPEG-2 knows no rate below 24 a second
        Assert.That(
            (plan.Way, report.Frames, report.Duration!.Value.TotalSeconds),
            Is.EqualTo((way, 45, seconds))
                .Using<(PlayableWay, int, double)>(
                    (one, other) => one.Item1 == other.Item1 && one.Item2 == other.Item2 && Math.Abs(one.Item3 - other.Item3) < 0.2
                )
        );

        await Encoder.MakePlayableAsync(source, report, plan, Work.At("target"), percent: null, CancellationToken.None);

        var made = await Probe.ReadAsync(Work.At("target"), CancellationToken.None);
        using (Assert.EnterMultipleScope())
        {
            Assert.That((PlayablePlan.Of(made).Way, made.Frames), Is.EqualTo((PlayableWay.AsIs, 45)));
            Assert.That(await Probe.IsDamagedAsync(Work.At("target"), made, CancellationToken.None), Is.False);
        }
    }

    [TestCase("ts", MediaContainer.MpegTs, TestName = "A_still_of_a_transport_stream")]
    [TestCase("ps of H.264", MediaContainer.MpegPs, TestName = "A_still_of_a_program_stream")]
    [TestCase("dav", MediaContainer.Dav, TestName = "A_still_of_a_DAV")]
    [TestCase("flv", MediaContainer.Flv, TestName = "A_still_of_a_Flash_video")]
    [TestCase("asf", MediaContainer.Asf, TestName = "A_still_of_an_ASF")]
    public async Task Has_a_still(string kind, MediaContainer container)
    {
        var (source, report) = await PutAsync(kind, container);

        await Encoder.StillAsync(source, report, 1.5, Work.At("still"), CancellationToken.None);

        Assert.That(
            await Clips.ProbeAsync(await File.ReadAllBytesAsync(Work.At("still").Path), "stream=width,height"),
            Is.EqualTo(new[] { "320", "240" })
        );
    }

    [TestCase("ts", MediaContainer.MpegTs, TestName = "Movement_in_a_transport_stream")]
    [TestCase("dav", MediaContainer.Dav, TestName = "Movement_in_a_DAV")]
    public async Task Has_movement(string kind, MediaContainer container)
    {
        var (source, report) = await PutAsync(kind, container);

        Assert.That(await new MotionDetector(Process).FindAsync(source, report, CancellationToken.None), Is.Not.Empty);
    }

    private async Task<(MediaFile File, MediaReport Report)> PutAsync(string kind, MediaContainer container)
    {
        var file = Put(
            kind switch
            {
                "ts" => await Clips.MakeAsync("x.ts", [.. H264, "-c:a", "aac"]),
                "m2ts" => await Clips.MakeAsync("x.ts", [.. H264, "-c:a", "aac", "-mpegts_m2ts_mode", "1"]),
                "flv" => await Clips.MakeAsync("x.flv", [.. H264, "-c:a", "aac"]),
                "ps" => await Clips.MakeAsync(
                    "x.mpg",
                    "-f",
                    "lavfi",
                    "-i",
                    "testsrc2=s=320x240:r=25:d=1.8",
                    "-c:v",
                    "mpeg2video",
                    "-f",
                    "vob"
                ),
                "ps of H.264" => await RealClips.ProgramStreamAsync(),
                "imkh" => await RealClips.ProgramStreamAsync(isHikvision: true),
                "dav" => await RealClips.DavAsync(),
                "asf" => await Clips.MakeAsync("x.asf", "-f", "lavfi", "-i", "testsrc2=s=320x240:r=15:d=3", "-c:v", "wmv2"),
                _ => throw new ArgumentOutOfRangeException(nameof(kind)),
            }
        );
        using var bytes = DiskVideoBytes.Open(file.Path);
        return (file, await ((VideoProbe)Probe).LookAsync(file, container, bytes, CancellationToken.None));
    }
}
