using System.Net.Sockets;
using Vigint.Application.Usage;
using Vigint.Domain;
using Vigint.Infrastructure.Gemini;
using Vigint.TestSupport;

namespace Vigint.AdapterTests.Gemini;

/// <summary>What is tried again, what is not, and when the host is left alone.</summary>
public sealed class ResilienceTests : GeminiFixture
{
    private static readonly TimeSpan LeftAloneFor = TimeSpan.FromSeconds(30);

    // A minute, and what a clip of these tests takes to be sent.
    private static readonly TimeSpan AttemptMayTake = TimeSpan.FromSeconds(62);

    // By the clock on the wall: what is expected to end has a moment to do so.
    private static readonly TimeSpan SoonEnough = TimeSpan.FromSeconds(20);

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

        Assert.That(
            (refused!.Refusal, refused.RetryAfter > TimeSpan.Zero, Gemini.Screening.Count),
            Is.EqualTo((Refusal.Unavailable, true, 3))
        );
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

        Assert.That(
            (refused!.Refusal, refused.RetryAfter, Gemini.Screening.Count),
            Is.EqualTo((Refusal.Unavailable, TimeSpan.FromSeconds(45), 1))
        );
    }

    [Test]
    public async Task A_first_look_without_an_answer_ends_after_a_hundred_seconds_in_all()
    {
        FakeGate[] gates = [Gemini.Screening.Holds(), Gemini.Screening.Holds()];
        var answer = AskAsync();
        await gates[0].Reached;
        Clock.Advance(AttemptMayTake);
        await gates[1].Reached;

        // A quarter of a second more, in which the clip is sent.
        AdvanceTo(TimeSpan.FromSeconds(100));
        Assert.That(answer.IsCompleted, Is.False);
        AdvanceTo(TimeSpan.FromSeconds(101));

        Assert.That(
            () => answer.WaitAsync(SoonEnough),
            Throws.TypeOf<RefusedException>().With.Property("Refusal").EqualTo(Refusal.GatewayTimeout)
        );
        Assert.That(Gemini.Screening.Count, Is.EqualTo(2));
    }

    [Test]
    public async Task Asking_again_for_an_answer_that_did_not_fit_is_part_of_the_hundred_seconds()
    {
        var gates = new[] { Gemini.Screening.Holds() };
        Gemini.Screening.Says("Nothing happens.");
        gates = [.. gates, Gemini.Screening.Holds()];
        var answer = AskAsync();
        await gates[0].Reached;
        Clock.Advance(TimeSpan.FromSeconds(59));
        gates[0].Open();
        await gates[1].Reached;

        AdvanceTo(TimeSpan.FromSeconds(101));

        Assert.That(
            () => answer.WaitAsync(SoonEnough),
            Throws.TypeOf<RefusedException>().With.Property("Refusal").EqualTo(Refusal.GatewayTimeout)
        );
    }

    [Test]
    public async Task A_long_clip_has_a_tenth_of_its_playing_time_more()
    {
        FakeGate[] gates = [Gemini.Screening.Holds(), Gemini.Screening.Holds()];
        await using var shown = await Model.ShowAsync(Clip(duration: TimeSpan.FromMinutes(10)), CancellationToken.None);
        var answer = shown.AskAsync(AnalysisStage.Screening, Question, CancellationToken.None);
        await gates[0].Reached;
        Clock.Advance(TimeSpan.FromSeconds(121));
        await gates[1].Reached;

        AdvanceTo(TimeSpan.FromSeconds(160));
        Assert.That(answer.IsCompleted, Is.False);
        AdvanceTo(TimeSpan.FromSeconds(161));

        Assert.That(
            () => answer.WaitAsync(SoonEnough),
            Throws.TypeOf<RefusedException>().With.Property("Refusal").EqualTo(Refusal.GatewayTimeout)
        );
    }

    [Test]
    public async Task A_host_that_answers_no_first_look_in_time_is_left_alone()
    {
        FakeGate[] gates = [.. Enumerable.Range(0, 6).Select(_ => Gemini.Screening.Holds())];
        Task[] answers = [.. Enumerable.Range(0, 3).Select(clip => AskAsync(sizeBytes: 100_000 + clip))];
        await Task.WhenAll(gates[..3].Select(gate => gate.Reached));
        Clock.Advance(AttemptMayTake);
        await Task.WhenAll(gates[3..].Select(gate => gate.Reached));
        AdvanceTo(TimeSpan.FromSeconds(101));
        foreach (var answer in answers)
            Assert.That(
                () => answer.WaitAsync(SoonEnough),
                Throws.TypeOf<RefusedException>().With.Property("Refusal").EqualTo(Refusal.GatewayTimeout)
            );

        var refused = Assert.ThrowsAsync<RefusedException>(() => AskAsync(sizeBytes: 200_000));

        Assert.That((refused!.Refusal, Gemini.Screening.Count), Is.EqualTo((Refusal.Unavailable, 6)));
    }

    [Test]
    public async Task Without_an_answer_in_time_a_second_look_is_refused_after_three_tries()
    {
        FakeGate[] gates = [Gemini.Confirmation.Holds(), Gemini.Confirmation.Holds(), Gemini.Confirmation.Holds()];
        var answer = AskAsync(AnalysisStage.Confirmation);
        foreach (var gate in gates)
        {
            await gate.Reached;
            Clock.Advance(AttemptMayTake);
        }

        Assert.That(() => answer, Throws.TypeOf<RefusedException>().With.Property("Refusal").EqualTo(Refusal.GatewayTimeout));
    }

    [Test]
    public async Task What_is_not_answered_in_time_is_counted_as_if_the_model_had_seen_the_clip()
    {
        var gate = Gemini.Screening.Holds();
        Gemini.Screening.Answers(incident: false, inputTokens: 1000, outputTokens: 100);
        await using var shown = await Model.ShowAsync(Clip(duration: TimeSpan.FromSeconds(10)), CancellationToken.None);
        var answer = shown.AskAsync(AnalysisStage.Screening, Question, CancellationToken.None);
        await gate.Reached;
        Clock.Advance(AttemptMayTake);

        await answer;

        Assert.That(
            shown.Uses.Select(use => (use.Model, use.InputTokens, use.OutputTokens)),
            Is.EqualTo(new[] { ("gemini-3.5-flash-lite", 1720, 0), ("gemini-3.5-flash-lite", 1000L, 100L) })
        );
    }

    [Test]
    public async Task What_its_caller_does_not_wait_for_is_counted_too()
    {
        var gate = Gemini.Screening.Holds();
        await using var shown = await Model.ShowAsync(Clip(duration: TimeSpan.FromSeconds(10)), CancellationToken.None);
        using var gone = new CancellationTokenSource();
        var answer = shown.AskAsync(AnalysisStage.Screening, Question, gone.Token);
        await gate.Reached;

        await gone.CancelAsync();

        Assert.That(() => answer, Throws.InstanceOf<OperationCanceledException>());
        Assert.That(shown.Uses.Select(use => use.InputTokens), Is.EqualTo(new[] { 1720 }));
    }

    [Test]
    public async Task A_question_whose_answer_was_lost_with_the_connection_is_counted_too()
    {
        Gemini.Screening.HangsUp().Answers(incident: false, inputTokens: 1000, outputTokens: 100);
        await using var shown = await Model.ShowAsync(Clip(duration: TimeSpan.FromSeconds(10)), CancellationToken.None);

        await shown.AskAsync(AnalysisStage.Screening, Question, CancellationToken.None);

        Assert.That(shown.Uses.Select(use => use.InputTokens), Is.EqualTo(new[] { 1720, 1000L }));
    }

    [Test]
    public async Task A_question_that_went_nowhere_is_not_counted()
    {
        UseOptions(
            NewOptions(),
            handler: () =>
            {
                var handler = GeminiApi.NewHandler();
                handler.ConnectCallback = (_, _) =>
                    ValueTask.FromException<Stream>(new SocketException((int)SocketError.ConnectionRefused));
                return handler;
            }
        );
        await using var shown = await Model.ShowAsync(Clip(duration: TimeSpan.FromSeconds(10)), CancellationToken.None);

        Assert.ThrowsAsync<RefusedException>(() => shown.AskAsync(AnalysisStage.Screening, Question, CancellationToken.None));

        Assert.That(shown.Uses, Is.Empty);
    }

    [Test]
    public async Task What_the_host_fails_at_in_time_is_not_counted()
    {
        Gemini.Screening.Fails(503);
        await using var shown = await Model.ShowAsync(Clip(), CancellationToken.None);

        Assert.ThrowsAsync<RefusedException>(() => shown.AskAsync(AnalysisStage.Screening, Question, CancellationToken.None));

        Assert.That(shown.Uses, Is.Empty);
    }

    [Test]
    public void A_host_that_lets_nobody_connect_is_away()
    {
        UseOptions(
            NewOptions(),
            handler: () =>
            {
                var handler = GeminiApi.NewHandler();
                handler.ConnectTimeout = TimeSpan.FromMilliseconds(10);
                handler.ConnectCallback = (_, token) => new ValueTask<Stream>(new TaskCompletionSource<Stream>().Task.WaitAsync(token));
                return handler;
            }
        );

        var refused = Assert.ThrowsAsync<RefusedException>(() => AskAsync());

        Assert.That((refused!.Refusal, refused.RetryAfter > TimeSpan.Zero, Gemini.Calls.Count), Is.EqualTo((Refusal.Unavailable, true, 0)));
        Assert.That(Log.All, Has.One.Contains("CONNECT_TIMEOUT"));
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
    public async Task A_clip_at_which_the_host_fails_every_time_keeps_no_other_from_being_asked_about()
    {
        Gemini.Screening.Fails(503);
        for (var calls = 0; calls < 6; calls++)
            Assert.ThrowsAsync<RefusedException>(() => AskAsync());
        Gemini.Screening.Answers(incident: true);

        var observation = await AskAsync(sizeBytes: 200_000);

        Assert.That(observation.IncidentDetected, Is.True);
    }

    [Test]
    public async Task A_clip_that_is_seen_in_the_first_look_and_not_answered_in_the_second_keeps_no_other_from_being_asked_about()
    {
        FakeGate[] gates = [Gemini.Confirmation.Holds(), Gemini.Confirmation.Holds(), Gemini.Confirmation.Holds()];
        await AskAsync();
        var answer = AskAsync(AnalysisStage.Confirmation);
        foreach (var gate in gates)
        {
            await gate.Reached;
            Clock.Advance(AttemptMayTake);
        }

        Assert.That(() => answer, Throws.TypeOf<RefusedException>());
        await AskAsync(sizeBytes: 200_000);

        Assert.That(await HealthAsync(), Is.EqualTo("up"));
    }

    [Test]
    public void A_host_that_was_left_alone_and_fails_at_the_same_clip_is_left_alone_again()
    {
        FailUntilLeftAlone();
        Clock.Advance(LeftAloneFor);
        Assert.ThrowsAsync<RefusedException>(() => AskAsync(sizeBytes: 100_002));
        var asked = Gemini.Calls.Count;

        Assert.ThrowsAsync<RefusedException>(() => AskAsync());

        Assert.That(Gemini.Calls, Has.Count.EqualTo(asked));
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
    public async Task While_one_finds_out_whether_the_host_is_well_again_the_others_are_told_to_come_back()
    {
        FailUntilLeftAlone();
        var gate = Gemini.Screening.Holds();
        Clock.Advance(LeftAloneFor);
        var findingOut = AskAsync();
        await gate.Reached;
        Clock.Advance(TimeSpan.FromSeconds(40));

        var refused = Assert.ThrowsAsync<RefusedException>(() => AskAsync(sizeBytes: 200_000));

        Assert.That(refused!.RetryAfter, Is.EqualTo(TimeSpan.FromSeconds(5)));
        Clock.Advance(TimeSpan.FromSeconds(20));
        Assert.That(
            () => findingOut,
            Throws.TypeOf<RefusedException>().With.Property("Refusal").EqualTo(Refusal.GatewayTimeout),
            "once, and no longer than a minute"
        );
    }

    [Test]
    public async Task Whoever_leaves_while_finding_out_has_not_found_the_host_well()
    {
        FailUntilLeftAlone();
        var gate = Gemini.Screening.Holds();
        Clock.Advance(LeftAloneFor);
        using var gone = new CancellationTokenSource();
        var findingOut = AskAsync(cancellationToken: gone.Token);
        await gate.Reached;

        await gone.CancelAsync();

        Assert.That(() => findingOut, Throws.InstanceOf<OperationCanceledException>());
        Assert.That(await HealthAsync(), Is.EqualTo("down: does not answer"));
    }

    [Test]
    public void Nothing_is_put_beside_a_host_that_is_left_alone()
    {
        FailUntilLeftAlone();
        var asked = Gemini.Calls.Count;

        var refused = Assert.ThrowsAsync<RefusedException>(() => AskAsync(sizeBytes: 15 * 1024 * 1024));

        Assert.That((refused!.Refusal, Gemini.Calls.Count), Is.EqualTo((Refusal.Unavailable, asked)));
    }

    [Test]
    public void A_host_that_has_too_much_to_do_is_not_left_alone()
    {
        Gemini.Screening.Fails(429);
        for (var calls = 0; calls < 4; calls++)
            Assert.ThrowsAsync<RefusedException>(() => AskAsync(sizeBytes: 100_000 + calls));

        Assert.That(Gemini.Screening.Count, Is.EqualTo(12));
    }

    [Test]
    public void A_clip_that_the_host_cannot_read_spoils_nothing_for_others()
    {
        Gemini.Screening.Fails(400, "INVALID_ARGUMENT");
        for (var calls = 0; calls < 8; calls++)
            Assert.ThrowsAsync<RefusedException>(() => AskAsync(sizeBytes: 100_000 + calls));

        Assert.That(Gemini.Screening.Count, Is.EqualTo(8));
    }

    [Test]
    public async Task Callers_who_go_away_are_no_failures()
    {
        for (var calls = 0; calls < 8; calls++)
        {
            var gate = Gemini.Screening.Holds();
            using var gone = new CancellationTokenSource();
            var answer = AskAsync(sizeBytes: 100_000 + calls, cancellationToken: gone.Token);
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
            Assert.That(
                (refused!.Refusal, refused.RetryAfter > TimeSpan.Zero, Gemini.Calls.Count),
                Is.EqualTo((Refusal.Unavailable, true, 1))
            );
            Assert.That(await HealthAsync(), Is.EqualTo("down: the key is refused"));
        }
    }

    [Test]
    public void A_key_that_is_refused_is_logged_once_by_the_name_of_its_setting()
    {
        Gemini.RefusesKeysWith = 403;
        for (var calls = 0; calls < 3; calls++)
            Assert.ThrowsAsync<RefusedException>(() => AskAsync());

        Assert.That(
            Log.All.Count(line =>
                line.StartsWith("Error: ", StringComparison.Ordinal) && line.Contains("GOOGLE_API_KEY", StringComparison.Ordinal)
            ),
            Is.EqualTo(1)
        );
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

    private void AdvanceTo(TimeSpan sinceTheStart) => Clock.Advance(A.Noon + sinceTheStart - Clock.GetUtcNow());

    private void FailUntilLeftAlone()
    {
        Gemini.Screening.Fails(503);
        for (var clips = 0; clips < 3; clips++)
            Assert.ThrowsAsync<RefusedException>(() => AskAsync(sizeBytes: 100_000 + clips));
    }
}
