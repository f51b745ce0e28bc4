using Vigint.TestSupport;

namespace Vigint.SystemTests;

/// <summary>What cameras and old clients send plays in a browser, from the private link, soon after the upload.</summary>
public sealed class PlayableTests : BrowserFixture
{
    private static readonly string[] Sound = ["-f", "lavfi", "-i", "sine=frequency=440:duration=5"];

    [OneTimeSetUp]
    public void RequireEncoder() => Needs.Program("ffmpeg");

    private static IEnumerable<TestCaseData> Clip()
    {
        yield return Of("MPEG_4_part_2", "clip.mp4", 320, 240, "-c:v", "mpeg4");
        yield return Of("MPEG_4_part_2_with_sound", "clip.mp4", 320, 240, [.. Sound, "-c:v", "mpeg4", "-c:a", "aac"]);
        yield return Of(
            "HEVC",
            "clip.mp4",
            320,
            240,
            "-c:v",
            "libx265",
            "-preset",
            "ultrafast",
            "-x265-params",
            "log-level=error",
            "-tag:v",
            "hvc1"
        );
        yield return Of(
            "VP9_in_WebM_with_sound",
            "clip.webm",
            320,
            240,
            [.. Sound, "-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-c:a", "libopus"]
        );
        yield return Of("Motion_JPEG_in_AVI", "clip.avi", 320, 240, "-c:v", "mjpeg");
        yield return Of("Motion_JPEG_in_AVI_with_sound", "clip.avi", 320, 240, [.. Sound, "-c:v", "mjpeg", "-c:a", "pcm_s16le"]);
        yield return Of("H264_with_its_index_at_the_end", "clip.mp4", 320, 240, [.. H264]);
        yield return Of("H264_with_its_index_at_the_end_and_sound", "clip.mp4", 320, 240, [.. Sound, .. H264, "-c:a", "aac"]);
        yield return Of("H264_in_Matroska_with_sound_of_a_telephone", "clip.mkv", 320, 240, [.. Sound, .. H264, "-c:a", "pcm_mulaw"]);
        yield return Of("H264_as_browsers_want_it", "clip.mp4", 320, 240, [.. H264, "-movflags", "+faststart"]);
        yield return Of("A_portrait", "clip.mp4", 240, 426, "-c:v", "mpeg4", "-vf", "scale=240:426,setsar=1");
        yield return Of("Odd_sides", "clip.avi", 320, 240, "-c:v", "mjpeg", "-vf", "scale=321:241");
        yield return Of(
            "Odd_sides_in_H264",
            "clip.mp4",
            320,
            240,
            "-c:v",
            "libx264",
            "-preset",
            "ultrafast",
            "-pix_fmt",
            "yuv444p",
            "-vf",
            "scale=321:241"
        );

        static TestCaseData Of(string name, string fileName, int width, int height, params string[] arguments) =>
            new TestCaseData(fileName, arguments, width, height).SetName($"It_plays_in_a_browser({name})");
    }

    private static string[] H264 => ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p"];

    [TestCaseSource(nameof(Clip))]
    public async Task It_plays_in_a_browser(string fileName, string[] arguments, int width, int height)
    {
        var clip = await Clips.MakeAsync(fileName, ["-f", "lavfi", "-i", "testsrc=duration=5:size=320x240:rate=25", .. arguments]);

        await PlaysAsync(clip, width, height);
    }

    [TestCase("mpeg4", TestName = "A_picture_that_a_camera_turned_is_upright(encoded)")]
    [TestCase("libx264", TestName = "A_picture_that_a_camera_turned_is_upright(wrapped_anew)")]
    public async Task A_picture_that_a_camera_turned_is_upright(string codec)
    {
        using var made = new TemporaryFolder();
        var lying = made.At("lying.mp4");
        await File.WriteAllBytesAsync(
            lying,
            await Clips.MakeAsync(
                "clip.mp4",
                "-f",
                "lavfi",
                "-i",
                "testsrc=duration=5:size=320x240:rate=25",
                "-c:v",
                codec,
                "-pix_fmt",
                "yuv420p"
            )
        );
        var turned = await Clips.MakeAsync("clip.mp4", "-i", lying, "-c", "copy", "-metadata:s:v:0", "rotate=90");

        await PlaysAsync(turned, 240, 320);
    }

    private async Task PlaysAsync(byte[] clip, int width, int height)
    {
        var stored = await Server.Api.StoreAsync(VideoApi.NewId(), clip);
        await Server.Api.ReadyAsync(stored.Id);

        var page = await Browser.NewPageAsync();
        await page.GotoAsync(new Uri(Server.Address, stored.Link).AbsoluteUri);
        await page.WaitForFunctionAsync(
            "document.querySelector('video').readyState === 4 && document.querySelector('video').currentTime > 0.5"
        );
        var size = await page.EvaluateAsync<int[]>(
            "[document.querySelector('video').videoWidth, document.querySelector('video').videoHeight]"
        );
        var duration = await page.EvaluateAsync<double>("document.querySelector('video').duration");
        await page.CloseAsync();

        Assert.That(size, Is.EqualTo(new[] { width, height }));
        Assert.That(duration, Is.EqualTo(5).Within(0.15));
    }
}
