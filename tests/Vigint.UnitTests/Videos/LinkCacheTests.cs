using Vigint.Application.Videos;
using Vigint.Domain.Videos;
using Vigint.TestSupport;

namespace Vigint.UnitTests.Videos;

public sealed class LinkCacheTests
{
    private static readonly TokenKey Key = new("key");

    private static Playable Entry(string id, string revision = "r1") => Playable.Of(A.Video(id, revision: revision), Key, rendition: null);

    [Test]
    public void No_two_forms_of_a_video_have_the_same_second()
    {
        var video = A.Video();
        var rendition = new Rendition
        {
            Of = video.Key,
            State = RenditionState.Ready,
            SizeBytes = 1,
            PosterBytes = 1,
            MadeAt = video.UploadedAt,
        };
        var playable = Playable.Of(video, Key, rendition);

        Assert.That(
            new[] { playable.Original, playable.Rendition!, playable.Poster! }.Select(form => form.LastModified.ToUnixTimeSeconds()),
            Is.Unique
        );
    }

    [Test]
    public void What_a_reader_found_is_kept()
    {
        var cache = new LinkCache();
        var entry = Entry("a");

        cache.Keep(entry, cache.ChangesOf(entry.Id));

        Assert.That(cache.Find(entry.Id), Is.SameAs(entry));
    }

    [Test]
    public void A_reader_who_looked_before_a_deletion_does_not_bring_the_video_back()
    {
        var cache = new LinkCache();
        var entry = Entry("a");
        var looked = cache.ChangesOf(entry.Id);
        cache.Drop(entry.Id);

        cache.Keep(entry, looked);

        Assert.That(cache.Find(entry.Id), Is.Null);
    }

    [Test]
    public void A_reader_who_looked_before_a_change_does_not_undo_it()
    {
        var cache = new LinkCache();
        var old = Entry("a");
        var looked = cache.ChangesOf(old.Id);
        var changed = Entry("a", "r2");
        cache.Put(changed);

        cache.Keep(old, looked);

        Assert.That(cache.Find(old.Id), Is.SameAs(changed));
    }

    [Test]
    public void An_entry_that_was_replaced_is_not_current()
    {
        var cache = new LinkCache();
        var old = Entry("a");
        cache.Put(old);

        cache.Put(Entry("a", "r2"));

        Assert.That(cache.IsCurrent(old), Is.False);
    }

    [Test]
    public void It_does_not_grow_beyond_its_bound()
    {
        var cache = new LinkCache(most: 10);

        for (var i = 0; i < 100; i++)
            cache.Put(Entry($"v{i}"));

        Assert.That(cache.Count, Is.EqualTo(10));
    }

    [Test]
    public void What_is_used_outlives_what_is_not()
    {
        var cache = new LinkCache(most: 10);
        var used = Entry("used");
        cache.Put(used);

        for (var i = 0; i < 50; i++)
        {
            cache.Find(used.Id);
            cache.Put(Entry($"v{i}"));
        }

        Assert.That(cache.Find(used.Id), Is.SameAs(used));
    }

    [Test]
    public void A_video_that_is_being_replaced_is_never_evicted()
    {
        var cache = new LinkCache(most: 10);
        var heldBack = Entry("a") with { HeldBack = "x.old.mp4" };
        cache.Put(heldBack);

        for (var i = 0; i < 100; i++)
            cache.Put(Entry($"v{i}"));

        Assert.That(cache.Find(heldBack.Id), Is.SameAs(heldBack));
    }

    [Test]
    public void Every_link_text_opens()
    {
        var video = A.Video().AlsoOpenedBy("2025-10-04T12:00:00.5");

        var playable = Playable.Of(video, Key, rendition: null);

        Assert.That(video.LinkTexts.Select(text => playable.IsOpenedBy(AccessToken.For(video.Id, text, Key.Value).Text)), Is.All.True);
    }
}
