using Dapper;
using Vigint.Application.Common;
using Vigint.Application.Storage;
using Vigint.Domain;
using Vigint.Domain.Videos;
using Vigint.Infrastructure.Persistence;
using Vigint.TestSupport;

namespace Vigint.AdapterTests.Persistence;

[TestFixture(typeof(OnSqlite))]
[TestFixture(typeof(OnPostgres))]
public sealed class VideoRecordsTests<TDatabase> : OnEachDatabase<TDatabase>
    where TDatabase : ITestDatabase, new()
{
    private VideoRecords records = null!;

    [SetUp]
    public void OpenRecords() => records = new VideoRecords(Database);

    [Test]
    public async Task What_is_saved_is_found_as_it_was()
    {
        var video = (A.Video("a", metadata: """{"x":"é\u0000\ud83d\ude00","n":1.50}""") with { ExpirationHours = 0.1 }).AlsoOpenedBy(
            "2025-10-04T12:00:00.123456"
        );
        await SaveAsync(video);

        var found = await records.FindAsync(video.Id, null, default);

        Assert.That(found! with { LinkTexts = video.LinkTexts }, Is.EqualTo(video));
        Assert.That(found.LinkTexts, Is.EqualTo(video.LinkTexts));
    }

    [Test]
    public async Task What_an_old_server_did_not_know_stays_unknown()
    {
        var video = A.Video("Kamera 3 (Eingang)") with
        {
            Sha256 = null,
            FileName = null,
            ExpirationHours = null,
            Media = new MediaFacts("video/mp4"),
        };
        await SaveAsync(video);

        var found = await records.FindAsync(video.Id, null, default);

        Assert.That(found! with { LinkTexts = video.LinkTexts }, Is.EqualTo(video));
    }

    [Test]
    public async Task An_unknown_id_finds_nothing() =>
        Assert.That(await records.FindAsync(VideoId.Parse("nobody"), null, default), Is.Null);

    [Test]
    public async Task Another_owners_video_is_not_found()
    {
        await SaveAsync(A.Video("a", owner: "one"));

        Assert.That(await records.FindAsync(VideoId.Parse("a"), "two", default), Is.Null);
        Assert.That(await records.FindAsync(VideoId.Parse("a"), "one", default), Is.Not.Null);
    }

    [Test]
    public async Task Saving_again_replaces()
    {
        await SaveAsync(A.Video("a", revision: "r1"));

        await SaveAsync(A.Video("a", revision: "r2", sizeBytes: 7));

        Assert.That(
            (await records.FindAsync(VideoId.Parse("a"), null, default))!.Stamp,
            Is.EqualTo(A.Video("a", revision: "r2", sizeBytes: 7).Stamp)
        );
    }

    [Test]
    public async Task Another_owners_video_is_not_replaced_and_nothing_else_is_saved_with_it()
    {
        await SaveAsync(A.Video("a", owner: "one"));

        Assert.That(
            () => SaveAsync(A.Video("b", owner: "two"), A.Video("a", owner: "two")),
            Throws.TypeOf<RefusedException>().With.Property(nameof(RefusedException.Refusal)).EqualTo(Refusal.Conflict)
        );

        Assert.That(await records.FindAsync(VideoId.Parse("b"), null, default), Is.Null);
        Assert.That((await records.FindAsync(VideoId.Parse("a"), null, default))!.Owner, Is.EqualTo("one"));
    }

    [Test]
    public async Task A_link_text_stays_used_when_its_video_is_gone()
    {
        var video = A.Video("a");
        await SaveAsync(video);
        await records.RemoveAsync([new VideoKey(video.Id, video.Revision)], default);

        Assert.That(await records.WasUsedAsync(video.Id, video.Expiration.Text, default), Is.True);
        Assert.That(await records.WasUsedAsync(VideoId.Parse("b"), video.Expiration.Text, default), Is.False);
    }

    [Test]
    public async Task Of_an_extended_video_the_new_link_text_alone_is_written()
    {
        var video = A.Video("a").AlsoOpenedBy("2025-10-04T12:00:00.123456");
        await SaveAsync(video);
        await using (var connection = await Database.OpenConnectionAsync())
            await connection.ExecuteAsync("delete from used_links");
        var extended = video.WithExpiration(LinkExpiration.At(A.Noon.AddHours(50)));

        await SaveAsync(extended);

        var used = await Task.WhenAll(extended.LinkTexts.Select(text => records.WasUsedAsync(video.Id, text, default)));
        Assert.That(used, Is.EqualTo(new[] { true, false, false }));
    }

    [Test]
    public async Task A_video_that_was_replaced_meanwhile_is_not_removed()
    {
        await SaveAsync(A.Video("a", revision: "r2"));

        await records.RemoveAsync([new VideoKey(VideoId.Parse("a"), "r1")], default);

        Assert.That(await records.FindAsync(VideoId.Parse("a"), null, default), Is.Not.Null);
    }

    [Test]
    public async Task Pages_go_from_the_newest_to_the_oldest_and_miss_none_of_the_same_time()
    {
        foreach (var id in new[] { "a", "b", "c", "d", "e" })
            await SaveAsync(A.Video(id, uploadedAt: id == "a" ? A.Noon.AddMinutes(1) : A.Noon));

        var seen = new List<string>();
        PagePosition? after = null;
        while (await records.PageAsync(null, after, 2, default) is { Count: > 0 } page)
        {
            seen.AddRange(page.Select(summary => summary.Key.Id.Text));
            after = page[^1].Position;
        }

        Assert.That(seen, Is.EqualTo(new[] { "a", "e", "d", "c", "b" }));
    }

    [Test]
    public async Task A_page_shows_its_owners_alone()
    {
        await SaveAsync(A.Video("a", owner: "one"), A.Video("b", owner: "two"));

        var page = await records.PageAsync("one", null, 10, default);

        Assert.That(page.Select(summary => summary.Key.Id.Text), Is.EqualTo(new[] { "a" }));
    }

    [Test]
    public async Task Those_that_ended_come_the_longest_ended_first()
    {
        await SaveAsync(A.Video("a", hoursLeft: -1), A.Video("b", hoursLeft: -2), A.Video("c", hoursLeft: 0), A.Video("d", hoursLeft: 1));

        var ended = await records.EndedAsync(null, A.Noon, null, 10, default);

        Assert.That(ended.Select(due => due.Key.Id.Text), Is.EqualTo(new[] { "b", "a", "c" }));
    }

    [Test]
    public async Task Those_that_ended_can_be_asked_for_one_owner_and_in_pieces()
    {
        await SaveAsync(
            A.Video("a", hoursLeft: -1, owner: "one"),
            A.Video("b", hoursLeft: -1, owner: "one"),
            A.Video("c", hoursLeft: -1, owner: "two")
        );

        var first = await records.EndedAsync("one", A.Noon, null, 1, default);
        var second = await records.EndedAsync("one", A.Noon, first[0].Position, 10, default);

        Assert.That(first.Concat(second).Select(due => due.Key.Id.Text), Is.EqualTo(new[] { "a", "b" }));
    }

    [Test]
    public async Task Those_uploaded_before_a_time_come_oldest_first()
    {
        await SaveAsync(
            A.Video("a", uploadedAt: A.Noon.AddHours(-1)),
            A.Video("b", uploadedAt: A.Noon.AddHours(-2)),
            A.Video("c", uploadedAt: A.Noon)
        );

        var old = await records.UploadedBeforeAsync(null, A.Noon, null, 10, default);

        Assert.That(old.Select(due => due.Key.Id.Text), Is.EqualTo(new[] { "b", "a" }));
    }

    [Test]
    public async Task Those_uploaded_before_a_time_can_be_asked_for_one_owner()
    {
        await SaveAsync(
            A.Video("a", uploadedAt: A.Noon.AddHours(-1), owner: "one"),
            A.Video("b", uploadedAt: A.Noon.AddHours(-2), owner: "two")
        );

        var old = await records.UploadedBeforeAsync("one", A.Noon, null, 10, default);

        Assert.That(old.Select(due => due.Key.Id.Text), Is.EqualTo(new[] { "a" }));
    }

    [Test]
    public async Task Totals_count_what_the_scope_shows()
    {
        await SaveAsync(
            A.Video("a", sizeBytes: 1, owner: "one"),
            A.Video("b", sizeBytes: 2, owner: "one", hoursLeft: -1),
            A.Video("c", sizeBytes: 4, owner: "two")
        );

        Assert.That(await records.TotalsAsync(null, A.Noon, default), Is.EqualTo(new StorageTotals(3, 7, 1, A.Noon.AddHours(48))));
        Assert.That(await records.TotalsAsync("one", A.Noon, default), Is.EqualTo(new StorageTotals(2, 3, 1, A.Noon.AddHours(48))));
        Assert.That(await records.TotalsAsync("nobody", A.Noon, default), Is.EqualTo(new StorageTotals(0, 0, 0, null)));
    }

    [Test]
    public async Task Stamps_and_keys_tell_what_is_recorded()
    {
        await SaveAsync(A.Video("a"), A.Video("b"));

        var stamps = await records.StampsAsync([VideoId.Parse("a"), VideoId.Parse("x")], default);
        var keys = await records.KeysAsync("a", 10, default);

        Assert.That(stamps, Is.EqualTo(new[] { A.Video("a").Stamp }));
        Assert.That(keys, Is.EqualTo(new[] { new VideoKey(VideoId.Parse("b"), "r1") }));
    }

    [Test]
    public async Task Many_writers_at_once_all_succeed()
    {
        await Task.WhenAll(Enumerable.Range(0, 50).Select(i => Task.Run(() => SaveAsync(A.Video($"v{i}")))));

        Assert.That((await records.TotalsAsync(null, A.Noon, default)).Count, Is.EqualTo(50));
    }

    private Task SaveAsync(params Video[] videos) => records.SaveAsync(videos, default);
}
