using Vigint.Application.Videos.Renditions;
using Vigint.Domain.Videos;

namespace Vigint.UnitTests.Videos.Renditions;

public sealed class RenditionQueueTests
{
    private RenditionQueue queue = null!;

    [SetUp]
    public void Begin() => queue = new RenditionQueue(new RenditionOptions(AreMade: true), most: 4);

    [Test]
    public async Task Of_one_owner_the_newest_upload_is_first_and_the_backlog_after_it()
    {
        await queue.AddOlderAsync(Key("older"), "a", default);
        await queue.AddOlderAsync(Key("oldest"), "a", default);
        queue.Add(Key("new"), "a");
        queue.Add(Key("newest"), "a");

        Assert.That(await TakeAsync(4), Is.EqualTo(new[] { "newest", "new", "older", "oldest" }));
    }

    [Test]
    public async Task What_is_told_after_the_turn_is_over_is_not_kept()
    {
        queue.Add(Key("one"), "a");
        var turn = await queue.TakeAsync(default);
        queue.Report(turn.Video, 40);
        var during = queue.PercentOf(turn.Video);
        turn.Dispose();
        queue.Report(turn.Video, 50);

        Assert.That((during, queue.PercentOf(turn.Video)), Is.EqualTo(((double?)40, (double?)null)));
    }

    [Test]
    public async Task Owners_have_their_turns_in_turn_however_many_one_has()
    {
        queue.Add(Key("a1"), "a");
        queue.Add(Key("a2"), "a");
        queue.Add(Key("a3"), "a");
        queue.Add(Key("b1"), "b");

        Assert.That(await TakeAsync(4), Is.EqualTo(new[] { "a3", "b1", "a2", "a1" }));
    }

    [Test]
    public async Task What_is_known_is_not_added_again_until_it_is_done()
    {
        queue.Add(Key("one"), "a");
        var turn = await queue.TakeAsync(default);
        queue.Add(turn.Video, "a");
        turn.Dispose();
        queue.Add(Key("two"), "a");
        queue.Add(turn.Video, "a");

        Assert.That(await TakeAsync(2), Is.EqualTo(new[] { "one", "two" }));
        Assert.That(queue.TakeAsync(default).IsCompleted, Is.False, "there is no third");
    }

    [Test]
    public async Task An_upload_that_finds_the_line_full_is_left_to_the_backlog()
    {
        foreach (var number in Enumerable.Range(1, 5))
            queue.Add(Key($"{number}"), "a");

        Assert.That(queue.BacklogAskedAsync(default).IsCompletedSuccessfully, Is.True);
        Assert.That(await TakeAsync(4), Is.EqualTo(new[] { "4", "3", "2", "1" }));
    }

    [Test]
    public async Task The_backlog_waits_until_there_is_room()
    {
        foreach (var number in Enumerable.Range(1, 4))
            queue.Add(Key($"{number}"), "a");
        var older = queue.AddOlderAsync(Key("older"), "a", default);
        Assert.That(older.IsCompleted, Is.False);

        (await queue.TakeAsync(default)).Dispose();
        await older.WaitAsync(TimeSpan.FromSeconds(30));

        Assert.That((await TakeAsync(4))[^1], Is.EqualTo("older"));
    }

    [Test]
    public async Task Who_waits_for_the_next_is_told_when_it_comes()
    {
        var next = queue.TakeAsync(default);
        queue.Add(Key("one"), "a");

        using var turn = await next.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.That(turn.Video, Is.EqualTo(Key("one")));
    }

    [Test]
    public void Where_none_are_made_nobody_waits()
    {
        var none = new RenditionQueue(new RenditionOptions(AreMade: false));
        none.Add(Key("one"), "a");

        Assert.That(none.TakeAsync(default).IsCompleted, Is.False);
        Assert.That(none.UnavailableReason, Is.Not.Null);
    }

    [Test]
    public async Task What_is_done_is_at_no_percent_any_more()
    {
        queue.Add(Key("one"), "a");
        var turn = await queue.TakeAsync(default);
        queue.Report(turn.Video, 40);
        var during = queue.PercentOf(turn.Video);
        turn.Dispose();

        Assert.That((during, queue.PercentOf(turn.Video)), Is.EqualTo(((double?)40, (double?)null)));
    }

    [Test]
    public async Task Who_makes_something_of_a_video_is_told_that_it_is_gone()
    {
        queue.Add(Key("one"), "a");
        queue.Add(Key("two"), "a");
        using var two = await queue.TakeAsync(default);
        using var one = await queue.TakeAsync(default);

        queue.Abandon(Key("one").Id);
        var told = new TaskCompletionSource();
        await using var registration = one.Abandoned.Register(told.SetResult);
        await told.Task.WaitAsync(TimeSpan.FromSeconds(30));

        Assert.That(two.Abandoned.IsCancellationRequested, Is.False);
    }

    private static VideoKey Key(string id) => new(VideoId.Parse(id), "r1");

    private async Task<List<string>> TakeAsync(int count)
    {
        var taken = new List<string>();
        for (var number = 0; number < count; number++)
        {
            using var turn = await queue.TakeAsync(default).WaitAsync(TimeSpan.FromSeconds(30));
            taken.Add(turn.Video.Id.Text);
        }

        return taken;
    }
}
