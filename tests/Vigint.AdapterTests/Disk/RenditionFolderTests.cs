using Vigint.Application.Media;
using Vigint.Domain.Videos;
using Vigint.Infrastructure.Disk;
using Vigint.TestSupport;

namespace Vigint.AdapterTests.Disk;

public sealed class RenditionFolderTests
{
    private static readonly VideoId Id = VideoId.OfStored("Kamera 3 (Eingang)")!;
    private static readonly VideoKey One = new(Id, "one");
    private static readonly VideoKey Two = new(Id, "two");

    private TemporaryFolder temporary = null!;
    private StorageFolder storage = null!;
    private RenditionFolder renditions = null!;
    private VideoFolder videos = null!;
    private IScratchFolder work = null!;

    [SetUp]
    public void Open()
    {
        temporary = new TemporaryFolder();
        storage = new StorageFolder(new StorageFolderOptions(temporary.Path));
        renditions = new RenditionFolder(storage);
        var scratch = new Scratch(storage);
        videos = new VideoFolder(storage, scratch);
        work = scratch.NewFolder();
    }

    [TearDown]
    public void Close()
    {
        work.Dispose();
        storage.Dispose();
        temporary.Dispose();
    }

    [Test]
    public void What_is_kept_is_found_and_opened_and_no_longer_scratch()
    {
        var kept = renditions.Keep(One, Made(1000), Made(50, "poster"));

        using var playable = renditions.OpenPlayable(One);
        using var poster = renditions.OpenPoster(One);
        Assert.That((kept.PlayableBytes, kept.PosterBytes), Is.EqualTo((1000L, 50L)));
        Assert.That((playable!.SizeBytes, poster!.SizeBytes), Is.EqualTo((1000L, 50L)));
        Assert.That(renditions.Find(One), Is.EqualTo(kept));
        Assert.That(temporary.Files(".work"), Is.Empty);
    }

    [Test]
    public void Another_revision_is_never_taken_for_it()
    {
        renditions.Keep(One, Made(1000), Made(50, "poster"));

        Assert.That(renditions.OpenPlayable(Two), Is.Null);
        Assert.That(renditions.OpenPoster(Two), Is.Null);
        Assert.That(renditions.Find(Two).PlayableBytes, Is.Zero);
    }

    [Test]
    public void A_still_that_comes_alone_leaves_the_playable_file_that_is_there()
    {
        renditions.Keep(One, Made(1000), null);

        var kept = renditions.Keep(One, null, Made(50, "poster"));

        Assert.That((kept.PlayableBytes, kept.PosterBytes), Is.EqualTo((1000L, 50L)));
    }

    [Test]
    public void Deleting_removes_all_revisions_and_tells_what_they_took()
    {
        renditions.Keep(One, Made(1000), Made(50, "poster"));
        renditions.Keep(Two, Made(10), null);
        Assert.That(renditions.SizeOf(Id), Is.EqualTo(1060));

        Assert.That(renditions.Delete(Id), Is.EqualTo(1060));

        Assert.That(Directory.EnumerateFileSystemEntries(storage.PlayablePath), Is.Empty);
        Assert.That(renditions.Delete(Id), Is.Zero, "what is gone already counts as deleted");
    }

    [Test]
    public void Deleting_all_but_one_revision_leaves_that()
    {
        renditions.Keep(One, Made(1000), null);
        renditions.Keep(Two, Made(10), null);

        Assert.That(renditions.Delete(Id, exceptRevision: "two"), Is.EqualTo(1000));

        Assert.That(renditions.Find(Two).PlayableBytes, Is.EqualTo(10));
    }

    [Test]
    public void A_folder_that_others_have_put_beside_the_files_stays_and_hinders_nothing()
    {
        renditions.Keep(One, Made(1000), null);
        var alien = Directory.CreateDirectory(Path.Combine(storage.PlayableFolder(Id), "@eaDir"));

        Assert.That(renditions.Delete(Id), Is.EqualTo(1000));

        Assert.That(alien.Exists, Is.True);
    }

    [Test]
    public void The_ids_that_have_files_are_listed_and_what_is_not_ours_is_not()
    {
        renditions.Keep(One, Made(1000), null);
        Directory.CreateDirectory(Path.Combine(storage.PlayablePath, "lost+found"));

        Assert.That(renditions.List(default), Is.EqualTo(new[] { Id }));
    }

    [Test]
    public async Task The_original_stays_what_it_was_while_its_name_is_given_to_another()
    {
        await File.WriteAllTextAsync(storage.Video(Id), "before");
        var original = videos.Share(Id, work)!;

        await File.WriteAllTextAsync(temporary.At("new"), "after");
        File.Move(temporary.At("new"), storage.Video(Id), overwrite: true);

        Assert.That(await File.ReadAllTextAsync(original.Path), Is.EqualTo("before"));
    }

    [Test]
    public async Task Of_a_symbolic_link_the_file_that_it_leads_to_is_the_original()
    {
        await File.WriteAllTextAsync(temporary.At("elsewhere"), "the bytes");
        File.CreateSymbolicLink(storage.Video(Id), "elsewhere");

        var original = videos.Share(Id, work)!;

        Assert.That(await File.ReadAllTextAsync(original.Path), Is.EqualTo("the bytes"));
    }

    [Test]
    public void An_original_that_is_gone_is_null() => Assert.That(videos.Share(Id, work), Is.Null);

    [Test]
    public void Files_that_are_gone_open_as_nothing()
    {
        renditions.Keep(One, Made(1000), null);
        renditions.Delete(Id);

        Assert.That(renditions.OpenPlayable(One), Is.Null);
    }

    private MediaFile Made(int sizeBytes, string name = "playable")
    {
        using var file = work.Create(name);
        file.Append(new byte[sizeBytes]);
        return file.Media;
    }
}
