using System.IO.Pipelines;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Moq;
using Vigint.Application.Audit;
using Vigint.Application.Clients;
using Vigint.Application.Common;
using Vigint.Application.Lifecycle.CleanUp;
using Vigint.Application.Media;
using Vigint.Application.Videos;
using Vigint.Application.Videos.PlayVideo;
using Vigint.Application.Videos.Renditions;
using Vigint.Domain;
using Vigint.Domain.Videos;
using Vigint.Infrastructure.Disk;
using Vigint.TestSupport;

namespace Vigint.AdapterTests.Videos;

/// <summary>A real folder, and a database that fails at the worst moment.</summary>
public sealed class StoredVideosTests
{
    private static readonly VideoId Clip = VideoId.Parse("clip");
    private static readonly byte[] Old = Clips.Fake(seed: 1);
    private static readonly byte[] New = Clips.Fake(seed: 2);

    private readonly Mock<IVideoRecords> records = new(MockBehavior.Strict);
    private readonly Mock<IClientRecords> clients = new();
    private readonly Mock<IRenditionRecords> renditions = new();
    private TemporaryFolder temporary = null!;
    private StorageFolder storage = null!;
    private VideoFolder folder = null!;
    private StoredVideos stored = null!;

    [SetUp]
    public void Open()
    {
        records.Reset();
        Erased();
        temporary = new TemporaryFolder();
        storage = new StorageFolder(new StorageFolderOptions(temporary.Path));
        folder = new VideoFolder(storage, new Scratch(storage));
        stored = NewStore(new RenditionFolder(storage));
    }

    [TearDown]
    public void Close()
    {
        stored.Dispose();
        storage.Dispose();
        temporary.Dispose();
    }

    [Test]
    public void An_upload_whose_record_cannot_be_written_leaves_nothing()
    {
        DatabaseFails();

        Assert.That(() => StoreAsync(New, A.Video("clip"), before: null), Throws.TypeOf<RefusedException>());

        Assert.That(temporary.Files(), Is.Empty);
    }

    [Test]
    public async Task A_replacement_whose_record_cannot_be_written_leaves_the_video_before()
    {
        var before = A.Video("clip", revision: "old", sizeBytes: Old.Length);
        DatabaseWorks();
        await StoreAsync(Old, before, before: null);
        DatabaseFails();

        Assert.That(() => StoreAsync(New, A.Video("clip", revision: "new"), before), Throws.TypeOf<RefusedException>());

        Assert.That(await File.ReadAllBytesAsync(storage.Video(Clip)), Is.EqualTo(Old));
        Assert.That((await stored.Finder.FindAsync(Clip, null, default))!.Revision, Is.EqualTo("old"));
    }

    [Test]
    public async Task A_video_is_deleted_even_if_what_was_made_of_it_cannot_be()
    {
        var files = new Mock<IRenditionFiles>();
        files.Setup(f => f.Delete(Clip, null)).Throws(new IOException("Directory not empty"));
        stored.Dispose();
        stored = NewStore(files.Object);
        var video = A.Video("clip", sizeBytes: Old.Length);
        DatabaseWorks();
        records
            .Setup(r => r.RemoveAsync(It.IsAny<IReadOnlyCollection<VideoKey>>(), It.IsAny<CancellationToken>()))
            .Returns(Task.CompletedTask);
        await StoreAsync(Old, video, before: null);

        using (var lease = await stored.Locks.LeaseAsync(Clip, default))
            await stored.Remover.RemoveAsync(lease, video, AuditAction.Deleted, by: null);

        Assert.That(temporary.Files(), Is.Empty);
        records.Verify(r => r.RemoveAsync(new[] { video.Key }, It.IsAny<CancellationToken>()), Times.Once);
    }

    [Test]
    public async Task A_change_whose_record_cannot_be_written_leaves_the_sidecar_before()
    {
        var before = A.Video("clip", sizeBytes: Old.Length);
        DatabaseWorks();
        await StoreAsync(Old, before, before: null);
        DatabaseFails();

        Assert.That(() => ExtendAsync(before), Throws.TypeOf<RefusedException>());

        Assert.That(folder.Read(Clip, out _)!.Stamp, Is.EqualTo(before.Stamp));
    }

    [Test]
    public async Task A_record_in_doubt_is_written_from_the_folder_when_the_database_is_back()
    {
        var before = A.Video("clip", revision: "old", sizeBytes: Old.Length);
        DatabaseWorks();
        await StoreAsync(Old, before, before: null);
        DatabaseFails();
        Assert.That(() => StoreAsync(New, A.Video("clip", revision: "new"), before), Throws.TypeOf<RefusedException>());
        IReadOnlyCollection<Video> saved = [];
        records
            .Setup(r => r.SaveAsync(It.IsAny<IReadOnlyCollection<Video>>(), It.IsAny<CancellationToken>()))
            .Callback((IReadOnlyCollection<Video> videos, CancellationToken _) => saved = videos)
            .Returns(Task.CompletedTask);

        await stored.Settler.SettleAsync(default);

        Assert.That(saved.Single().Revision, Is.EqualTo("old"));
    }

    [Test]
    public async Task A_file_in_doubt_whose_client_was_erased_goes()
    {
        var before = A.Video("clip", owner: "erased", sizeBytes: Old.Length);
        DatabaseWorks();
        await StoreAsync(Old, before, before: null);
        DatabaseFails();
        Assert.That(() => ExtendAsync(before), Throws.TypeOf<RefusedException>());
        Erased("erased");
        var undone = before with { Revision = "undone" };
        records.Setup(r => r.FindAsync(Clip, null, It.IsAny<CancellationToken>())).ReturnsAsync(undone);
        records.Setup(r => r.RemoveAsync(new[] { undone.Key }, It.IsAny<CancellationToken>())).Returns(Task.CompletedTask);

        await stored.Settler.SettleAsync(default);

        Assert.That(temporary.Files(), Is.Empty);
        records.Verify(r => r.RemoveAsync(new[] { undone.Key }, It.IsAny<CancellationToken>()), Times.AtLeastOnce);
    }

    [Test]
    public async Task Of_an_erased_client_nothing_is_removed_until_what_was_made_of_it_can_be()
    {
        var files = new Mock<IRenditionFiles>();
        files.Setup(f => f.Delete(Clip, null)).Throws(new IOException("Directory not empty"));
        stored.Dispose();
        stored = NewStore(files.Object);
        var video = A.Video("clip", sizeBytes: Old.Length);
        DatabaseWorks();
        await StoreAsync(Old, video, before: null);

        Assert.That(() => EraseAsync(video), Throws.TypeOf<IOException>());

        Assert.That(temporary.Files(), Has.Count.EqualTo(2), "its record stays, too, so that it is found again");
    }

    [Test]
    public async Task While_the_new_record_is_being_written_the_link_before_gives_the_bytes_before()
    {
        var before = A.Video("clip", revision: "old", sizeBytes: Old.Length);
        DatabaseWorks();
        await StoreAsync(Old, before, before: null);
        byte[]? seen = null;
        records
            .Setup(r => r.SaveAsync(It.IsAny<IReadOnlyCollection<Video>>(), It.IsAny<CancellationToken>()))
            .Callback(() =>
            {
                var playable = stored.Links.FindAsync(Clip, default).AsTask();
                Assert.That(playable.IsCompletedSuccessfully, Is.True, "readers do not wait");
                using var bytes = folder.OpenHeldBack(playable.GetAwaiter().GetResult()!.HeldBack!)!;
                seen = new byte[bytes.SizeBytes];
                bytes.Read(seen, 0);
            })
            .Returns(Task.CompletedTask);

        await StoreAsync(New, A.Video("clip", revision: "new"), before);

        Assert.That(seen, Is.EqualTo(Old));
    }

    // What is held back is gone when the installation is over: the link before would give the new bytes.
    [Test]
    public async Task When_a_replacement_is_over_links_open_the_new_video_already()
    {
        Playable? seen = null;
        var installation = new Mock<IInstallation>();
        installation.Setup(one => one.HeldBack).Returns("held-back");
        var replacing = new Mock<IVideoFolder>();
        replacing.Setup(one => one.Prepare(It.IsAny<IVideoDraft>(), It.IsAny<Video>())).Returns(installation.Object);
        using var store = NewStore(new RenditionFolder(storage), replacing.Object);
        installation
            .Setup(one => one.Dispose())
            .Callback(() => seen = store.Links.FindAsync(Clip, default).AsTask().GetAwaiter().GetResult());
        DatabaseWorks();

        using (var lease = await store.Locks.LeaseAsync(Clip, default))
        {
            await store.Writer.StoreAsync(
                lease,
                A.Video("clip", revision: "new"),
                Mock.Of<IVideoDraft>(),
                A.Video("clip", revision: "old"),
                A.Operator
            );
        }

        Assert.That((seen!.Key.Revision, seen.HeldBack), Is.EqualTo(("new", (string?)null)));
    }

    [Test]
    public async Task A_lease_is_good_for_its_own_video_and_only_until_it_is_disposed()
    {
        // Of locks of its own: ids share them, so nobody may wait for a second lease while holding one.
        using var locks = new VideoLocks();
        var lease = await locks.LeaseAsync(Clip, default);
        Assert.That(() => lease.Require(Clip), Throws.Nothing);
        Assert.That(() => lease.Require(VideoId.Parse("other")), Throws.InvalidOperationException);
        lease.Dispose();
        lease.Dispose();
        Assert.That(() => lease.Require(Clip), Throws.InvalidOperationException);
        using (var everything = await locks.LeaseAllAsync(default))
            Assert.That(() => everything.Require(Clip), Throws.Nothing);

        using var other = await stored.Locks.LeaseAsync(VideoId.Parse("other"), default);
        Assert.That(
            () => stored.Remover.RemoveFiles(other, A.Video("clip").Stamp, AuditAction.Deleted, by: null),
            Throws.InvalidOperationException
        );
    }

    [Test]
    public async Task When_the_bytes_before_are_gone_the_link_before_never_gives_the_new_ones()
    {
        var before = A.Video("clip", revision: "old", sizeBytes: Old.Length);
        DatabaseWorks();
        await StoreAsync(Old, before, before: null);
        File.Delete(storage.Video(Clip));
        VideoBytes? seen = null;
        records
            .Setup(r => r.SaveAsync(It.IsAny<IReadOnlyCollection<Video>>(), It.IsAny<CancellationToken>()))
            .Callback(() => seen = folder.OpenHeldBack(stored.Links.FindAsync(Clip, default).AsTask().GetAwaiter().GetResult()!.HeldBack!))
            .Returns(Task.CompletedTask);

        await StoreAsync(New, A.Video("clip", revision: "new"), before);

        Assert.That(seen, Is.Null);
    }

    [Test]
    public async Task A_recorded_video_without_sidecar_survives_a_replacement_that_fails()
    {
        var before = A.Video("clip", revision: "old", sizeBytes: Old.Length);
        DatabaseWorks();
        await StoreAsync(Old, before, before: null);
        File.Delete(storage.Sidecar(Clip));
        DatabaseFails();

        Assert.That(() => StoreAsync(New, A.Video("clip", revision: "new"), before), Throws.TypeOf<RefusedException>());

        Assert.That(await File.ReadAllBytesAsync(storage.Video(Clip)), Is.EqualTo(Old));
        Assert.That(folder.Read(Clip, out _)!.Revision, Is.EqualTo("old"));
    }

    [TestCase("video_clip.mp4", TestName = "Bytes_without_a_record_are_not_replaced")]
    [TestCase("video_clip.json", TestName = "A_sidecar_without_a_record_is_not_replaced")]
    public async Task A_file_that_cannot_be_used(string name)
    {
        await File.WriteAllBytesAsync(temporary.At(name), Old);
        DatabaseWorks();

        Assert.That(
            () => StoreAsync(New, A.Video("clip"), before: null),
            Throws.TypeOf<RefusedException>().With.Property(nameof(RefusedException.Refusal)).EqualTo(Refusal.Conflict)
        );

        Assert.That(temporary.Files(), Is.EqualTo(new[] { name }));
        Assert.That(await File.ReadAllBytesAsync(temporary.At(name)), Is.EqualTo(Old));
    }

    [Test]
    public async Task A_video_that_is_not_taken_in_yet_is_recorded_before_it_is_changed()
    {
        await File.WriteAllBytesAsync(storage.Video(Clip), Old);
        await File.WriteAllTextAsync(storage.Sidecar(Clip), """{"expiration_time":"2026-11-03T12:00:00.123456"}""");
        records.Setup(r => r.FindAsync(Clip, null, It.IsAny<CancellationToken>())).ReturnsAsync((Video?)null);
        IReadOnlyCollection<Video> saved = [];
        records
            .Setup(r => r.SaveAsync(It.IsAny<IReadOnlyCollection<Video>>(), It.IsAny<CancellationToken>()))
            .Callback((IReadOnlyCollection<Video> videos, CancellationToken _) => saved = videos)
            .Returns(Task.CompletedTask);

        (await stored.Finder.LeaseForChangeAsync(Clip, null, default)).Dispose();

        Assert.That(saved.Single().LinkTexts, Is.EqualTo(new[] { "2026-11-03T12:00:00.123456" }), "its links are remembered beyond it");
    }

    [Test]
    public async Task After_the_folder_was_taken_in_the_record_says_what_a_video_is()
    {
        DatabaseWorks();
        await StoreAsync(New, A.Video("clip", revision: "new", sizeBytes: New.Length), before: null);
        stored.TakeIn.Finish();
        records.Setup(r => r.FindAsync(Clip, null, It.IsAny<CancellationToken>())).ReturnsAsync(A.Video("clip", revision: "recorded"));

        Assert.That((await stored.Finder.FindAsync(Clip, null, default))!.Revision, Is.EqualTo("recorded"));
    }

    [Test]
    public async Task While_the_folder_is_taken_in_it_says_what_a_video_is()
    {
        DatabaseWorks();
        await StoreAsync(New, A.Video("clip", revision: "new", sizeBytes: New.Length), before: null);
        records
            .Setup(r => r.FindAsync(Clip, null, It.IsAny<CancellationToken>()))
            .ReturnsAsync(A.Video("clip", revision: "of-an-earlier-day"));

        Assert.That((await stored.Finder.FindAsync(Clip, null, default))!.Revision, Is.EqualTo("new"));
    }

    [TestCase("same", ExpectedResult = 1)]
    [TestCase("of-an-earlier-day", ExpectedResult = 0)]
    public async Task<int> While_the_folder_is_taken_in_only_what_is_as_recorded_is_deleted(string recorded)
    {
        var video = A.Video("clip", hoursLeft: -1, revision: "same", sizeBytes: New.Length);
        var record = video with { Revision = recorded };
        DatabaseWorks();
        await StoreAsync(New, video, before: null);
        records
            .Setup(r => r.EndedAsync(null, It.IsAny<DateTimeOffset>(), null, It.IsAny<int>(), It.IsAny<CancellationToken>()))
            .ReturnsAsync([
                new DueVideo(record.Key, record.SizeBytes, new PagePosition(record.UploadedAt.ToUnixTimeMilliseconds(), Clip.Text)),
            ]);
        records
            .Setup(r => r.StampsAsync(It.IsAny<IReadOnlyCollection<VideoId>>(), It.IsAny<CancellationToken>()))
            .ReturnsAsync([record.Stamp]);
        records
            .Setup(r => r.RemoveAsync(It.IsAny<IReadOnlyCollection<VideoKey>>(), It.IsAny<CancellationToken>()))
            .Returns(Task.CompletedTask);
        var cleaner = new Cleaner(
            stored.Finder,
            stored.Remover,
            records.Object,
            folder,
            stored.Room,
            A.Watch(TimeProvider.System),
            TimeProvider.System,
            NullLogger<Cleaner>.Instance
        );

        var (cleaned, failed, _) = await cleaner.CleanAsync(CleanUpKind.Expired, by: null, maxAgeHours: 0, dryRun: false, default);

        Assert.That((failed, File.Exists(storage.Video(Clip))), Is.EqualTo((0, cleaned == 0)));
        return cleaned;
    }

    [Test]
    public async Task When_the_disk_fails_in_the_middle_the_link_before_gives_what_is_held_back_and_nobody_changes_the_video()
    {
        var installation = new Mock<IInstallation>();
        installation.Setup(one => one.HeldBack).Returns("held-back");
        installation.Setup(one => one.IsTorn).Returns(true);
        installation.Setup(one => one.Commit()).Throws(new IOException("Input/output error"));
        var failing = new Mock<IVideoFolder>();
        failing.Setup(one => one.Prepare(It.IsAny<IVideoDraft>(), It.IsAny<Video>())).Returns(installation.Object);
        using var torn = NewStore(new RenditionFolder(storage), failing.Object);

        Assert.That(
            async () =>
            {
                using var lease = await torn.Locks.LeaseAsync(Clip, default);
                await torn.Writer.StoreAsync(
                    lease,
                    A.Video("clip", revision: "new"),
                    Mock.Of<IVideoDraft>(),
                    A.Video("clip", revision: "old"),
                    A.Operator
                );
            },
            Throws.TypeOf<IOException>()
        );

        Assert.That((await torn.Links.FindAsync(Clip, default))!.HeldBack, Is.EqualTo("held-back"));
        var brought = Mock.Of<VideoBytes>();
        failing.Setup(one => one.Open(Clip)).Returns(brought);
        var play = new PlayVideo(
            torn.Links,
            failing.Object,
            new RenditionFolder(storage),
            new RenditionQueue(new RenditionOptions(false)),
            new FakeTimeProvider(A.Noon)
        );
        var token = AccessToken.For(Clip, A.Video("clip").Expiration.Text, "key").Text;
        Assert.That(
            (await play.OpenAsync("clip", token, WantedForm.Original, default)).Bytes,
            Is.SameAs(brought),
            "what is not held back any more has its name again"
        );
        Assert.That(() => torn.Finder.FindAsync(Clip, null, default), Throws.TypeOf<RefusedException>());
    }

    private StoredVideos NewStore(IRenditionFiles files, IVideoFolder? otherFolder = null, bool isTakenIn = false) =>
        new(
            records.Object,
            otherFolder ?? folder,
            clients.Object,
            renditions.Object,
            files,
            new StorageSpace(storage),
            isTakenIn: isTakenIn
        );

    private async Task StoreAsync(byte[] bytes, Video video, Video? before)
    {
        using var draft = await folder.ReceiveAsync(PipeReader.Create(new MemoryStream(bytes)), long.MaxValue, _ => { }, default);
        using var lease = await stored.Locks.LeaseAsync(video.Id, default);
        await stored.Writer.StoreAsync(lease, video, draft, before, A.Operator);
    }

    private async Task ExtendAsync(Video video)
    {
        using var lease = await stored.Locks.LeaseAsync(video.Id, default);
        await stored.Writer.ChangeAsync(lease, video.ExtendLink(5, 8760, A.Noon), video);
    }

    private async Task EraseAsync(Video video)
    {
        using var lease = await stored.Locks.LeaseAsync(video.Id, default);
        await stored.Remover.EraseAsync(lease, video);
    }

    private void Erased(params string[] owners) =>
        clients.Setup(c => c.ErasedAsync(It.IsAny<IEnumerable<string>>(), It.IsAny<CancellationToken>())).ReturnsAsync(owners.ToHashSet());

    private void DatabaseWorks() =>
        records.Setup(r => r.SaveAsync(It.IsAny<IReadOnlyCollection<Video>>(), It.IsAny<CancellationToken>())).Returns(Task.CompletedTask);

    private void DatabaseFails() =>
        records
            .Setup(r => r.SaveAsync(It.IsAny<IReadOnlyCollection<Video>>(), It.IsAny<CancellationToken>()))
            .ThrowsAsync(new RefusedException(Refusal.Unavailable, "some_code", "The database cannot be used at the moment"));
}
