using Vigint.Application.Analysis;
using Vigint.Domain;
using Vigint.TestSupport;

namespace Vigint.AdapterTests.Gemini;

/// <summary>What is tried again, what is not, and when the host is left alone.</summary>
public sealed class ResilienceTests : GeminiFixture
{
    private static readonly TimeSpan LeftAloneFor = TimeSpan.FromSeconds(30);

    [TestCase(429)]
    [TestCase(500)]
    [TestCase(502)]
    [TestCase(503)]
    [TestCase(504)]
    public async Task What_fails_in_passing_is_tried_up_to_three_times(int status)
    {
        Gemini.Screening.Fails(status).Fails(status).Answers(incident: true);

        var observation = await AskAsync();

        Assert.That((observation.IncidentDetected, Gemini.Screening.Count), Is.EqualTo((true, 3)));
    }

    [Test]
    public async Task A_broken_connection_is_tried_again()
    {
        Gemini.Screening.HangsUp().Answers(incident: true);

        var observation = await AskAsync();

        Assert.That(observation.IncidentDetected, Is.True);
    }

    [TestCase(429)]
    [TestCase(500)]
    [TestCase(503)]
    public void What_fails_three_times_is_refused_with_a_wait(int status)
    {
        Gemini.Screening.Fails(status);

        var refused = Assert.ThrowsAsync<RefusedException>(() => AskAsync());

        Assert.That((refused!.Refusal, refused.RetryAfter > TimeSpan.Zero, Gemini.Screening.Count), Is.EqualTo((Refusal.Unavailable, true, 3)));
    }

    [Test]
    public async Task Between_tries_it_waits_longer_each_time_at_most_some_seconds()
    {
        Gemini.Screening.Fails(500).Fails(500).Answers(incident: true);

        await AskAsync();

        Assert.That(Clock.Waits, Has.Count.EqualTo(2).And.All.InRange(TimeSpan.Zero, TimeSpan.FromSeconds(5)));
    }

    [Test]
    public async Task A_host_that_says_how_long_to_wait_is_given_that_time()
    {
        Gemini.Screening.Fails(429, "RESOURCE_EXHAUSTED", retryAfter: TimeSpan.FromSeconds(7)).Answers(incident: true);

        await AskAsync();

        Assert.That(Clock.Waits, Is.EqualTo(new[] { TimeSpan.FromSeconds(7) }));
    }

    [Test]
    public async Task A_host_that_says_it_in_its_own_way_is_given_that_time()
    {
        Gemini.Screening.Fails(429, "RESOURCE_EXHAUSTED", retryDelay: TimeSpan.FromSeconds(6.5)).Answers(incident: true);

        await AskAsync();

        Assert.That(Clock.Waits, Is.EqualTo(new[] { TimeSpan.FromSeconds(6.5) }));
    }

    [Test]
    public void A_host_that_asks_for_much_patience_is_not_waited_for_and_the_caller_is_told()
    {
        Gemini.Screening.Fails(429, "RESOURCE_EXHAUSTED", retryAfter: TimeSpan.FromSeconds(45));

        var refused = Assert.ThrowsAsync<RefusedException>(() => AskAsync());

        Assert.That((refused!.Refusal, refused.RetryAfter, Gemini.Screening.Count), Is.EqualTo((Refusal.Unavailable, TimeSpan.FromSeconds(45), 1)));
    }

    [TestCase(AnalysisStage.Screening, 60)]
    [TestCase(AnalysisStage.Confirmation, 120)]
    public async Task Without_an_answer_in_time_it_is_refused_after_three_tries(AnalysisStage stage, int seconds)
    {
        var models = stage == AnalysisStage.Screening ? Gemini.Screening : Gemini.Confirmation;
        FakeGate[] gates = [models.Holds(), models.Holds(), models.Holds()];
        var answer = AskAsync(stage);
        foreach (var gate in gates)
        {
            await gate.Reached;
            Clock.Advance(TimeSpan.FromSeconds(seconds));
        }

        Assert.That(() => answer, Throws.TypeOf<RefusedException>().With.Property("Refusal").EqualTo(Refusal.GatewayTimeout));
    }

    [Test]
    public async Task An_answer_within_its_time_is_waited_for()
    {
        var gate = Gemini.Screening.Holds();
        var answer = AskAsync();
        await gate.Reached;
        Clock.Advance(TimeSpan.FromSeconds(59));
        gate.Open();

        await answer;

        Assert.That(Gemini.Screening.Count, Is.EqualTo(1));
    }

    [Test]
    public void After_repeated_failures_the_host_is_left_alone()
    {
        FailUntilLeftAlone();
        var asked = Gemini.Calls.Count;

        var refused = Assert.ThrowsAsync<RefusedException>(() => AskAsync());

        using (Assert.EnterMultipleScope())
        {
            Assert.That((refused!.Refusal, Gemini.Calls.Count), Is.EqualTo((Refusal.Unavailable, asked)));
            Assert.That(refused.RetryAfter, Is.GreaterThan(TimeSpan.Zero).And.LessThanOrEqualTo(LeftAloneFor));
        }
    }

    [Test]
    public async Task A_host_that_was_left_alone_and_answers_is_asked_as_before()
    {
        FailUntilLeftAlone();
        Gemini.Screening.Answers(incident: true);
        Clock.Advance(LeftAloneFor);

        await AskAsync();
        var observation = await AskAsync();

        Assert.That(observation.IncidentDetected, Is.True);
    }

    [Test]
    public void A_host_that_has_too_much_to_do_is_not_left_alone()
    {
        Gemini.Screening.Fails(429);
        for (var calls = 0; calls < 4; calls++)
            Assert.ThrowsAsync<RefusedException>(() => AskAsync());

        Assert.That(Gemini.Screening.Count, Is.EqualTo(12));
    }

    [Test]
    public void A_clip_that_the_host_cannot_read_spoils_nothing_for_others()
    {
        Gemini.Screening.Fails(400, "INVALID_ARGUMENT");
        for (var calls = 0; calls < 8; calls++)
            Assert.ThrowsAsync<RefusedException>(() => AskAsync());

        Assert.That(Gemini.Screening.Count, Is.EqualTo(8));
    }

    [Test]
    public async Task Callers_who_go_away_are_no_failures()
    {
        for (var calls = 0; calls < 8; calls++)
        {
            var gate = Gemini.Screening.Holds();
            using var gone = new CancellationTokenSource();
            var answer = AskAsync(cancellationToken: gone.Token);
            await gate.Reached;
            await gone.CancelAsync();
            Assert.That(() => answer, Throws.InstanceOf<OperationCanceledException>());
            gate.Open();
        }

        Gemini.Screening.Answers(incident: true);
        var observation = await AskAsync();

        Assert.That((observation.IncidentDetected, await HealthAsync()), Is.EqualTo((true, "up")));
    }

    // Health and log

    [Test]
    public async Task Without_a_key_health_says_so()
    {
        UseOptions(NewOptions(key: null));

        Assert.That(await HealthAsync(), Is.EqualTo("not configured"));
    }

    [Test]
    public async Task Health_asks_nobody()
    {
        await HealthAsync();

        Assert.That(Gemini.Calls, Is.Empty);
    }

    [Test]
    public async Task Health_says_when_the_host_does_not_answer()
    {
        FailUntilLeftAlone();

        Assert.That(await HealthAsync(), Is.EqualTo("down: does not answer"));
    }

    [Test]
    public async Task Health_says_when_the_host_answers_again()
    {
        FailUntilLeftAlone();
        Gemini.Screening.Answers(incident: false);
        Clock.Advance(LeftAloneFor);
        await AskAsync();

        Assert.That(await HealthAsync(), Is.EqualTo("up"));
    }

    [TestCase(400)]
    [TestCase(401)]
    [TestCase(403)]
    public async Task A_key_that_is_refused_is_refused_with_a_wait_and_shown_by_health(int status)
    {
        Gemini.RefusesKeysWith = status;

        var refused = Assert.ThrowsAsync<RefusedException>(() => AskAsync());

        using (Assert.EnterMultipleScope())
        {
            Assert.That((refused!.Refusal, refused.RetryAfter > TimeSpan.Zero, Gemini.Calls.Count), Is.EqualTo((Refusal.Unavailable, true, 1)));
            Assert.That(await HealthAsync(), Is.EqualTo("down: the key is refused"));
        }
    }

    [Test]
    public void A_key_that_is_refused_is_logged_once_by_the_name_of_its_setting()
    {
        Gemini.RefusesKeysWith = 403;
        for (var calls = 0; calls < 3; calls++)
            Assert.ThrowsAsync<RefusedException>(() => AskAsync());

        Assert.That(Log.All.Count(line => line.StartsWith("Error: ", StringComparison.Ordinal) && line.Contains("GOOGLE_API_KEY", StringComparison.Ordinal)), Is.EqualTo(1));
    }

    [Test]
    public async Task A_key_that_is_let_in_again_is_forgiven()
    {
        Gemini.RefusesKeysWith = 403;
        Assert.ThrowsAsync<RefusedException>(() => AskAsync());
        Gemini.RefusesKeysWith = null;
        await AskAsync();

        Assert.That(await HealthAsync(), Is.EqualTo("up"));
    }

    [Test]
    public async Task Neither_key_nor_address_is_ever_logged()
    {
        Gemini.Screening.Fails(500).Fails(429).Answers(incident: true);
        await AskAsync();
        Gemini.Screening.HangsUp();
        Assert.ThrowsAsync<RefusedException>(() => AskAsync());
        Gemini.RefusesKeysWith = 403;
        Assert.ThrowsAsync<RefusedException>(() => AskAsync());

        Assert.That(Log.All, Is.Not.Empty.And.None.Contains(FakeGemini.Key).And.None.Contains(Gemini.Address));
    }

    private void FailUntilLeftAlone()
    {
        Gemini.Screening.Fails(503);
        Assert.ThrowsAsync<RefusedException>(() => AskAsync());
        Assert.ThrowsAsync<RefusedException>(() => AskAsync());
    }
}
