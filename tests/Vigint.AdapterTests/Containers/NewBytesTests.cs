using System.IO.Compression;
using System.Text;
using Vigint.Application.Media;
using Vigint.Domain.Media;
using Vigint.Domain.Videos;
using Vigint.Infrastructure.Containers;
using Vigint.TestSupport;

namespace Vigint.AdapterTests.Containers;

/// <summary>What is stored as a video, what is refused and with which words, and what is evidence all the same.</summary>
public sealed class NewBytesTests
{
    private const string Page = "<!DOCTYPE html><html><body>Please log in to the recorder</body></html>";

    private static readonly string[] Picture =
    [
        "-f",
        "lavfi",
        "-i",
        "testsrc2=size=160x120:rate=10:duration=2",
        "-c:v",
        "libx264",
        "-preset",
        "ultrafast",
        "-pix_fmt",
        "yuv420p",
    ];

    [TestCase("ftyp", Page, NoVideoReason.Damaged, TestName = "A_page_behind_a_file_type_is_no_video")]
    [TestCase("ftyp", "", NoVideoReason.OnlyFileType, TestName = "A_file_type_alone_is_no_video")]
    [TestCase("empty", "", NoVideoReason.OnlyFileType, TestName = "An_empty_file_type_is_no_video")]
    [TestCase("webm", Page, NoVideoReason.Damaged, TestName = "A_page_behind_the_signature_of_WebM_is_no_video")]
    [TestCase("avi", Page, NoVideoReason.Damaged, TestName = "A_page_behind_the_signature_of_AVI_is_no_video")]
    [TestCase("", Page, NoVideoReason.WebPage, TestName = "A_page_is_no_video")]
    [TestCase("", "#EXTM3U\n#EXTINF:5,\nhttp://recorder/1.ts\n", NoVideoReason.Playlist, TestName = "A_playlist_is_no_video")]
    [TestCase("", "<?xml version=\"1.0\"?><MPD type=\"static\"/>", NoVideoReason.Playlist, TestName = "A_manifest_is_no_video")]
    [TestCase("", "{\"error\":\"recording not found\"}", NoVideoReason.Text, TestName = "An_error_message_is_no_video")]
    [TestCase("", "PK\u0003\u0004................", NoVideoReason.Archive, TestName = "An_archive_is_no_video")]
    [TestCase("", "\0\0\0\u0018ftypheic\0\0\0\0mif1....", NoVideoReason.StillPicture, TestName = "A_picture_of_a_telephone_is_no_video")]
    [TestCase("", "\0\0\0\u0018ftypM4A \0\0\0\0isom....", NoVideoReason.SoundOnly, TestName = "A_sound_file_is_no_video")]
    [TestCase("", "\0\0\0\u0018stypmsdh\0\0\0\0msdh....", NoVideoReason.StreamSegment, TestName = "A_segment_is_no_video")]
    [TestCase("", "neither this nor that \u0001\u0002\u0003", NoVideoReason.Unknown, TestName = "Anything_else_is_no_video")]
    public void Not_a_video(string begins, string content, NoVideoReason reason)
    {
        var start = begins switch
        {
            "ftyp" => Mp4Boxes.FileType(),
            "empty" => [0, 0, 0, 8, .. "ftyp"u8],
            "webm" => [0x1A, 0x45, 0xDF, 0xA3, 0x87, 0x42, 0x82, 0x84, .. "webm"u8],
            "avi" => [.. "RIFF\0\u0010\0\0AVI "u8],
            _ => [],
        };

        Assert.That(Look([.. start, .. Encoding.Latin1.GetBytes(content)]).Reason, Is.EqualTo(reason));
    }

    [TestCase("x.264", "libx264", NoVideoReason.RawH264)]
    [TestCase("x.265", "libx265", NoVideoReason.RawH265)]
    [TestCase("x.m2v", "mpeg2video", NoVideoReason.RawMpeg)]
    [TestCase("x.m4v", "mpeg4 -f m4v", NoVideoReason.RawMpeg)]
    [TestCase("x.mjpeg", "mjpeg", NoVideoReason.StillPicture)]
    public async Task A_stream_without_a_container_is_named(string fileName, string encoder, NoVideoReason reason)
    {
        var stream = await Clips.MakeAsync(
            fileName,
            ["-f", "lavfi", "-i", "testsrc2=size=160x120:rate=25:duration=0.2", .. $"-c:v {encoder}".Split(' ')]
        );

        Assert.That(Look(stream).Reason, Is.EqualTo(reason));
    }

    [Test]
    public void Every_reason_tells_an_installer_something_of_its_own()
    {
        var sentences = Enum.GetValues<NoVideoReason>().Select(reason => MediaRefusals.NotAVideo(reason)).ToList();

        Assert.That(sentences.Select(refusal => refusal.Message), Is.All.EqualTo("Not a video"));
        Assert.That(sentences.Select(refusal => refusal.Detail), Is.Unique);
    }

    [Test]
    public async Task An_MP4_that_is_cut_within_its_index_is_no_video()
    {
        var clip = await Clips.MakeAsync("x.mp4", [.. Picture, "-movflags", "+faststart"]);

        Assert.That(Look(clip[..200]).Reason, Is.EqualTo(NoVideoReason.NoIndex));
    }

    [TestCase(0xF000_0000L, false)]
    [TestCase(0x1000_0000_0000_0000L, true)]
    public void An_index_that_claims_gigabytes_is_no_video(long claimed, bool isWide)
    {
        byte[] index = isWide
            ? [0, 0, 0, 1, .. "moov"u8, .. Mp4Boxes.U32(claimed >> 32, claimed), .. Page.Select(c => (byte)c)]
            : [.. Mp4Boxes.U32(claimed), .. "moov"u8, .. Page.Select(c => (byte)c)];

        Assert.That(Look([.. Mp4Boxes.FileType(), .. index]).Reason, Is.EqualTo(NoVideoReason.NoIndex));
    }

    [Test]
    public void A_box_smaller_than_its_header_is_no_video() =>
        Assert.That(Look([.. Mp4Boxes.FileType(), 0, 0, 0, 7, .. "moov"u8, .. new byte[100]]).Reason, Is.EqualTo(NoVideoReason.Damaged));

    [Test]
    public void Random_media_data_without_an_index_is_no_video()
    {
        var noise = new byte[400_000];
        new Random(3).NextBytes(noise);

        Assert.That(Look([.. Mp4Boxes.FileType(), .. Mp4Boxes.Box("mdat", noise)]).Reason, Is.EqualTo(NoVideoReason.NoIndex));
    }

    [Test]
    public void Media_data_that_is_a_page_is_no_video()
    {
        byte[] clip = [.. Mp4Boxes.FileType(), .. Mp4Boxes.Box("mdat", Encoding.ASCII.GetBytes(Page))];

        Assert.That(Look(clip).Reason, Is.EqualTo(NoVideoReason.NoIndex));
    }

    [Test]
    public async Task A_whole_index_with_cut_data_is_a_video()
    {
        var clip = await Clips.MakeAsync("x.mp4", [.. Picture, "-movflags", "+faststart"]);

        Assert.That(
            Look(clip[..(clip.Length * 6 / 10)]),
            Is.EqualTo(ContainerFinding.Video(new MediaFacts("video/mp4", 2, 160, 120, "h264")))
        );
    }

    [Test]
    public async Task Fragments_of_which_the_last_is_cut_are_a_video()
    {
        var clip = await Clips.MakeAsync("x.mp4", [.. Picture, "-movflags", "+frag_keyframe+empty_moov"]);

        Assert.That(
            Look(clip[..(clip.Length * 6 / 10)]),
            Is.EqualTo(ContainerFinding.Video(new MediaFacts("video/mp4", null, 160, 120, "h264")))
        );
    }

    [TestCase("libx264", "x.mp4")]
    [TestCase("libx265", "x.mp4")]
    [TestCase("mpeg4", "x.mp4")]
    [TestCase("mjpeg", "x.mov")]
    public async Task Pictures_whose_index_never_came_are_evidence(string encoder, string fileName)
    {
        var clip = await Clips.MakeAsync(fileName, "-f", "lavfi", "-i", "testsrc2=size=160x120:rate=10:duration=2", "-c:v", encoder);

        var found = Look(WithoutIndex(clip));

        var contentType = fileName == "x.mp4" ? "video/mp4" : "video/quicktime";
        Assert.That((found.IsIndexMissing, found.Facts?.ContentType), Is.EqualTo((true, contentType)));
    }

    [TestCase(0, TestName = "Media_data_that_goes_on_to_the_end_is_evidence")]
    [TestCase(7, TestName = "Media_data_whose_size_was_never_written_is_evidence")]
    [TestCase(8, TestName = "Media_data_that_says_it_is_empty_is_evidence")]
    [TestCase(0x7FFF_FFFF, TestName = "Media_data_that_is_cut_is_evidence")]
    public async Task Media_data_of_any_size(int size)
    {
        var clip = WithoutIndex(await Clips.MakeAsync("x.mp4", Picture));
        Mp4Boxes.U32(size).CopyTo(clip, clip.AsSpan().IndexOf("mdat"u8) - 4);

        Assert.That(Look(clip).IsIndexMissing, Is.True);
    }

    [Test]
    public async Task Pictures_whose_index_is_cut_are_evidence()
    {
        var clip = await Clips.MakeAsync("x.mp4", Picture);

        Assert.That(Look(clip[..(clip.AsSpan().IndexOf("moov"u8) + 300)]).IsIndexMissing, Is.True);
    }

    [TestCase("x.mkv", "matroska", NoVideoReason.NoPictures)]
    [TestCase("x.avi", "avi", NoVideoReason.NoPictures)]
    [TestCase("x.flv", "flv", NoVideoReason.NoPictures)]
    [TestCase("x.asf", "asf", NoVideoReason.NoPictures)]
    public async Task Headers_without_pictures_are_no_video(string fileName, string format, NoVideoReason reason)
    {
        var clip = await Clips.MakeAsync(fileName, [.. Picture, "-f", format]);
        var pictures = clip.AsSpan()
            .IndexOf(
                format switch
                {
                    "matroska" => [0x1F, 0x43, 0xB6, 0x75],
                    "avi" => "movi"u8,
                    "flv" => [0, 0, 0, 0, 0x12],
                    _ => [0x36, 0x26, 0xB2, 0x75],
                }
            );

        // The first tag of an FLV holds values, and its size stands in the fourth to sixth byte from there.
        var end = format == "flv" ? pictures + 4 + 11 + (clip[pictures + 6] << 8) + clip[pictures + 7] + 4 : pictures;

        Assert.That(Look(clip[..end]).Reason, Is.EqualTo(reason));
    }

    [Test]
    public async Task Clusters_without_tracks_are_evidence()
    {
        var clip = await Clips.MakeAsync("x.mkv", Picture);

        // The first place is an entry of the table of contents, the last one the element itself.
        byte[] attachments = [0x19, 0x41, 0xA4, 0x69];
        attachments.CopyTo(clip, clip.AsSpan().LastIndexOf<byte>([0x16, 0x54, 0xAE, 0x6B]));

        Assert.That(Look(clip).IsIndexMissing, Is.True);
    }

    [Test]
    public void Twelve_bytes_of_Matroska_whose_element_ends_beyond_its_parent_are_no_video() =>
        Assert.That(Look([0x1A, 0x45, 0xDF, 0xA3, 0x84, 0x42, 0x82, 0x10, 0x00, 0x00, 0x04, 0x77]).Reason, Is.Not.Null);

    // What headers say

    [TestCase(uint.MaxValue, null, TestName = "A_duration_of_all_ones_is_unknown")]
    [TestCase(0u, null, TestName = "No_duration_is_unknown")]
    [TestCase(5000u, 5d, TestName = "A_duration_is_in_the_units_of_its_scale")]
    public void Duration(uint written, double? seconds) =>
        Assert.That(Look([.. Mp4Boxes.FileType(), .. Mp4Boxes.Index(0, 0, duration: written)]).Facts?.DurationSeconds, Is.EqualTo(seconds));

    [TestCase("mvhd", 24, TestName = "A_wide_duration_of_all_ones_of_a_movie_is_unknown")]
    [TestCase("mdhd", 24, TestName = "A_wide_duration_of_all_ones_of_a_track_is_unknown")]
    [TestCase("tkhd", 28, TestName = "A_wide_duration_of_all_ones_of_what_is_shown_is_unknown")]
    public void Wide(string header, int durationAt)
    {
        var body = new byte[durationAt + 8 + 80];
        body[0] = 1;
        Mp4Boxes.U32(1000).CopyTo(body, 20);
        body.AsSpan(durationAt, 8).Fill(0xFF);
        var index = Mp4Boxes.Index(0, 0);
        var at = index.AsSpan().IndexOf(Encoding.ASCII.GetBytes(header)) - 4;
        var size = (index[at + 2] << 8) | index[at + 3];
        var replaced = Grown([.. index[..at], .. Mp4Boxes.Box(header, body), .. index[(at + size)..]], header, body.Length + 8 - size);

        var facts = Look([.. Mp4Boxes.FileType(), .. replaced]).Facts;

        Assert.That((facts?.Codec, facts?.DurationSeconds), Is.EqualTo(("vvc1", (double?)null)));
    }

    [Test]
    public void The_track_tells_what_the_movie_does_not()
    {
        var index = Mp4Boxes.Box("moov", Mp4Boxes.MovieHeader(uint.MaxValue), Mp4Boxes.Track(0, 0, "avc1", "vide", 7000, 320, 240));

        Assert.That(Look([.. Mp4Boxes.FileType(), .. index]).Facts, Is.EqualTo(new MediaFacts("video/mp4", 7, 320, 240, "h264")));
    }

    [Test]
    public void The_film_counts_and_not_the_thumbnail_before_it()
    {
        var index = Mp4Boxes.Box(
            "moov",
            Mp4Boxes.MovieHeader(5000),
            Mp4Boxes.Track(0, 0, "jpeg", "vide", 40, 160, 90),
            Mp4Boxes.Track(0, 0, "hvc1", "vide", 5000, 1920, 1080)
        );

        Assert.That(Look([.. Mp4Boxes.FileType(), .. index]).Facts, Is.EqualTo(new MediaFacts("video/mp4", 5, 1920, 1080, "hevc")));
    }

    [Test]
    public void A_compressed_index_is_read()
    {
        using var packed = new MemoryStream();
        var index = Mp4Boxes.Index(0, 0, "avc1", duration: 3000);
        using (var zlib = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true))
            zlib.Write(index);
        var data = Mp4Boxes.Box("cmvd", Mp4Boxes.U32(index.Length), packed.ToArray());
        var compressed = Mp4Boxes.Box("moov", Mp4Boxes.Box("cmov", Mp4Boxes.Box("dcom", "zlib"u8.ToArray()), data));

        var facts = Look([.. Mp4Boxes.FileType("qt  "), .. compressed]).Facts;

        Assert.That(facts, Is.EqualTo(new MediaFacts("video/quicktime", 3, 320, 240, "h264")));
    }

    [Test]
    public void An_index_that_would_fill_the_memory_is_read_no_further()
    {
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            var zeros = new byte[1024 * 1024];
            for (var i = 0; i < 200; i++)
                zlib.Write(zeros);
        }

        var data = Mp4Boxes.Box("cmvd", Mp4Boxes.U32(1), packed.ToArray());
        byte[] clip = [.. Mp4Boxes.FileType("qt  "), .. Mp4Boxes.Box("moov", Mp4Boxes.Box("cmov", data))];
        var before = GC.GetAllocatedBytesForCurrentThread();
        var found = Look(clip);

        Assert.That(found.Reason, Is.EqualTo(NoVideoReason.Damaged));
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(80_000_000));
    }

    [Test]
    public async Task A_codec_of_Video_for_Windows_in_Matroska_is_told_by_its_code()
    {
        var clip = await Clips.MakeAsync("x.mkv", "-f", "lavfi", "-i", "testsrc2=size=160x120:rate=10:duration=1", "-c:v", "wmv2");

        Assert.That(Look(clip).Facts?.Codec, Is.EqualTo("wmv2"));
    }

    private static byte[] Grown(byte[] index, string header, int by)
    {
        string[] parents = header switch
        {
            "mvhd" => ["moov"],
            "tkhd" => ["moov", "trak"],
            _ => ["moov", "trak", "mdia"],
        };
        foreach (var parent in parents)
        {
            var at = index.AsSpan().IndexOf(Encoding.ASCII.GetBytes(parent)) - 4;
            Mp4Boxes.U32(((index[at + 2] << 8) | index[at + 3]) + by).CopyTo(index, at);
        }

        return index;
    }

    private static byte[] WithoutIndex(byte[] clip) => clip[..(clip.AsSpan().IndexOf("moov"u8) - 4)];

    private static ContainerFinding Look(byte[] bytes)
    {
        using var held = new HeldBytes(bytes);
        return new ContainerReader().Look(held);
    }
}
