using Microsoft.Extensions.Logging.Abstractions;
using Moq;
using Vigint.Application.Clients;
using Vigint.Application.Videos;
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
    private StoredVideos stored = null!;
    private TakeInFolderHandler handler = null!;

    [SetUp]
    public void Make()
    {
        saved.Clear();
        records.Setup(r => r.StampsAsync(It.IsAny<IReadOnlyCollection<VideoId>>(), It.IsAny<CancellationToken>())).ReturnsAsync([]);
        records.Setup(r => r.KeysAsync(It.IsAny<string?>(), It.IsAny<int>(), It.IsAny<CancellationToken>())).ReturnsAsync([]);
        clients
            .Setup(c => c.ErasedAsync(It.IsAny<IEnumerable<string>>(), It.IsAny<CancellationToken>()))
            .ReturnsAsync(new HashSet<string>());
        stored = new StoredVideos(records.Object, folder.Object, clients.Object);
        handler = new TakeInFolderHandler(
            stored.Finder,
            stored.Remover,
            stored.Links,
            records.Object,
            clients.Object,
            folder.Object,
            stored.Room,
            stored.TakeIn,
            NullLogger<TakeInFolderHandler>.Instance
        );
    }

    [TearDown]
    public void Close() => stored.Dispose();

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
        Assert.That(stored.TakeIn.IsFinished, Is.True);
    }

    [TestCase(Refusal.Unavailable, TestName = "While_the_database_is_away_no_video_is_skipped")]
    [TestCase(Refusal.NoRoom, TestName = "While_the_databases_disk_is_full_no_video_is_skipped")]
    public void The_database_cannot_be_used(Refusal why)
    {
        Lie("a", "bad", "c");
        SavingFailsFor("bad", new RefusedException(why, "some_code", "The database cannot be used"));

        Assert.That(() => handler.Handle(new TakeInFolderCommand(), default), Throws.TypeOf<RefusedException>());

        Assert.That((saved, stored.TakeIn.IsFinished), Is.EqualTo((Array.Empty<string>(), false)));
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
