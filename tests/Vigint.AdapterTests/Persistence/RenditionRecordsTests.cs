using Vigint.Domain.Videos;
using Vigint.Infrastructure.Persistence;
using Vigint.TestSupport;

namespace Vigint.AdapterTests.Persistence;

[TestFixture(typeof(OnSqlite))]
[TestFixture(typeof(OnPostgres))]
public sealed class RenditionRecordsTests<TDatabase> : OnEachDatabase<TDatabase>
    where TDatabase : ITestDatabase, new()
{
    private RenditionRecords renditions = null!;
    private VideoRecords videos = null!;

    [SetUp]
    public void OpenRecords()
    {
        renditions = new RenditionRecords(Database);
        videos = new VideoRecords(Database);
    }

    [Test]
    public async Task What_is_saved_is_found_as_it_was()
    {
        var video = await StoreAsync("a");
        var rendition = Ready(video) with { Attempts = 2, DueAt = A.Noon.AddMinutes(5), Reason = "Disk full: é" };

        Assert.That(await renditions.SaveAsync(rendition, default), Is.True);

        Assert.That(await renditions.FindAsync(video.Key, default), Is.EqualTo(rendition));
        Assert.That(await renditions.FindAsync([video.Id, VideoId.Parse("other")], default), Is.EqualTo(new[] { rendition }));
    }

    [Test]
    public async Task A_second_save_replaces_the_first()
    {
        var video = await StoreAsync("a");
        await renditions.SaveAsync(Preparing(video, A.Noon), default);

        await renditions.SaveAsync(Ready(video), default);

        Assert.That(await renditions.FindAsync(video.Key, default), Is.EqualTo(Ready(video)));
    }

    [Test]
    public async Task Of_a_revision_that_is_not_recorded_nothing_is_saved()
    {
        var video = await StoreAsync("a", revision: "new");

        var saved = await renditions.SaveAsync(Ready(video) with { Of = new VideoKey(video.Id, "old") }, default);

        Assert.That(saved, Is.False);
        Assert.That(await renditions.FindAsync([video.Id], default), Is.Empty);
    }

    [Test]
    public async Task It_goes_with_its_video()
    {
        var video = await StoreAsync("a");
        await renditions.SaveAsync(Ready(video), default);

        await videos.RemoveAsync([video.Key], default);

        Assert.That(await renditions.FindAsync(video.Key, default), Is.Null);
    }

    [Test]
    public async Task It_goes_when_its_video_is_replaced_and_stays_when_that_is_changed()
    {
        var replaced = await StoreAsync("a", revision: "one");
        var changed = await StoreAsync("b");
        await renditions.SaveAsync(Ready(replaced), default);
        await renditions.SaveAsync(Ready(changed), default);

        await StoreAsync("a", revision: "two");
        await videos.SaveAsync([changed with { Version = 1 }], default);

        Assert.That(
            (await renditions.FindAsync([replaced.Id, changed.Id], default)).Select(one => one.Of.Id.Text),
            Is.EqualTo(new[] { "b" })
        );
    }

    [Test]
    public async Task Videos_without_one_are_found_the_newest_first_page_by_page()
    {
        foreach (var number in Enumerable.Range(0, 5))
            await StoreAsync($"v{number}", uploadedAt: A.Noon.AddMinutes(number));
        await renditions.SaveAsync(Preparing(A.Video("v3"), A.Noon), default);

        var first = await renditions.UnmadeAsync(null, 2, default);
        var second = await renditions.UnmadeAsync(first[^1].Position, 10, default);

        Assert.That(first.Concat(second).Select(video => video.Key.Id.Text), Is.EqualTo(new[] { "v4", "v2", "v1", "v0" }));
        Assert.That(first[0].Owner, Is.EqualTo("one"));
    }

    [Test]
    public async Task Those_that_are_due_are_found_the_longest_due_first()
    {
        foreach (var (id, minutes) in new[] { ("later", 10), ("second", 2), ("first", 1) })
            await renditions.SaveAsync(Preparing(await StoreAsync(id), A.Noon.AddMinutes(minutes)), default);
        await renditions.SaveAsync(Ready(await StoreAsync("ready")), default);

        var due = await renditions.DueAsync(A.Noon.AddMinutes(5), 10, default);
        var all = await renditions.DueAsync(DateTimeOffset.MaxValue, 10, default);

        Assert.That(due.Select(video => video.Key.Id.Text), Is.EqualTo(new[] { "first", "second" }));
        Assert.That(all, Has.Count.EqualTo(3));
    }

    [TestCase(-3)]
    [TestCase(3)]
    public async Task After_the_clock_was_set_they_are_due_as_late_as_before(int hours)
    {
        await renditions.SaveAsync(Preparing(await StoreAsync("a"), A.Noon.AddMinutes(5)), default);
        var now = A.Noon.AddHours(hours);

        await renditions.TakeUpStepAsync(TimeSpan.FromHours(hours), default);

        Assert.That(await renditions.DueAsync(now.AddMinutes(4), 10, default), Is.Empty);
        Assert.That(await renditions.DueAsync(now.AddMinutes(5), 10, default), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Those_with_files_are_found_in_the_order_of_their_ids()
    {
        await renditions.SaveAsync(Ready(await StoreAsync("b")), default);
        await renditions.SaveAsync(Ready(await StoreAsync("a")), default);
        await renditions.SaveAsync(Preparing(await StoreAsync("c"), A.Noon), default);

        var all = await renditions.WithFilesAsync(null, 10, default);
        var after = await renditions.WithFilesAsync("a", 10, default);

        Assert.That(all.Select(one => one.Of.Id.Text), Is.EqualTo(new[] { "a", "b" }));
        Assert.That(after.Select(one => one.Of.Id.Text), Is.EqualTo(new[] { "b" }));
    }

    [Test]
    public async Task What_is_forgotten_waits_for_its_turn_again()
    {
        var video = await StoreAsync("a");
        await renditions.SaveAsync(Ready(video), default);

        await renditions.ForgetAsync(video.Key, default);

        Assert.That((await renditions.UnmadeAsync(null, 10, default)).Select(one => one.Key), Is.EqualTo(new[] { video.Key }));
    }

    [Test]
    public async Task What_they_take_counts_as_their_owners()
    {
        await renditions.SaveAsync(Ready(await StoreAsync("a", owner: "one")), default);
        await renditions.SaveAsync(Ready(await StoreAsync("b", owner: "two")), default);

        var all = await videos.TotalsAsync(null, A.Noon, default);
        var one = await videos.TotalsAsync("one", A.Noon, default);

        Assert.That((all.SizeBytes, one.SizeBytes), Is.EqualTo((2 * (4096L + 1000 + 50), 4096L + 1000 + 50)));
    }

    private static Rendition Ready(Video video) =>
        new()
        {
            Of = video.Key,
            State = RenditionState.Ready,
            DueAt = DateTimeOffset.UnixEpoch,
            SizeBytes = 1000,
            MadeAt = A.Noon.AddSeconds(7),
            PosterBytes = 50,
        };

    private static Rendition Preparing(Video video, DateTimeOffset due) =>
        new()
        {
            Of = video.Key,
            State = RenditionState.Preparing,
            Attempts = 1,
            DueAt = due,
            MadeAt = DateTimeOffset.UnixEpoch,
        };

    private async Task<Video> StoreAsync(string id, string owner = "one", string revision = "r1", DateTimeOffset? uploadedAt = null)
    {
        var video = A.Video(id, owner: owner, revision: revision, uploadedAt: uploadedAt);
        await videos.SaveAsync([video], default);
        return video;
    }
}
