using Microsoft.Extensions.Time.Testing;
using Vigint.Application.Analysis;
using Vigint.TestSupport;

namespace Vigint.UnitTests.Analysis;

public sealed class JudgementCacheTests
{
    private static readonly Observation Nothing = new(false, "none", "Nothing.", "An empty room.", null, null, null);
    private static readonly Judgement Peace = Judgement.Of(Nothing, confirmation: null);

    private readonly FakeTimeProvider clock = new(A.Noon);
    private JudgementCache cache = null!;
    private int asked;

    [SetUp]
    public void NewCache()
    {
        cache = new JudgementCache(clock);
        asked = 0;
    }

    [Test]
    public async Task The_same_again_is_known()
    {
        var first = await GetAsync("a");
        var second = await GetAsync("a");

        Assert.That((first, second, asked), Is.EqualTo(((Peace, false), (Peace, true), 1)));
    }

    [Test]
    public async Task Something_else_is_asked_for()
    {
        await GetAsync("a");
        await GetAsync("b");

        Assert.That(asked, Is.EqualTo(2));
    }

    [Test]
    public async Task After_an_hour_it_is_asked_again()
    {
        await GetAsync("a");
        clock.Advance(TimeSpan.FromHours(1));

        Assert.That((await GetAsync("a")).WasKnown, Is.False);
    }

    [Test]
    public async Task Two_at_once_are_asked_once()
    {
        var answer = new TaskCompletionSource<Judgement>();
        var one = cache.GetAsync("a", _ => Count(answer.Task), default);
        var other = cache.GetAsync("a", _ => Count(answer.Task), default);
        answer.SetResult(Peace);

        Assert.That((await one, await other), Is.EqualTo(((Peace, false), (Peace, true))));
        Assert.That(asked, Is.EqualTo(1));
    }

    [Test]
    public async Task A_failure_is_told_to_all_who_wait_and_not_kept()
    {
        var answer = new TaskCompletionSource<Judgement>();
        var one = cache.GetAsync("a", _ => Count(answer.Task), default);
        var other = cache.GetAsync("a", _ => Count(answer.Task), default);
        answer.SetException(new TimeoutException());

        Assert.That(async () => await one, Throws.TypeOf<TimeoutException>());
        Assert.That(async () => await other, Throws.TypeOf<TimeoutException>());
        Assert.That((await GetAsync("a")).WasKnown, Is.False);
    }

    [Test]
    public async Task One_whose_second_look_failed_is_asked_for_again()
    {
        await cache.GetAsync("a", _ => Count(Task.FromResult(Judgement.Unconfirmed(Nothing with { IncidentDetected = true }))), default);

        Assert.That((await GetAsync("a")).WasKnown, Is.False);
    }

    [Test]
    public async Task Whoever_leaves_does_not_take_the_answer_from_the_others()
    {
        var answer = new TaskCompletionSource<Judgement>();
        using var leaving = new CancellationTokenSource();
        var one = cache.GetAsync("a", token => answer.Task.WaitAsync(token), leaving.Token);
        var other = cache.GetAsync("a", token => answer.Task.WaitAsync(token), default);

        await leaving.CancelAsync();
        answer.SetResult(Peace);

        Assert.That(async () => await one, Throws.InstanceOf<OperationCanceledException>());
        Assert.That((await other).Judgement, Is.EqualTo(Peace));
    }

    [Test]
    public async Task Whoever_asked_first_stays_until_the_answer_is_there_for_the_clip_is_theirs()
    {
        var answer = new TaskCompletionSource<Judgement>();
        using var leaving = new CancellationTokenSource();
        var first = cache.GetAsync("a", token => answer.Task.WaitAsync(token), leaving.Token);
        var other = cache.GetAsync("a", token => answer.Task.WaitAsync(token), default);

        await leaving.CancelAsync();
        Assert.That(first.IsCompleted, Is.False);
        answer.SetResult(Peace);

        Assert.That((await other).Judgement, Is.EqualTo(Peace));
        Assert.That(async () => await first, Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public async Task Whoever_only_waits_leaves_at_once()
    {
        var answer = new TaskCompletionSource<Judgement>();
        using var leaving = new CancellationTokenSource();
        var first = cache.GetAsync("a", token => answer.Task.WaitAsync(token), default);
        var other = cache.GetAsync("a", token => answer.Task.WaitAsync(token), leaving.Token);

        await leaving.CancelAsync();

        Assert.That(async () => await other, Throws.InstanceOf<OperationCanceledException>());
        Assert.That(first.IsCompleted, Is.False);
        answer.SetResult(Peace);
        await first;
    }

    [Test]
    public async Task Whoever_comes_after_the_first_has_left_waits_for_the_same_answer()
    {
        var answer = new TaskCompletionSource<Judgement>();
        using var leaving = new CancellationTokenSource();
        var first = cache.GetAsync("a", token => Count(answer.Task.WaitAsync(token)), leaving.Token);
        var second = cache.GetAsync("a", token => Count(answer.Task.WaitAsync(token)), default);
        await leaving.CancelAsync();

        var third = cache.GetAsync("a", token => Count(answer.Task.WaitAsync(token)), default);
        answer.SetResult(Peace);

        Assert.That(((await second).Judgement, await third, asked), Is.EqualTo((Peace, (Peace, true), 1)));
        Assert.That(async () => await first, Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public async Task When_all_have_left_nobody_is_asked_any_more()
    {
        var stopped = new TaskCompletionSource();
        using var leaving = new CancellationTokenSource();
        var one = cache.GetAsync(
            "a",
            async token =>
            {
                await using var _ = token.Register(stopped.SetResult);
                return await new TaskCompletionSource<Judgement>().Task.WaitAsync(token);
            },
            leaving.Token
        );

        await leaving.CancelAsync();

        Assert.That(async () => await one, Throws.InstanceOf<OperationCanceledException>());
        await stopped.Task.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.That((await GetAsync("a")).WasKnown, Is.False);
    }

    [Test]
    public async Task What_is_found_after_all_have_left_is_known_to_whoever_comes_again()
    {
        var answer = new TaskCompletionSource<Judgement>();
        using var leaving = new CancellationTokenSource();
        var first = cache.GetAsync("a", _ => Count(answer.Task), leaving.Token);
        await leaving.CancelAsync();
        var again = cache.GetAsync("a", _ => Count(answer.Task), default);
        answer.SetResult(Peace);

        Assert.That((await again, asked), Is.EqualTo(((Peace, true), 1)));
        Assert.That(async () => await first, Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public async Task Whoever_comes_to_a_question_that_was_given_up_asks_it_again()
    {
        var givenUp = new TaskCompletionSource<Judgement>();
        using var leaving = new CancellationTokenSource();
        var first = cache.GetAsync("a", _ => givenUp.Task, leaving.Token);
        await leaving.CancelAsync();
        var again = GetAsync("a");
        givenUp.SetCanceled();

        Assert.That((await again, asked), Is.EqualTo(((Peace, false), 1)));
        Assert.That(async () => await first, Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public async Task One_whose_second_look_failed_is_kept_a_while_when_nobody_heard_it()
    {
        var unconfirmed = Judgement.Unconfirmed(Nothing with { IncidentDetected = true });
        var answer = new TaskCompletionSource<Judgement>();
        using var leaving = new CancellationTokenSource();
        var first = cache.GetAsync("a", _ => answer.Task, leaving.Token);
        await leaving.CancelAsync();
        answer.SetResult(unconfirmed);
        Assert.That(async () => await first, Throws.InstanceOf<OperationCanceledException>());

        Assert.That(await GetAsync("a"), Is.EqualTo((unconfirmed, true)));
        clock.Advance(TimeSpan.FromMinutes(5));
        Assert.That((await GetAsync("a")).WasKnown, Is.False);
    }

    private Task<(Judgement Judgement, bool WasKnown)> GetAsync(string key) =>
        cache.GetAsync(key, _ => Count(Task.FromResult(Peace)), default);

    private Task<Judgement> Count(Task<Judgement> answer)
    {
        Interlocked.Increment(ref asked);
        return answer;
    }
}
