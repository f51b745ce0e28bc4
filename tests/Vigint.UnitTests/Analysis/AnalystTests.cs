using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Moq;
using Vigint.Application.Analysis;
using Vigint.Application.Media;
using Vigint.Application.Usage;
using Vigint.Domain;
using Vigint.Domain.Analysis;
using Vigint.TestSupport;

namespace Vigint.UnitTests.Analysis;

public sealed class AnalystTests
{
    private static readonly ClipFile Clip = new(new MediaFile("/clip"), "video/mp4", 1, Duration: null);
    private static readonly Observation Nothing = new(false, "none", "Nothing.", "An empty room.", null, null, null);
    private static readonly Observation Theft = new(true, "shoplifting", "A theft.", "A bottle vanishes.", 1, 2, 0.9);
    private static readonly ModelUse Use = new("a-model", AnalysisStage.Screening, 10, 5);

    private readonly FakeTimeProvider clock = new(A.Noon);
    private Mock<IVisionModel> model = null!;
    private Mock<IShownClip> shown = null!;
    private Analyst analyst = null!;
    private IReadOnlyList<ModelUse> spent = [];

    [SetUp]
    public void NewAnalyst()
    {
        shown = new Mock<IShownClip>(MockBehavior.Strict);
        shown.Setup(one => one.Uses).Returns([Use]);
        shown.Setup(one => one.DisposeAsync()).Returns(ValueTask.CompletedTask);
        model = new Mock<IVisionModel>(MockBehavior.Strict);
        model.Setup(one => one.ShowAsync(Clip, It.IsAny<CancellationToken>())).ReturnsAsync(shown.Object);
        analyst = NewAnalystIn(Language.English);
        spent = [];
    }

    [Test]
    public async Task Without_an_incident_there_is_no_second_look()
    {
        Screening(Nothing);

        var judgement = await JudgeAsync();

        Assert.That((judgement.HasIncident, judgement.SecondLook, judgement.Final), Is.EqualTo((false, SecondLook.NotNeeded, Nothing)));
    }

    [Test]
    public async Task An_incident_that_both_see_is_confirmed()
    {
        var closer = Theft with { Analysis = "Seen closely." };
        Screening(Theft);
        Confirmation(closer);

        var judgement = await JudgeAsync();

        Assert.That((judgement.HasIncident, judgement.SecondLook, judgement.Final), Is.EqualTo((true, SecondLook.Confirmed, closer)));
    }

    [Test]
    public async Task The_second_look_has_the_last_word()
    {
        Screening(Theft);
        Confirmation(Nothing);

        var judgement = await JudgeAsync();

        Assert.That((judgement.HasIncident, judgement.SecondLook, judgement.Final), Is.EqualTo((false, SecondLook.Vetoed, Nothing)));
    }

    [TestCase(Language.English, false, "The model reports no incident and does not describe what it saw.")]
    [TestCase(Language.English, true, "The model reports an incident (shoplifting) and does not describe it.")]
    [TestCase(Language.French, false, "Le modèle ne signale aucun incident et ne décrit pas ce qu'il a vu.")]
    [TestCase(Language.French, true, "Le modèle signale un incident (shoplifting), sans le décrire.")]
    public async Task A_verdict_without_words_is_put_into_words(Language language, bool incident, string words)
    {
        analyst = NewAnalystIn(language);
        Screening(Theft);
        Confirmation((incident ? Theft : Nothing) with { Description = "", Analysis = "" });

        var judgement = await JudgeAsync();

        Assert.That(
            (judgement.SecondLook, judgement.Final.Description, judgement.Final.Analysis),
            Is.EqualTo((incident ? SecondLook.Confirmed : SecondLook.Vetoed, words, words))
        );
    }

    [Test]
    public async Task A_first_look_without_words_is_put_into_words_too()
    {
        Screening(Nothing with { Description = "", Analysis = "" });

        Assert.That((await JudgeAsync()).Final.Analysis, Is.EqualTo("The model reports no incident and does not describe what it saw."));
    }

    [TestCase(Refusal.Unavailable)]
    [TestCase(Refusal.GatewayTimeout)]
    [TestCase(Refusal.BadGateway)]
    public async Task When_the_second_look_fails_the_first_one_stands(Refusal refusal)
    {
        Screening(Theft);
        shown
            .Setup(one => one.AskAsync(AnalysisStage.Confirmation, It.IsAny<string>(), It.IsAny<CancellationToken>()))
            .ThrowsAsync(new RefusedException(refusal, "some_code", "failed"));

        var judgement = await JudgeAsync();

        Assert.That((judgement.HasIncident, judgement.SecondLook, judgement.Final), Is.EqualTo((true, SecondLook.Failed, Theft)));
    }

    [Test]
    public void A_first_look_that_fails_is_no_verdict_and_what_was_used_is_known()
    {
        shown
            .Setup(one => one.AskAsync(AnalysisStage.Screening, It.IsAny<string>(), It.IsAny<CancellationToken>()))
            .ThrowsAsync(AnalysisRefusals.AnswerDoesNotFit());

        Assert.That(JudgeAsync, Throws.TypeOf<RefusedException>());

        Assert.That(spent, Is.EqualTo(new[] { Use }));
        shown.Verify(one => one.DisposeAsync(), Times.Once);
    }

    [Test]
    public async Task A_second_look_that_breaks_off_by_itself_leaves_the_first_one_standing()
    {
        Screening(Theft);
        shown
            .Setup(one => one.AskAsync(AnalysisStage.Confirmation, It.IsAny<string>(), It.IsAny<CancellationToken>()))
            .ThrowsAsync(new OperationCanceledException());

        Assert.That((await JudgeAsync()).SecondLook, Is.EqualTo(SecondLook.Failed));
    }

    [Test]
    public async Task What_was_seen_is_looked_at_again_also_when_its_caller_leaves()
    {
        using var leaving = new CancellationTokenSource();
        Screening(Theft);
        shown
            .Setup(one => one.AskAsync(AnalysisStage.Confirmation, It.IsAny<string>(), It.IsAny<CancellationToken>()))
            .Returns(
                (AnalysisStage _, string _, CancellationToken token) =>
                {
                    leaving.Cancel();
                    return token.IsCancellationRequested ? Task.FromCanceled<Observation>(token) : Task.FromResult(Theft);
                }
            );

        var judgement = await analyst.JudgeAsync(Clip, AnalysisInstructions.None, uses => spent = uses, leaving.Token);

        Assert.That(judgement.SecondLook, Is.EqualTo(SecondLook.Confirmed));
    }

    [Test]
    public async Task A_second_look_that_does_not_end_leaves_the_first_one_standing()
    {
        Screening(Theft);
        var never = new TaskCompletionSource<Observation>();
        shown
            .Setup(one => one.AskAsync(AnalysisStage.Confirmation, It.IsAny<string>(), It.IsAny<CancellationToken>()))
            .Returns((AnalysisStage _, string _, CancellationToken token) => never.Task.WaitAsync(token));
        var judgement = JudgeAsync();

        clock.Advance(TimeSpan.FromSeconds(89));
        Assert.That(judgement.IsCompleted, Is.False);
        clock.Advance(TimeSpan.FromSeconds(1));

        Assert.That((await judgement).SecondLook, Is.EqualTo(SecondLook.Failed));
    }

    private Analyst NewAnalystIn(Language language) =>
        new(model.Object, new AnalysisPrompts(language), new VerdictWords(language), clock, NullLogger<Analyst>.Instance);

    private Task<Judgement> JudgeAsync() => analyst.JudgeAsync(Clip, AnalysisInstructions.None, uses => spent = uses, default);

    private void Screening(Observation observation) => Answer(AnalysisStage.Screening, observation);

    private void Confirmation(Observation observation) => Answer(AnalysisStage.Confirmation, observation);

    private void Answer(AnalysisStage stage, Observation observation) =>
        shown.Setup(one => one.AskAsync(stage, It.IsAny<string>(), It.IsAny<CancellationToken>())).ReturnsAsync(observation);
}
