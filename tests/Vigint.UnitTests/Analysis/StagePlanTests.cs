using Vigint.Application.Analysis;
using Vigint.Application.Media;
using Vigint.Infrastructure.Gemini;

namespace Vigint.UnitTests.Analysis;

public sealed class StagePlanTests
{
    [TestCase(AnalysisStage.Screening, 10.0, ExpectedResult = 1720, TestName = "A_second_of_the_first_look_is_two_small_pictures_and_the_sound")]
    [TestCase(AnalysisStage.Confirmation, 10.0, ExpectedResult = 14_320, TestName = "A_second_of_the_second_look_is_five_large_pictures_and_the_sound")]
    [TestCase(AnalysisStage.Screening, 86_400.0, ExpectedResult = 1_048_576, TestName = "No_model_takes_in_more_than_it_can")]
    [TestCase(AnalysisStage.Screening, null, ExpectedResult = 3440, TestName = "A_clip_that_does_not_say_how_long_it_is_is_judged_by_its_size")]
    public long Tokens_of_a_clip_are_estimated(AnalysisStage stage, double? seconds) =>
        StagePlan.For(stage).TokensOf(new ClipFile(new MediaFile("/clip"), "video/mp4", 5_000_000, seconds is { } known ? TimeSpan.FromSeconds(known) : null));

    [TestCase(AnalysisStage.Screening, ExpectedResult = 70)]
    [TestCase(AnalysisStage.Confirmation, ExpectedResult = 280)]
    public long A_single_picture_is_one_picture(AnalysisStage stage) =>
        StagePlan.For(stage).TokensOf(new ClipFile(new MediaFile("/picture"), "image/jpeg", 100_000, Duration: null));
}
