using Microsoft.Extensions.Logging.Abstractions;
using Moq;
using Vigint.Application.Audit;
using Vigint.Application.Clients;
using Vigint.Application.Common;
using Vigint.Application.Storage;
using Vigint.Application.Videos;
using Vigint.Application.Videos.Renditions;
using Vigint.Application.Videos.TakeInFolder;
using Vigint.Domain;
using Vigint.Domain.Videos;
using Vigint.TestSupport;

namespace Vigint.UnitTests.Videos;

public sealed class TakeInFolderTests
{
    private readonly Mock<IVideoRecords> records = new();
    private readonly Mock<IVideoFolder> folder = new();
    private readonly Mock<IClientRecords> clients = new();
    private readonly List<string> saved = [];
    private TakeInProgress progress = null!;
    private Journal<AuditEvent> journal = null!;
    private VideoStore store = null!;
    private TakeInFolderHandler handler = null!;

    [SetUp]
    public void Make()
    {
        saved.Clear();
        progress = new TakeInProgress();
        records.Setup(r => r.StampsAsync(It.IsAny<IReadOnlyCollection<VideoId>>(), It.IsAny<CancellationToken>())).ReturnsAsync([]);
        records.Setup(r => r.KeysAsync(It.IsAny<string?>(), It.IsAny<int>(), It.IsAny<CancellationToken>())).ReturnsAsync([]);
        clients
            .Setup(c => c.ErasedAsync(It.IsAny<IEnumerable<string>>(), It.IsAny<CancellationToken>()))
            .ReturnsAsync(new HashSet<string>());
        journal = new Journal<AuditEvent>((_, _) => Task.CompletedTask, TimeProvider.System);
        var cache = new LinkCache();
        var room = new StorageRoom(Mock.Of<IStorageSpace>(), Mock.Of<IStorageTotals>(), new StorageOptions(null), TimeProvider.System);
        store = new VideoStore(
            records.Object,
            folder.Object,
            clients.Object,
            Mock.Of<IRenditionRecords>(),
            Mock.Of<IRenditionFiles>(),
            new RenditionLine(new RenditionOptions(false)),
            cache,
            room,
            new TokenKey("key"),
            progress,
            new AuditTrail(journal, TimeProvider.System),
            NullLogger<VideoStore>.Instance
        );
        handler = new TakeInFolderHandler(
            store,
            cache,
            records.Object,
            clients.Object,
            folder.Object,
            room,
            progress,
            NullLogger<TakeInFolderHandler>.Instance
        );
    }

    [TearDown]
    public void Close()
    {
        store.Dispose();
        journal.Dispose();
    }

    [Test]
    public async Task A_video_that_the_database_does_not_take_is_skipped_and_keeps_no_other_out()
    {
        Lie("a", "bad", "c");
        SavingFailsFor("bad", new InvalidOperationException("22021: invalid byte\nsequence"));

        var taken = await handler.Handle(new TakeInFolderCommand(), default);

        Assert.That((saved, taken.Indexed), Is.EqualTo((new[] { "a", "c" }, 2)));
        Assert.That(
            taken.Skipped.Single(),
            Is.EqualTo(new SkippedName(VideoId.Parse("bad"), "it cannot be recorded: 22021: invalid byte sequence"))
        );
        Assert.That(progress.IsFinished, Is.True);
    }

    [TestCase(Refusal.Unavailable, TestName = "While_the_database_is_away_no_video_is_skipped")]
    [TestCase(Refusal.NoRoom, TestName = "While_the_databases_disk_is_full_no_video_is_skipped")]
    public void The_database_cannot_be_used(Refusal why)
    {
        Lie("a", "bad", "c");
        SavingFailsFor("bad", new RefusedException(why, "The database cannot be used"));

        Assert.That(() => handler.Handle(new TakeInFolderCommand(), default), Throws.TypeOf<RefusedException>());

        Assert.That((saved, progress.IsFinished), Is.EqualTo((Array.Empty<string>(), false)));
    }

    private void Lie(params string[] ids)
    {
        folder
            .Setup(f => f.List(It.IsAny<CancellationToken>()))
            .Returns(ids.Select(id => new StoredName(VideoId.Parse(id), HasFile: true)));
        string? trouble = null;
        foreach (var id in ids)
            folder.Setup(f => f.Read(VideoId.Parse(id), out trouble)).Returns(A.Video(id));
    }

    private void SavingFailsFor(string id, Exception exception) =>
        records
            .Setup(r => r.SaveAsync(It.IsAny<IReadOnlyCollection<Video>>(), It.IsAny<CancellationToken>()))
            .Returns(
                (IReadOnlyCollection<Video> videos, CancellationToken _) =>
                {
                    if (videos.Any(video => video.Id.Text == id))
                        return Task.FromException(exception);
                    saved.AddRange(videos.Select(video => video.Id.Text));
                    return Task.CompletedTask;
                }
            );
}
