using Vigint.Domain.Videos;
using Vigint.Infrastructure.Containers;
using Vigint.TestSupport;

namespace Vigint.AdapterTests.Containers;

/// <summary>Real files, made by ffmpeg.</summary>
public sealed class ContainerReaderTests
{
    private const string Source = "testsrc=duration=2:size=322x242:rate=25";

    [TestCase("x.mp4", "libx264", "video/mp4", "h264", TestName = "H264_in_MP4_with_its_index_at_the_end")]
    [TestCase("x.mp4", "libx265", "video/mp4", "hevc", TestName = "HEVC_in_MP4")]
    [TestCase("x.mp4", "mpeg4", "video/mp4", "mpeg4", TestName = "MPEG4_part_2_in_MP4")]
    [TestCase("x.mov", "mjpeg", "video/quicktime", "mjpeg", TestName = "Motion_JPEG_in_MOV")]
    [TestCase("x.mkv", "libx264", "video/x-matroska", "h264", TestName = "H264_in_Matroska")]
    [TestCase("x.webm", "libvpx-vp9", "video/webm", "vp9", TestName = "VP9_in_WebM")]
    [TestCase("x.avi", "mjpeg", "video/x-msvideo", "mjpeg", TestName = "Motion_JPEG_in_AVI")]
    [TestCase("x.avi", "mpeg4", "video/x-msvideo", "mpeg4", TestName = "MPEG4_part_2_in_AVI")]
    public async Task A_real_file_tells_what_it_is(string fileName, string encoder, string contentType, string codec)
    {
        var bytes = await Clips.MakeAsync(
            fileName,
            "-f",
            "lavfi",
            "-i",
            Source,
            "-c:v",
            encoder,
            "-pix_fmt",
            encoder == "mjpeg" ? "yuvj420p" : "yuv420p"
        );

        Assert.That(Read(bytes), Is.EqualTo(new MediaFacts(contentType, 2, 322, 242, codec)));
    }

    [Test]
    public async Task The_index_may_come_first()
    {
        var bytes = await Clips.FiveSecondsAsync();

        Assert.That(Read(bytes), Is.EqualTo(new MediaFacts("video/mp4", 5, 320, 240, "h264")));
    }

    [Test]
    public async Task A_fragmented_file_is_a_video()
    {
        var bytes = await Clips.MakeAsync(
            "x.mp4",
            "-f",
            "lavfi",
            "-i",
            Source,
            "-c:v",
            "libx264",
            "-pix_fmt",
            "yuv420p",
            "-movflags",
            "frag_keyframe+empty_moov"
        );

        Assert.That(Read(bytes), Is.EqualTo(new MediaFacts("video/mp4", null, 322, 242, "h264")));
    }

    [Test]
    public async Task Sound_beside_the_picture_does_not_disturb()
    {
        var bytes = await Clips.MakeAsync(
            "x.mp4",
            "-f",
            "lavfi",
            "-i",
            "sine=duration=2",
            "-f",
            "lavfi",
            "-i",
            Source,
            "-c:v",
            "libx264",
            "-pix_fmt",
            "yuv420p",
            "-c:a",
            "aac",
            "-map",
            "0:a",
            "-map",
            "1:v"
        );

        Assert.That(Read(bytes)?.Codec, Is.EqualTo("h264"));
    }

    [TestCase("x.mp4", "aac", TestName = "Sound_alone_in_MP4_is_no_video")]
    [TestCase("x.m4a", "aac", TestName = "An_M4A_is_no_video")]
    [TestCase("x.mka", "aac", TestName = "Sound_alone_in_Matroska_is_no_video")]
    [TestCase("x.avi", "pcm_s16le", TestName = "Sound_alone_in_AVI_is_no_video")]
    [TestCase("x.wav", "pcm_s16le", TestName = "A_WAV_is_no_video")]
    public async Task Sound_alone(string fileName, string encoder)
    {
        var bytes = await Clips.MakeAsync(fileName, "-f", "lavfi", "-i", "sine=duration=1", "-c:a", encoder);

        Assert.That(Read(bytes), Is.Null);
    }

    [TestCase("#EXTM3U\n#EXTINF:1,\n/etc/passwd\n", TestName = "A_playlist_is_no_video")]
    [TestCase("ffconcat version 1.0\nfile /etc/passwd\n", TestName = "A_concat_script_is_no_video")]
    [TestCase("\u0089PNG\r\n\u001a\n............", TestName = "A_picture_is_no_video")]
    [TestCase("GIF89a..................", TestName = "An_animation_of_pictures_is_no_video")]
    [TestCase("<?xml version=\"1.0\"?><MPD/>", TestName = "A_manifest_is_no_video")]
    [TestCase("RIFF....WEBPVP8 ........", TestName = "Another_RIFF_is_no_video")]
    [TestCase("RIFF....AVI LIST....junk", TestName = "An_AVI_without_header_list_is_no_video")]
    [TestCase("\0\0\0\u0018ftypM4A \0\0\0\0isom....", TestName = "A_brand_of_sound_is_no_video")]
    [TestCase("\0\0\0\u0018ftypheic\0\0\0\0mif1....", TestName = "A_brand_of_pictures_is_no_video")]
    [TestCase("\0\0\0\u0008mdat............", TestName = "A_bare_box_is_no_video")]
    [TestCase("short", TestName = "A_few_bytes_are_no_video")]
    [TestCase("", TestName = "Nothing_is_no_video")]
    public void Other_things(string content) => Assert.That(Read(System.Text.Encoding.Latin1.GetBytes(content)), Is.Null);

    [Test]
    public void The_smallest_clip_of_the_tests_is_a_whole_MP4() =>
        Assert.That(Read(Clips.Fake()), Is.EqualTo(new MediaFacts("video/mp4", null, 320, 240, "vvc1")));

    private static MediaFacts? Read(byte[] bytes)
    {
        using var held = new HeldBytes(bytes);
        return new ContainerReader().Read(held);
    }
}
