using Microsoft.Extensions.Time.Testing;
using Vigint.Application.Common;
using Vigint.Domain;
using Vigint.TestSupport;

namespace Vigint.UnitTests.Common;

public sealed class JournalTests
{
    private const int Unwritable = -1;

    private static readonly InvalidOperationException TheFault = new("unwritable");

    private readonly List<int[]> written = [];
    private bool isAway;

    [SetUp]
    public void Clear()
    {
        written.Clear();
        isAway = false;
    }

    [Test]
    public async Task Notes_are_written_in_their_order()
    {
        using var journal = NewJournal();
        for (var i = 0; i < 1200; i++)
            journal.Note(i);

        await journal.WriteAsync(default);

        Assert.That(written.SelectMany(batch => batch), Is.EqualTo(Enumerable.Range(0, 1200)));
    }

    [Test]
    public async Task What_could_not_be_written_is_given_again_as_the_same_batch()
    {
        using var journal = NewJournal();
        journal.Note(1);
        journal.Note(2);
        isAway = true;
        Assert.That(() => journal.WriteAsync(default), Throws.TypeOf<RefusedException>());
        isAway = false;
        journal.Note(3);

        await journal.WriteAsync(default);

        Assert.That(written, Is.EqualTo(new[] { new[] { 1, 2 }, [3] }));
    }

    [Test]
    public async Task One_that_can_never_be_written_does_not_keep_the_others_from_it()
    {
        using var journal = NewJournal();
        journal.Note(1);
        journal.Note(Unwritable);
        journal.Note(3);

        await journal.WriteAsync(default);

        var (lost, fault) = journal.TakeLost();
        Assert.That(written.SelectMany(batch => batch), Is.EqualTo(new[] { 1, 3 }));
        Assert.That((lost, fault, journal.Count), Is.EqualTo((1, TheFault, 0)));
    }

    [Test]
    public async Task A_reader_does_not_wait_for_a_database_that_hangs()
    {
        var clock = new FakeTimeProvider(A.Noon);
        var hangs = new TaskCompletionSource();
        using var journal = new Journal<int>((_, token) => hangs.Task.WaitAsync(token), clock);
        journal.Note(1);

        var readers = Enumerable.Range(0, 5).Select(_ => journal.SettleAsync(default)).ToList();
        clock.Advance(TimeSpan.FromSeconds(1));

        await Task.WhenAll(readers).WaitAsync(TimeSpan.FromSeconds(30));
        Assert.That(journal.Count, Is.EqualTo(1));
    }

    [Test]
    public async Task A_reader_does_not_hear_of_a_database_that_is_away()
    {
        using var journal = NewJournal();
        journal.Note(1);
        isAway = true;

        await journal.SettleAsync(default);

        Assert.That(journal.Count, Is.EqualTo(1));
    }

    [Test]
    public async Task Notes_that_come_while_it_writes_are_left_for_the_next_time()
    {
        Journal<int>? journal = null;
        using var _ = journal = new Journal<int>(
            (batch, _) =>
            {
                written.Add([.. batch]);
                journal!.Note(written.Count);
                return Task.CompletedTask;
            },
            TimeProvider.System
        );
        journal.Note(0);

        await journal.WriteAsync(default);

        Assert.That(written, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Far_too_many_are_dropped_and_counted_once()
    {
        using var journal = NewJournal();
        for (var i = 0; i < 20_005; i++)
            journal.Note(i);

        Assert.That((journal.TakeLost().Count, journal.TakeLost().Count), Is.EqualTo((5, 0)));

        await journal.WriteAsync(default);
        Assert.That(written.Sum(batch => batch.Length), Is.EqualTo(20_000));
    }

    [Test]
    public async Task Many_who_note_and_write_at_once_lose_nothing()
    {
        using var journal = NewJournal();
        await Task.WhenAll(
            Enumerable
                .Range(0, 8)
                .Select(one =>
                    Task.Run(async () =>
                    {
                        for (var i = 0; i < 1000; i++)
                            journal.Note((one * 1000) + i);
                        await journal.WriteAsync(default);
                    })
                )
        );

        Assert.That(written.SelectMany(batch => batch).Order(), Is.EqualTo(Enumerable.Range(0, 8000)));
    }

    private Journal<int> NewJournal() =>
        new(
            (batch, _) =>
            {
                if (isAway)
                    throw new RefusedException(Refusal.Unavailable, "some_code", "away");
                if (batch.Contains(Unwritable))
                    throw TheFault;
                written.Add([.. batch]);
                return Task.CompletedTask;
            },
            TimeProvider.System
        );
}
