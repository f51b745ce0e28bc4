using System.Text;
using Vigint.TestSupport;

namespace Vigint.ContractTests;

/// <summary>Contract §3: what is a video is judged by content.</summary>
[AnyDatabase]
public sealed class ContainerTests : ContractFixture
{
    private static readonly string[] Picture = ["-f", "lavfi", "-i", "testsrc=duration=2:size=160x120:rate=10"];
    private static readonly string[] Sound = ["-f", "lavfi", "-i", "sine=duration=1"];

    [TestCase(
        "x.mp4",
        "-c:v libx264 -preset ultrafast -pix_fmt yuv420p -movflags +faststart",
        "video/mp4",
        "h264",
        TestName = "MP4_with_its_index_in_front_is_a_video"
    )]
    [TestCase(
        "x.mp4",
        "-c:v libx264 -preset ultrafast -pix_fmt yuv420p",
        "video/mp4",
        "h264",
        TestName = "MP4_with_its_index_at_the_end_is_a_video"
    )]
    [TestCase("x.mp4", "-c:v mpeg4", "video/mp4", "mpeg4", TestName = "MP4_with_a_codec_that_no_browser_plays_is_a_video")]
    [TestCase(
        "x.mp4",
        "-c:v libx265 -preset ultrafast -x265-params log-level=none",
        "video/mp4",
        "hevc",
        TestName = "MP4_with_HEVC_is_a_video"
    )]
    [TestCase("x.mov", "-c:v libx264 -preset ultrafast -pix_fmt yuv420p", "video/quicktime", "h264", TestName = "MOV_is_a_video")]
    [TestCase("x.webm", "-c:v libvpx -deadline realtime", "video/webm", "vp8", TestName = "WebM_with_VP8_is_a_video")]
    [TestCase("x.webm", "-c:v libvpx-vp9 -deadline realtime -cpu-used 8", "video/webm", "vp9", TestName = "WebM_with_VP9_is_a_video")]
    [TestCase("x.mkv", "-c:v libx264 -preset ultrafast -pix_fmt yuv420p", "video/x-matroska", "h264", TestName = "Matroska_is_a_video")]
    [TestCase("x.avi", "-c:v mpeg4", "video/x-msvideo", "mpeg4", TestName = "AVI_is_a_video")]
    [TestCase("x.avi", "-c:v mjpeg", "video/x-msvideo", "mjpeg", TestName = "AVI_of_pictures_is_a_video")]
    public async Task A_video_is_recognised(string fileName, string encoding, string contentType, string codec)
    {
        var clip = await Clips.MakeAsync(fileName, [.. Picture, .. encoding.Split(' ')]);

        var answer = await Api.UploadAsync(UploadForm.Usual(NewId(), clip));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(answer.Status, Is.EqualTo(200), answer.ToString());
            Assert.That(answer.Text("content_type"), Is.EqualTo(contentType));
            Assert.That(answer.Number("duration_seconds"), Is.EqualTo(2).Within(0.15));
            Assert.That((answer.Number("width"), answer.Number("height")), Is.EqualTo((160d, 120d)));
            Assert.That(answer.Text("codec"), Is.EqualTo(codec));
        }
    }

    [TestCase(
        "x.mp4",
        "-c:v libx264 -preset ultrafast -pix_fmt yuv420p -movflags +frag_keyframe+empty_moov",
        TestName = "MP4_in_fragments_is_a_video"
    )]
    [TestCase("x.mp4", "-c:v libx264 -preset ultrafast -pix_fmt yuv420p -brand iso6", TestName = "MP4_of_another_brand_is_a_video")]
    public async Task Rarer_forms_are_videos_too(string fileName, string encoding)
    {
        var clip = await Clips.MakeAsync(fileName, [.. Picture, .. encoding.Split(' ')]);

        var answer = await Api.UploadAsync(UploadForm.Usual(NewId(), clip));

        Assert.That((answer.Status, answer.Text("content_type")), Is.EqualTo((200, "video/mp4")));
    }

    [Test]
    public async Task A_video_piped_into_Matroska_without_a_known_length_is_a_video()
    {
        var clip = await Clips.MakeAsync("x.mkv", [.. Picture, "-c:v", "libx264", "-preset", "ultrafast", "-live", "1"]);

        var answer = await Api.UploadAsync(UploadForm.Usual(NewId(), clip));

        Assert.That(answer.Status, Is.EqualTo(200), answer.ToString());
    }

    [Test]
    public async Task Sound_beside_the_picture_does_not_matter()
    {
        var clip = await Clips.MakeAsync("x.mp4", [.. Sound, .. Picture, "-c:v", "libx264", "-preset", "ultrafast", "-c:a", "aac"]);

        var answer = await Api.UploadAsync(UploadForm.Usual(NewId(), clip));

        Assert.That((answer.Status, answer.Text("codec")), Is.EqualTo((200, "h264")));
    }

    [TestCase("clip.txt", TestName = "A_video_named_as_a_text_is_a_video")]
    [TestCase("../../clip.mp4", TestName = "A_video_whose_name_climbs_is_a_video")]
    [TestCase("ma caméra (1) é.mp4", TestName = "A_video_with_a_foreign_name_is_a_video")]
    [TestCase("clip", TestName = "A_video_without_an_ending_is_a_video")]
    public async Task The_name_of_the_file_does_not_matter(string fileName)
    {
        var answer = await Api.UploadAsync(new UploadForm().Video(Clips.Fake(), fileName).Metadata(NewId(), more: null));

        Assert.That(answer.Status, Is.EqualTo(200), answer.ToString());
    }

    [Test]
    public async Task What_was_uploaded_is_played_under_its_own_type()
    {
        var clip = await Clips.MakeAsync("x.webm", [.. Picture, "-c:v", "libvpx", "-deadline", "realtime"]);
        var stored = await Api.StoreAsync(NewId(), clip);

        var played = await Anybody.GetAsync(stored.Link);

        Assert.That(played.ContentType, Is.EqualTo("video/webm"));
    }

    [TestCase("x.m4a", "-c:a aac", TestName = "Sound_in_M4A_is_not_a_video")]
    [TestCase("x.mp4", "-c:a aac", TestName = "Sound_alone_in_MP4_is_not_a_video")]
    [TestCase("x.mov", "-c:a aac", TestName = "Sound_alone_in_MOV_is_not_a_video")]
    [TestCase("x.mka", "-c:a libopus", TestName = "Sound_in_Matroska_is_not_a_video")]
    [TestCase("x.webm", "-c:a libopus", TestName = "Sound_alone_in_WebM_is_not_a_video")]
    [TestCase("x.avi", "-c:a pcm_s16le", TestName = "Sound_alone_in_AVI_is_not_a_video")]
    [TestCase("x.wav", "-c:a pcm_s16le", TestName = "Sound_in_WAV_is_not_a_video")]
    [TestCase("x.flac", "-c:a flac", TestName = "Sound_in_FLAC_is_not_a_video")]
    [TestCase("x.aac", "-c:a aac", TestName = "Bare_AAC_is_not_a_video")]
    public async Task Sound_alone_is_not_a_video(string fileName, string encoding)
    {
        var sound = await Clips.MakeAsync(fileName, [.. Sound, .. encoding.Split(' ')]);

        var answer = await Api.UploadAsync(UploadForm.Usual(NewId(), sound));

        Assert.That(answer.Status, Is.EqualTo(415), answer.ToString());
    }

    [TestCase("x.jpg", TestName = "A_JPEG_is_not_a_video")]
    [TestCase("x.png", TestName = "A_PNG_is_not_a_video")]
    [TestCase("x.gif", TestName = "A_GIF_is_not_a_video")]
    [TestCase("x.bmp", TestName = "A_BMP_is_not_a_video")]
    public async Task A_picture_is_not_a_video(string fileName)
    {
        var picture = await Clips.MakeAsync(fileName, [.. Picture, "-frames:v", "1", "-update", "1"]);

        var answer = await Api.UploadAsync(UploadForm.Usual(NewId(), picture));

        Assert.That(answer.Status, Is.EqualTo(415), answer.ToString());
    }

    [TestCase("#EXTM3U\n#EXTINF:5,\nhttp://127.0.0.1/secret.ts\n#EXT-X-ENDLIST\n", TestName = "An_HLS_play_list_is_not_a_video")]
    [TestCase("ffconcat version 1.0\nfile '/etc/passwd'\n", TestName = "A_concat_list_is_not_a_video")]
    [TestCase("<?xml version=\"1.0\"?><MPD xmlns=\"urn:mpeg:dash:schema:mpd:2011\"></MPD>", TestName = "A_DASH_manifest_is_not_a_video")]
    [TestCase("[playlist]\nFile1=/etc/passwd\nNumberOfEntries=1\n", TestName = "A_PLS_play_list_is_not_a_video")]
    [TestCase("<html><script>alert(1)</script></html>", TestName = "A_page_is_not_a_video")]
    [TestCase("just some text that goes on", TestName = "A_text_is_not_a_video")]
    [TestCase("x", TestName = "A_single_byte_is_not_a_video")]
    [TestCase("RIFF    WEBPVP8 ", TestName = "A_WebP_is_not_a_video")]
    [TestCase("\0\0\0\u0018ftypheic\0\0\0\0mif1heic", TestName = "A_HEIC_is_not_a_video")]
    [TestCase("\0\0\0\u0018ftypavif\0\0\0\0mif1avif", TestName = "An_AVIF_is_not_a_video")]
    [TestCase("MZ  This program cannot be run", TestName = "A_program_is_not_a_video")]
    public async Task What_is_no_container_is_not_a_video(string content)
    {
        var answer = await Api.UploadAsync(UploadForm.Usual(NewId(), Encoding.Latin1.GetBytes(content)));

        Assert.That(answer.Status, Is.EqualTo(415), answer.ToString());
    }

    [Test]
    public async Task What_recorders_export_is_stored_as_it_is()
    {
        var clips = new (string Type, string Suffix, byte[] Bytes)[]
        {
            ("video/mp2t", ".ts", await RecorderClips.TransportStreamAsync()),
            ("video/mp2t", ".ts", await RecorderClips.TimedTransportStreamAsync()),
            ("video/mpeg", ".mpg", await RecorderClips.ProgramStreamAsync()),
            ("video/mpeg", ".mpg", await RecorderClips.HikvisionAsync()),
            ("video/x-dav", ".dav", await RecorderClips.DahuaAsync()),
            ("video/x-flv", ".flv", await RecorderClips.FlashAsync()),
            ("video/x-ms-asf", ".asf", await RecorderClips.AsfAsync()),
        };

        using (Assert.EnterMultipleScope())
        {
            foreach (var (type, suffix, bytes) in clips)
            {
                var answer = await Api.UploadAsync(UploadForm.Usual(NewId(), bytes));
                Assert.That(
                    (answer.Status, answer.Status == 200 ? answer.Text("content_type") : ""),
                    Is.EqualTo((200, type)),
                    answer.ToString()
                );
                if (answer.Status != 200)
                    continue;
                var played = await Anybody.GetAsync(VideoApi.StoredFrom(answer).Link + "&original=1");
                Assert.That((played.ContentType, played.Body.SequenceEqual(bytes)), Is.EqualTo((type, true)));
                Assert.That(played.Header("Content-Disposition"), Does.EndWith(suffix).Or.EndWith(suffix + "\""));
            }
        }
    }

    [TestCase(
        "ftyp",
        "The file begins like an MP4 and is empty after that",
        TestName = "A_file_type_alone_is_refused_with_a_word_for_installers"
    )]
    [TestCase(
        "html",
        "The file begins like a video, and what follows is something else",
        TestName = "A_page_with_the_head_of_an_MP4_is_refused_with_a_word_for_installers"
    )]
    [TestCase(
        "random",
        "The file begins like a video, and what follows is something else",
        TestName = "Noise_with_the_head_of_an_MP4_is_refused_with_a_word_for_installers"
    )]
    [TestCase("cut", "The MP4 ends before its index", TestName = "An_MP4_cut_in_its_index_is_refused_with_a_word_for_installers")]
    [TestCase(
        "huge",
        "The MP4 ends before its index",
        TestName = "An_index_that_claims_four_gigabytes_is_refused_with_a_word_for_installers"
    )]
    [TestCase("page", "The file is a web page", TestName = "A_page_is_refused_with_a_word_for_installers")]
    [TestCase("raw", "The file is a raw H.264 stream", TestName = "A_raw_stream_is_refused_with_a_word_for_installers")]
    [TestCase(
        "mkv",
        "The file begins like a video, and what follows is something else",
        TestName = "Twelve_bytes_of_Matroska_are_refused_with_a_word_for_installers"
    )]
    public async Task A_refusal_tells_what_is_wrong(string kind, string sentence)
    {
        var noise = new byte[4000];
        new Random(5).NextBytes(noise);
        var bytes = kind switch
        {
            "ftyp" => Mp4Boxes.FileType(),
            "html" => [.. Mp4Boxes.FileType(), .. "<html><body>log in</body></html>"u8],
            "random" => [.. Mp4Boxes.FileType(), .. noise],
            "cut" => (await Clips.FiveSecondsAsync())[..300],
            "huge" => [.. Mp4Boxes.FileType(), 0xF0, 0, 0, 0, .. "moov"u8, .. noise],
            "page" => [.. "<!DOCTYPE html><html></html>"u8],
            "raw" => await Clips.MakeAsync("x.264", [.. Picture, "-c:v", "libx264", "-preset", "ultrafast", "-f", "h264"]),
            _ => [0x1A, 0x45, 0xDF, 0xA3, 0x84, 0x42, 0x82, 0x10, 0x00, 0x00, 0x04, 0x77],
        };

        var answers = new[] { await Api.UploadAsync(UploadForm.Usual(NewId(), bytes)), await Api.UploadClipAsync(bytes) };

        Assert.That(answers.Select(answer => (answer.Status, answer.Error)), Is.All.EqualTo((415, "Not a video")));
        Assert.That(answers.Select(answer => answer.Text("detail")), Is.All.StartsWith($"Not a video. {sentence}"));
    }

    [Test]
    public async Task A_recording_whose_index_never_came_is_stored_with_a_warning()
    {
        var clip = await RecorderClips.WithoutIndexAsync();

        var answer = await Api.UploadAsync(UploadForm.Usual(NewId(), clip));
        Assert.That(
            (answer.Status, answer.Member("warning")?.GetValue<string>()),
            Is.EqualTo((200, "The recording was cut off: its index is missing")),
            answer.ToString()
        );

        Assert.That((await Anybody.GetAsync(VideoApi.StoredFrom(answer).Link)).Body, Is.EqualTo(clip));
    }

    [Test]
    public async Task A_clip_with_its_index_has_no_warning()
    {
        var answer = await Api.UploadAsync(UploadForm.Usual(NewId(), await Clips.FiveSecondsAsync()));

        Assert.That((answer.Status, answer.Json.AsObject().ContainsKey("warning")), Is.EqualTo((200, false)));
    }

    [Test]
    public async Task A_recording_without_an_index_that_is_small_enough_comes_back_from_compress_and_is_not_analysed()
    {
        var clip = await RecorderClips.WithoutIndexAsync();

        var compressed = await Api.CompressAsync(clip, []);
        var kept = await Api.UploadClipAsync(clip);

        Assert.That(
            (compressed.Status, kept.Status, kept.Error),
            Is.EqualTo((200, 415, "The recording was cut off: its index is missing")),
            compressed.ToString()
        );
    }

    [Test]
    public async Task What_is_not_a_video_never_replaces_one()
    {
        var id = NewId();
        var clip = Clips.Fake();
        var stored = await Api.StoreAsync(id, clip);
        await Api.UploadAsync(UploadForm.Usual(id, Encoding.ASCII.GetBytes("just some text that goes on")));

        var played = await Anybody.GetAsync(stored.Link);

        Assert.That(played.Body, Is.EqualTo(clip));
    }

    [Test]
    public async Task The_bytes_as_uploaded_are_always_to_be_had()
    {
        var clip = await Clips.MakeAsync("x.avi", [.. Picture, "-c:v", "mpeg4"]);
        var stored = await Api.StoreAsync(NewId(), clip);

        var played = await Anybody.GetAsync(stored.Link + "&original=1");

        Assert.That(played.Body, Is.EqualTo(clip));
    }
}
