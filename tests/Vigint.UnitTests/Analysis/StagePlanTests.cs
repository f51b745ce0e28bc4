using Vigint.Application.Analysis;
using Vigint.Application.Media;
using Vigint.Application.Usage;
using Vigint.Domain;
using Vigint.Infrastructure.Gemini;

namespace Vigint.UnitTests.Analysis;

public sealed class StagePlanTests
{
    private const double Hour = 3600;

    [TestCase(
        AnalysisStage.Screening,
        10.0,
        ExpectedResult = 1720,
        TestName = "A_second_of_the_first_look_is_two_small_pictures_and_the_sound"
    )]
    [TestCase(
        AnalysisStage.Confirmation,
        10.0,
        ExpectedResult = 14_320,
        TestName = "A_second_of_the_second_look_is_five_large_pictures_and_the_sound"
    )]
    [TestCase(
        AnalysisStage.Screening,
        null,
        ExpectedResult = 3440,
        TestName = "A_clip_that_does_not_say_how_long_it_is_is_judged_by_its_size"
    )]
    public long Tokens_of_a_clip_are_estimated(AnalysisStage stage, double? seconds) =>
        StagePlan.For(stage, Clip(seconds)).TokensOf(Clip(seconds));

    [TestCase(AnalysisStage.Screening, ExpectedResult = 70)]
    [TestCase(AnalysisStage.Confirmation, ExpectedResult = 280)]
    public long A_single_picture_is_one_picture(AnalysisStage stage) => StagePlan.For(stage, Picture).TokensOf(Picture);

    [TestCase(AnalysisStage.Screening, 1.5 * Hour, 2, 70)]
    [TestCase(AnalysisStage.Screening, 2.5 * Hour, 1, 70)]
    [TestCase(AnalysisStage.Confirmation, 0.1 * Hour, 5, 280)]
    [TestCase(AnalysisStage.Confirmation, 0.4 * Hour, 2, 280)]
    [TestCase(AnalysisStage.Confirmation, 0.6 * Hour, 5, 70)]
    [TestCase(AnalysisStage.Confirmation, 1.5 * Hour, 2, 70)]
    [TestCase(AnalysisStage.Confirmation, 2.5 * Hour, 1, 70)]
    public void A_long_clip_is_looked_at_as_closely_as_the_model_takes_it_in(
        AnalysisStage stage,
        double seconds,
        double framesPerSecond,
        int tokensPerPicture
    )
    {
        var plan = StagePlan.For(stage, Clip(seconds));

        Assert.That((plan.FramesPerSecond, plan.TokensPerPicture), Is.EqualTo((framesPerSecond, tokensPerPicture)));
        Assert.That(plan.TokensOf(Clip(seconds)), Is.LessThanOrEqualTo(1_000_000));
    }

    [TestCase(AnalysisStage.Screening)]
    [TestCase(AnalysisStage.Confirmation)]
    public void A_clip_of_which_too_much_would_be_missed_is_refused_with_the_limit(AnalysisStage stage)
    {
        var refused = Assert.Throws<RefusedException>(() => StagePlan.For(stage, Clip(2.8 * Hour)));

        Assert.That((refused!.Refusal, refused.Figures["limit_seconds"]), Is.EqualTo((Refusal.TooDemanding, 9803L)));
    }

    [TestCase(10.0, 0, ExpectedResult = 61.0)]
    [TestCase(600.0, 0, ExpectedResult = 120.0)]
    [TestCase(10.0, 10 * 1024 * 1024, ExpectedResult = 81.0)]
    public double An_attempt_has_time_to_send_the_clip_and_to_look_at_it(double seconds, long sentBytes) =>
        StagePlan.AttemptMayTake(Clip(seconds), sentBytes).TotalSeconds;

    [TestCase(10.0, 0, ExpectedResult = 101.0)]
    [TestCase(600.0, 0, ExpectedResult = 160.0)]
    [TestCase(10.0, 10 * 1024 * 1024, ExpectedResult = 121.0)]
    public double A_first_look_has_a_hundred_seconds_beside_what_the_clip_takes(double seconds, long sentBytes) =>
        StagePlan.FirstLookMayTake(Clip(seconds), sentBytes).TotalSeconds;

    private static ClipFile Picture => new(new MediaFile("/picture"), "image/jpeg", 100_000, Duration: null);

    private static ClipFile Clip(double? seconds) =>
        new(new MediaFile("/clip"), "video/mp4", 5_000_000, seconds is { } known ? TimeSpan.FromSeconds(known) : null);
}
