using Vigint.Application.Media;
using Vigint.Domain.Media;
using Vigint.Domain.Videos;
using Vigint.Infrastructure.Containers;
using Vigint.TestSupport;

namespace Vigint.AdapterTests.Containers;

/// <summary>What recorders export beside MP4 and AVI.</summary>
public sealed class RecorderContainerTests
{
    [Test]
    public async Task A_transport_stream_is_a_video() =>
        Assert.That(Look(await RecorderClips.TransportStreamAsync()), Is.EqualTo(Video(new("video/mp2t", Codec: "h264"))));

    [Test]
    public async Task A_transport_stream_with_times_before_its_packets_is_a_video() =>
        Assert.That(Look(await RecorderClips.TimedTransportStreamAsync()), Is.EqualTo(Video(new("video/mp2t", Codec: "h264"))));

    [Test]
    public async Task A_transport_stream_without_its_tables_is_a_video()
    {
        var stream = await RecorderClips.TransportStreamAsync();
        byte[] pictures = [.. stream.Chunk(188).Where(packet => (packet[1] & 0x1F) == 1 && packet[2] == 0).SelectMany(packet => packet)];

        Assert.That(Look(pictures), Is.EqualTo(Video(new("video/mp2t"))));
    }

    [Test]
    public async Task A_program_stream_is_a_video() =>
        Assert.That(Look(await RecorderClips.ProgramStreamAsync()), Is.EqualTo(Video(new("video/mpeg", Codec: "mpeg2video"))));

    [Test]
    public async Task A_program_stream_with_H264_is_a_video() =>
        Assert.That(Look(await RecorderClips.H264ProgramStreamAsync()).Facts?.ContentType, Is.EqualTo("video/mpeg"));

    [Test]
    public async Task A_program_stream_behind_Hikvisions_header_is_a_video()
    {
        var found = Look(await RecorderClips.HikvisionAsync());

        Assert.That((found.Facts?.ContentType, found.Reason), Is.EqualTo(("video/mpeg", (NoVideoReason?)null)));
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task A_DAV_is_a_video(bool withFileHeader) =>
        Assert.That(Look(await RecorderClips.DahuaAsync(withFileHeader)), Is.EqualTo(Video(new("video/x-dav", null, 320, 240, "h264"))));

    [Test]
    public async Task A_DAV_is_one_that_ffmpeg_reads()
    {
        var clip = await RecorderClips.DahuaAsync();

        Assert.That((await Clips.ProbeAsync(clip, "stream=codec_name,width,height")).Take(3), Is.EqualTo(["h264", "320", "240"]));
    }

    [Test]
    public async Task A_Flash_video_is_a_video() =>
        Assert.That(Look(await RecorderClips.FlashAsync()), Is.EqualTo(Video(new("video/x-flv", 2, 320, 240, "h264"))));

    [Test]
    public async Task An_ASF_is_a_video() =>
        Assert.That(Look(await RecorderClips.AsfAsync()), Is.EqualTo(Video(new("video/x-ms-asf", 2, 320, 240, "msmpeg4v3"))));

    [Test]
    public async Task Sound_alone_is_none_in_any_of_them()
    {
        byte[][] sounds =
        [
            await RecorderClips.SoundInTransportStreamAsync(),
            await RecorderClips.SoundInProgramStreamAsync(),
            await RecorderClips.SoundInFlashAsync(),
            await RecorderClips.SoundInAsfAsync(),
        ];

        Assert.That(sounds.Select(sound => Look(sound)), Is.All.EqualTo(ContainerFinding.None(NoVideoReason.SoundOnly)));
    }

    [Test]
    public void Signatures_with_nothing_behind_them_are_none()
    {
        var page = "<html><body>please log in</body></html>"u8.ToArray();
        byte[][] fakes =
        [
            [0, 0, 1, 0xBA, .. page],
            [.. "IMKH"u8, .. page],
            [.. "DHAV"u8, 0xFD, .. page, .. page],
            [.. "FLV\u0001\u0005\0\0\0\t"u8, .. page],
            [0x30, 0x26, 0xB2, 0x75, 0x8E, 0x66, 0xCF, 0x11, .. page, .. page],
            [.. "G"u8, .. page, .. page],
        ];

        Assert.That(fakes.Select(fake => Look(fake).Facts), Is.All.Null);
    }

    private static ContainerFinding Video(MediaFacts facts) => ContainerFinding.Video(facts);

    private static ContainerFinding Look(byte[] bytes)
    {
        using var held = new HeldBytes(bytes);
        return new ContainerReader().Look(held);
    }
}
