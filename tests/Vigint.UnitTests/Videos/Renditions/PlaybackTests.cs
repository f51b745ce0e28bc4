using Vigint.Application.Videos.Renditions;
using Vigint.Domain.Videos;
using Vigint.TestSupport;

namespace Vigint.UnitTests.Videos.Renditions;

public sealed class PlaybackTests
{
    private const string NoFfmpeg = "This server has no usable ffmpeg";

    private static IEnumerable<TestCaseData> Cases()
    {
        yield return Of("A_video_that_waits_for_its_turn_is_being_prepared", null, null, null, new Playback("preparing", 0, null));
        yield return Of(
            "A_video_that_is_being_encoded_says_how_far",
            RenditionState.Preparing,
            41.7,
            null,
            new Playback("preparing", 41, null)
        );
        yield return Of("A_ready_one_is_ready", RenditionState.Ready, null, null, new Playback("ready", null, null));
        yield return Of("A_failed_one_says_why", RenditionState.Failed, null, null, new Playback("failed", null, "why"));
        yield return Of("Without_ffmpeg_there_is_the_original_only", null, null, NoFfmpeg, new Playback("original only", null, NoFfmpeg));
        yield return Of(
            "What_was_made_before_ffmpeg_went_away_stays_ready",
            RenditionState.Ready,
            null,
            NoFfmpeg,
            new Playback("ready", null, null)
        );

        static TestCaseData Of(string name, RenditionState? state, double? percent, string? unavailableReason, Playback expected) =>
            new TestCaseData(state, percent, unavailableReason) { ExpectedResult = expected }.SetName(name);
    }

    [TestCaseSource(nameof(Cases))]
    public Playback PlaybackOf(RenditionState? state, double? percent, string? unavailableReason) =>
        Playback.Of(
            state is null
                ? null
                : new Rendition
                {
                    Of = A.Video().Key,
                    State = state.Value,
                    Reason = state == RenditionState.Failed ? "why" : null,
                },
            percent,
            unavailableReason
        );
}
