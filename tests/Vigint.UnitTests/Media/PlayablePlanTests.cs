using Vigint.Application.Media;

namespace Vigint.UnitTests.Media;

public sealed class PlayablePlanTests
{
    private static readonly VideoTrack Playable = new("h264", "High", 40, "yuv420p", 1920, 1080, 0, 25);
    private static readonly AudioTrack Aac = new("aac", 2, 128_000);

    private static MediaReport Whole => Report(Playable, Aac, MediaContainer.Mp4, isInFront: true);

    private static IEnumerable<TestCaseData> Files()
    {
        yield return Case("What_every_browser_plays_stays", PlayableWay.AsIs);
        yield return Case("Without_sound_it_stays_too", PlayableWay.AsIs, audio: null, hasAudio: false);
        yield return Case("MP3_stays", PlayableWay.AsIs, audio: new AudioTrack("mp3", 2, null));
        yield return Case("Full_range_stays", PlayableWay.AsIs, Playable with { PixelFormat = "yuvj420p" });
        yield return Case("A_portrait_stays", PlayableWay.AsIs, Playable with { Rotation = 90 });
        yield return Case("An_index_at_the_end_is_moved", PlayableWay.Rewrap, isInFront: false);
        yield return Case("A_MOV_is_wrapped_anew", PlayableWay.Rewrap, container: MediaContainer.QuickTime);
        yield return Case("A_Matroska_file_is_wrapped_anew", PlayableWay.Rewrap, container: MediaContainer.Matroska, isInFront: false);
        yield return Case("Telephone_sound_is_encoded", PlayableWay.EncodeSound, audio: new AudioTrack("pcm_mulaw", 1, null));
        yield return Case("HEVC_is_encoded", PlayableWay.Encode, Playable with { Codec = "hevc", Profile = "Main" });
        yield return Case("MPEG4_part_2_is_encoded", PlayableWay.Encode, Playable with { Codec = "mpeg4" });
        yield return Case("Ten_bits_are_encoded", PlayableWay.Encode, Playable with { PixelFormat = "yuv420p10le", Profile = "High 10" });
        yield return Case("Unknown_pixels_are_encoded", PlayableWay.Encode, Playable with { PixelFormat = null });
        yield return Case("A_profile_for_studios_is_encoded", PlayableWay.Encode, Playable with { Profile = "High 4:4:4 Predictive" });
        yield return Case("A_level_beyond_browsers_is_encoded", PlayableWay.Encode, Playable with { Level = 62 });
        yield return Case("Odd_sides_are_encoded", PlayableWay.Encode, Playable with { Width = 1919 });
        yield return Case("An_AVI_is_encoded", PlayableWay.Encode, container: MediaContainer.Avi);
        yield return Case("A_transport_stream_is_wrapped_anew", PlayableWay.Rewrap, container: MediaContainer.MpegTs, isInFront: false);
        yield return Case("A_Flash_video_is_wrapped_anew", PlayableWay.Rewrap, container: MediaContainer.Flv, isInFront: false);
        yield return Case("A_program_stream_is_encoded", PlayableWay.Encode, container: MediaContainer.MpegPs, isInFront: false);
        yield return Case("A_DAV_is_encoded", PlayableWay.Encode, container: MediaContainer.Dav, isInFront: false);
        yield return Case("An_ASF_is_encoded", PlayableWay.Encode, container: MediaContainer.Asf, isInFront: false);
        yield return Case("Interlaced_pictures_are_encoded", PlayableWay.Encode, Playable with { IsInterlaced = true });
        yield return new TestCaseData(
            Whole with
            {
                Packets = new PacketFacts(125, 5, 4.96, 5, AreTimed: false),
            },
            PlayableWay.Encode
        ).SetName("Pictures_without_times_of_their_own_are_encoded");
        yield return new TestCaseData(Whole with { StartSeconds = 10 }, PlayableWay.Rewrap).SetName(
            "A_late_beginning_is_moved_to_the_beginning"
        );
        yield return new TestCaseData(Whole with { StartSeconds = 0.2 }, PlayableWay.AsIs).SetName(
            "A_beginning_that_is_a_little_late_stays"
        );
        yield return new TestCaseData(Whole with { ToldDuration = TimeSpan.FromSeconds(5377) }, PlayableWay.Rewrap).SetName(
            "An_index_that_tells_more_than_is_there_is_written_anew"
        );
        yield return new TestCaseData(Whole with { ToldDuration = TimeSpan.FromSeconds(6) }, PlayableWay.AsIs).SetName(
            "An_index_that_rounds_stays"
        );
        yield return new TestCaseData(Whole with { IsPictureFirst = false }, PlayableWay.Rewrap).SetName(
            "A_film_behind_a_thumbnail_is_wrapped_anew"
        );
    }

    [TestCaseSource(nameof(Files))]
    public void Of(MediaReport report, PlayableWay way) => Assert.That(PlayablePlan.Of(report).Way, Is.EqualTo(way));

    [Test]
    public void The_reason_says_what_is_not_playable() =>
        Assert.That(
            PlayablePlan.Of(Report(Playable with { Codec = "hevc" }, Aac, MediaContainer.Mp4, isInFront: true)).Reason,
            Is.EqualTo("its picture is hevc")
        );

    private static TestCaseData Case(
        string name,
        PlayableWay way,
        VideoTrack? video = null,
        AudioTrack? audio = null,
        bool hasAudio = true,
        MediaContainer container = MediaContainer.Mp4,
        bool isInFront = true
    ) => new TestCaseData(Report(video ?? Playable, hasAudio ? audio ?? Aac : null, container, isInFront), way).SetName(name);

    private static MediaReport Report(VideoTrack video, AudioTrack? audio, MediaContainer container, bool isInFront) =>
        new(container, 1000, TimeSpan.FromSeconds(5), video, audio, 2, isInFront);
}
