using Vigint.Application.Usage;
using Vigint.Domain;

namespace Vigint.AdapterTests.Gemini;

/// <summary>Models that do not exist (any more).</summary>
public sealed class ModelChoiceTests : GeminiFixture
{
    private const string First = "gemini-3.5-flash-lite";
    private const string Second = "gemini-2.5-flash-lite";

    [Test]
    public async Task When_a_model_is_gone_the_next_is_asked()
    {
        Gemini.Withdraw(First);

        await AskAsync();

        Assert.That(Gemini.Asked.Select(asked => asked.Model), Is.EqualTo(new[] { Second }));
    }

    [Test]
    public void What_a_clip_will_use_is_both_looks_and_their_answers() =>
        Assert.That(
            Model.UsesOf(Clip(duration: TimeSpan.FromSeconds(10))).Select(use => (use.Model, use.InputTokens, use.OutputTokens)),
            Is.EqualTo(new[] { (First, 1720L, 2000L), ("gemini-3.8-flash", 14320L, 2000L) })
        );

    [Test]
    public async Task The_model_that_answered_is_named_in_what_was_used()
    {
        Gemini.Withdraw(First);
        await using var shown = await Model.ShowAsync(Clip(), CancellationToken.None);
        await shown.AskAsync(AnalysisStage.Screening, Question, CancellationToken.None);

        Assert.That(shown.Uses.Select(use => use.Model), Is.EqualTo(new[] { Second }));
    }

    [Test]
    public async Task A_model_that_is_gone_is_not_asked_for_a_while()
    {
        Gemini.Withdraw(First);
        await AskAsync();
        await AskAsync();

        Assert.That(Gemini.Calls.Count(call => call.Contains(First, StringComparison.Ordinal)), Is.EqualTo(1));
    }

    [Test]
    public async Task A_model_that_is_gone_is_asked_again_after_an_hour()
    {
        Gemini.Withdraw(First);
        await AskAsync();
        Clock.Advance(TimeSpan.FromHours(1));
        await AskAsync();

        Assert.That(Gemini.Calls.Count(call => call.Contains(First, StringComparison.Ordinal)), Is.EqualTo(2));
    }

    [Test]
    public async Task A_model_that_is_gone_is_logged_once()
    {
        Gemini.Withdraw(First);
        await AskAsync();
        Clock.Advance(TimeSpan.FromHours(1));
        await AskAsync();

        Assert.That(
            Log.All.Count(line => line.StartsWith($"Warning: Model {First} does not exist", StringComparison.Ordinal)),
            Is.EqualTo(1)
        );
    }

    [TestCase(
        404,
        "NOT_FOUND",
        "This model models/gemini-3.5-flash-lite is no longer available to new users.",
        TestName = "A_withdrawn_model_may_be_not_found"
    )]
    [TestCase(410, "GONE", "", TestName = "A_withdrawn_model_may_be_gone")]
    [TestCase(400, "FAILED_PRECONDITION", "The model has been retired.", TestName = "A_withdrawn_model_may_be_a_bad_request")]
    public async Task A_withdrawn_model_is_passed_over_however_the_host_says_it(int status, string word, string message)
    {
        Gemini.Screening.Fails(status, word, message).Answers(incident: true);

        await AskAsync();

        Assert.That(Gemini.Asked.Select(asked => asked.Model), Is.EqualTo(new[] { First, Second }));
    }

    [Test]
    public void Without_any_model_it_is_refused_with_a_wait()
    {
        Gemini.Withdraw(First);
        Gemini.Withdraw(Second);

        var refused = Assert.ThrowsAsync<RefusedException>(() => AskAsync());

        Assert.That((refused!.Refusal, refused.RetryAfter > TimeSpan.Zero), Is.EqualTo((Refusal.Unavailable, true)));
    }

    [TestCase(AnalysisStage.Screening, First, Second)]
    [TestCase(AnalysisStage.Confirmation, "gemini-3.8-flash", "gemini-3.5-flash")]
    public async Task Health_says_when_a_stage_has_no_model_left(AnalysisStage stage, params string[] models)
    {
        Array.ForEach(models, Gemini.Withdraw);
        Assert.ThrowsAsync<RefusedException>(() => AskAsync(stage));

        Assert.That(await HealthAsync(), Is.EqualTo("down: no model left"));
    }

    [Test]
    public async Task While_a_stage_has_another_model_health_has_nothing_to_say()
    {
        Gemini.Withdraw(First);
        await AskAsync();

        Assert.That(await HealthAsync(), Is.EqualTo("up"));
    }

    [Test]
    public async Task Health_says_when_a_model_is_back()
    {
        Gemini.Screening.Fails(404, "NOT_FOUND").Fails(404, "NOT_FOUND").Answers(incident: true);
        Assert.ThrowsAsync<RefusedException>(() => AskAsync());
        await AskAsync();

        Assert.That(await HealthAsync(), Is.EqualTo("up"));
    }

    [Test]
    public async Task When_all_were_gone_and_one_comes_back_it_is_asked()
    {
        Gemini.Screening.Fails(404, "NOT_FOUND").Fails(404, "NOT_FOUND").Answers(incident: true);
        Assert.ThrowsAsync<RefusedException>(() => AskAsync());

        var observation = await AskAsync();

        Assert.That(observation.IncidentDetected, Is.True);
    }

    [Test]
    public async Task One_stages_missing_model_is_nothing_to_the_other()
    {
        Gemini.Withdraw(First);
        await AskAsync();

        await AskAsync(AnalysisStage.Confirmation);

        Assert.That(Gemini.Asked[^1].Model, Is.EqualTo("gemini-3.8-flash"));
    }
}
