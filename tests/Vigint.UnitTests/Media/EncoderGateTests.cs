using Microsoft.Extensions.Time.Testing;
using Vigint.Application.Media;
using Vigint.Domain;
using Vigint.TestSupport;

namespace Vigint.UnitTests.Media;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class EncoderGateTests
{
    private readonly FakeTimeProvider clock = new(A.Noon);
    private readonly List<string> order = [];

    [Test]
    public async Task The_first_goes_in_at_once_and_the_second_waits_for_it()
    {
        var gate = Gate();
        var first = await EnterAsync(gate, "a");
        var second = EnterAsync(gate, "b");

        Assert.That(second.IsCompleted, Is.False);
        first.Dispose();
        Assert.That(await second, Is.Not.Null);
    }

    [Test]
    public async Task Turns_go_round_between_owners_whatever_each_has_waiting()
    {
        var gate = Gate();
        var running = await EnterAsync(gate, "a");
        string[] calls = ["a", "a", "a", "b", "b", "c"];
        var all = Task.WhenAll(calls.Select(owner => NoteAsync(gate, owner)));

        running.Dispose();
        await all;

        Assert.That(order, Is.EqualTo(new[] { "b", "c", "a", "b", "a", "a" }));
    }

    [Test]
    public async Task Callers_go_before_what_nobody_waits_for()
    {
        var gate = Gate();
        var running = await EnterAsync(gate, "a");
        var all = Task.WhenAll(NoteAsync(gate, "background", Urgency.Background), NoteAsync(gate, "a"), NoteAsync(gate, "a"));

        running.Dispose();
        await all;

        Assert.That(order, Is.EqualTo(new[] { "a", "a", "background" }));
    }

    [Test]
    public async Task After_three_callers_what_nobody_waits_for_has_a_turn()
    {
        var gate = Gate();
        var running = await EnterAsync(gate, "a");
        var all = Task.WhenAll(
            NoteAsync(gate, "background", Urgency.Background),
            NoteAsync(gate, "a"),
            NoteAsync(gate, "a"),
            NoteAsync(gate, "a"),
            NoteAsync(gate, "a")
        );

        running.Dispose();
        await all;

        Assert.That(order, Is.EqualTo(new[] { "a", "a", "background", "a", "a" }));
    }

    [Test]
    public async Task A_full_queue_refuses_and_says_when_to_come_again()
    {
        var gate = Gate(mostWaiting: 1);
        using var running = await EnterAsync(gate, "a");
        var waiting = EnterAsync(gate, "a");

        Assert.That(
            () => EnterAsync(gate, "a"),
            Throws
                .TypeOf<RefusedException>()
                .With.Property("Refusal")
                .EqualTo(Refusal.Unavailable)
                .And.Property("RetryAfter")
                .EqualTo(TimeSpan.FromSeconds(10))
        );
        Assert.That(waiting.IsCompleted, Is.False);
    }

    [Test]
    public async Task When_jobs_take_longer_the_wait_that_is_told_is_longer()
    {
        var gate = Gate(mostWaiting: 1);
        for (var job = 0; job < 20; job++)
        {
            using var turn = await EnterAsync(gate, "a");
            clock.Advance(TimeSpan.FromSeconds(40));
        }

        using var running = await EnterAsync(gate, "a");
        _ = EnterAsync(gate, "a");

        Assert.That(
            () => EnterAsync(gate, "a"),
            Throws.TypeOf<RefusedException>().With.Property("RetryAfter").EqualTo(TimeSpan.FromSeconds(40)).Within(TimeSpan.FromSeconds(1))
        );
    }

    [Test]
    public async Task Of_a_queue_that_one_owner_has_filled_the_newest_makes_room_for_another()
    {
        var gate = Gate(mostWaiting: 3);
        var running = await EnterAsync(gate, "a");
        var greedy = Enumerable.Range(0, 3).Select(_ => EnterAsync(gate, "a")).ToList();
        var other = EnterAsync(gate, "b");

        Assert.That(async () => await greedy[2], Throws.TypeOf<RefusedException>().With.Property("Refusal").EqualTo(Refusal.Unavailable));
        running.Dispose();
        Assert.That(await other, Is.Not.Null);
        Assert.That(greedy[0].IsCompleted || greedy[1].IsCompleted, Is.False);
    }

    [Test]
    public async Task Who_leaves_the_queue_makes_room_at_once()
    {
        var gate = Gate(mostWaiting: 1);
        var running = await EnterAsync(gate, "a");
        using var leave = new CancellationTokenSource();
        var left = gate.EnterAsync("a", Urgency.Interactive, leave.Token);

        await leave.CancelAsync();

        Assert.That(async () => await left, Throws.InstanceOf<OperationCanceledException>());
        var next = EnterAsync(gate, "b");
        running.Dispose();
        Assert.That(await next, Is.Not.Null);
    }

    [Test]
    public async Task As_many_run_at_once_as_the_setting_says()
    {
        var gate = Gate(mostJobs: 2);
        using var first = await EnterAsync(gate, "a");
        using var second = await EnterAsync(gate, "a");

        Assert.That(EnterAsync(gate, "b").IsCompleted, Is.False);
    }

    [Test]
    public async Task A_turn_given_back_twice_counts_once()
    {
        var gate = Gate();
        var first = await EnterAsync(gate, "a");
        first.Dispose();
        first.Dispose();
        using var second = await EnterAsync(gate, "a");

        Assert.That(EnterAsync(gate, "b").IsCompleted, Is.False);
    }

    [Test]
    public async Task What_is_quick_goes_in_beside_a_long_encoding()
    {
        var gate = Gate();
        using var encoding = await EnterAsync(gate, "a");

        using var quick = await EnterQuicklyAsync(gate, "b");

        Assert.That(EnterAsync(gate, "c").IsCompleted, Is.False);
    }

    [Test]
    public async Task Beside_a_long_encoding_there_is_one_that_is_quick()
    {
        var gate = Gate();
        using var encoding = await EnterAsync(gate, "a");
        var first = await EnterQuicklyAsync(gate, "b");
        var second = EnterQuicklyAsync(gate, "b");

        Assert.That(second.IsCompleted, Is.False);
        first.Dispose();
        Assert.That(await second, Is.Not.Null);
    }

    [Test]
    public async Task The_place_for_what_is_quick_is_nobody_elses()
    {
        var gate = Gate();
        using var encoding = await EnterAsync(gate, "a");
        var waiting = EnterAsync(gate, "b");

        (await EnterQuicklyAsync(gate, "c")).Dispose();

        Assert.That(waiting.IsCompleted, Is.False);
    }

    [Test]
    public async Task What_is_quick_keeps_no_long_encoding_from_its_turn()
    {
        var gate = Gate();
        using var beside = await EnterQuicklyAsync(gate, "a");
        var running = await EnterQuicklyAsync(gate, "a");
        var quick = EnterQuicklyAsync(gate, "a");
        var encoding = EnterAsync(gate, "b");

        running.Dispose();

        Assert.That(await encoding, Is.Not.Null);
        Assert.That(quick.IsCompleted, Is.False);
    }

    [Test]
    public async Task A_queue_full_of_long_encodings_is_none_for_what_is_quick()
    {
        var gate = Gate(mostWaiting: 1);
        using var encoding = await EnterAsync(gate, "a");
        _ = EnterAsync(gate, "a");
        var quick = await EnterQuicklyAsync(gate, "a");
        var next = EnterQuicklyAsync(gate, "a");
        quick.Dispose();

        Assert.That(await next, Is.Not.Null);
    }

    [Test]
    public async Task Too_many_that_are_quick_are_refused_and_may_come_again_soon()
    {
        var gate = Gate(mostWaiting: 1);
        using var encoding = await EnterAsync(gate, "a");
        using var quick = await EnterQuicklyAsync(gate, "a");
        _ = EnterQuicklyAsync(gate, "a");

        Assert.That(
            () => EnterQuicklyAsync(gate, "a"),
            Throws
                .TypeOf<RefusedException>()
                .With.Property("Refusal")
                .EqualTo(Refusal.Unavailable)
                .And.Property("RetryAfter")
                .EqualTo(TimeSpan.FromSeconds(1))
        );
    }

    private EncoderGate Gate(int mostJobs = 1, int mostWaiting = 16) =>
        new(
            new EncoderOptions(mostJobs, mostWaiting, MemoryBytes: 1, Longest: TimeSpan.FromMinutes(1)),
            new EncoderMetrics(A.Meters),
            clock
        );

    private static Task<EncoderTurn> EnterAsync(EncoderGate gate, string owner) =>
        gate.EnterAsync(owner, Urgency.Interactive, CancellationToken.None);

    private static Task<EncoderTurn> EnterQuicklyAsync(EncoderGate gate, string owner) =>
        gate.EnterAsync(owner, Urgency.Quick, CancellationToken.None);

    private async Task NoteAsync(EncoderGate gate, string owner, Urgency urgency = Urgency.Interactive)
    {
        using var turn = await gate.EnterAsync(owner, urgency, CancellationToken.None);
        lock (order)
            order.Add(owner);
    }
}
