using Vigint.Application.Common;

namespace Vigint.UnitTests.Common;

public sealed class JournalTests
{
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
        Assert.That(() => journal.WriteAsync(default), Throws.InvalidOperationException);
        isAway = false;
        journal.Note(3);

        await journal.WriteAsync(default);

        Assert.That(written.SelectMany(batch => batch), Is.EqualTo(new[] { 1, 2, 3 }));
    }

    [Test]
    public async Task Far_too_many_are_dropped_and_counted_once()
    {
        using var journal = NewJournal();
        for (var i = 0; i < 20_005; i++)
            journal.Note(i);

        Assert.That((journal.TakeDropped(), journal.TakeDropped()), Is.EqualTo((5, 0)));

        await journal.WriteAsync(default);
        Assert.That(written.Sum(batch => batch.Length), Is.EqualTo(20_000));
    }

    [Test]
    public async Task Many_who_note_and_write_at_once_lose_nothing()
    {
        using var journal = NewJournal();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(one => Task.Run(async () =>
        {
            for (var i = 0; i < 1000; i++)
                journal.Note((one * 1000) + i);
            await journal.WriteAsync(default);
        })));

        Assert.That(written.SelectMany(batch => batch).Order(), Is.EqualTo(Enumerable.Range(0, 8000)));
    }

    private Journal<int> NewJournal() => new((batch, _) =>
    {
        if (isAway)
            throw new InvalidOperationException("away");
        written.Add([.. batch]);
        return Task.CompletedTask;
    });
}
