using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Moq;
using Vigint.Application.Clients;
using Vigint.Application.Idempotency;
using Vigint.Application.Media;
using Vigint.Application.Storage;
using Vigint.Application.Videos;
using Vigint.Application.Videos.UploadVideo;
using Vigint.Domain;
using Vigint.Domain.Videos;
using Vigint.TestSupport;

namespace Vigint.UnitTests.Videos;

/// <summary>An upload below HTTP: its form comes in parts, and what is not stored leaves nothing behind.</summary>
public sealed class UploadVideoTests
{
    private static readonly string Hash = new('a', 64);

    private readonly FakeTimeProvider clock = new(A.Noon);
    private Mock<IVideoRecords> records = null!;
    private Mock<IVideoFolder> folder = null!;
    private Mock<IVideoDraft> draft = null!;
    private Mock<IIdempotencyRecords> calls = null!;
    private List<Video> saved = null!;
    private StoredVideos stored = null!;
    private ClientRoom clientRoom = null!;
    private UploadVideoHandler handler = null!;

    [SetUp]
    public void Make()
    {
        saved = [];
        records = new Mock<IVideoRecords>();
        records
            .Setup(one => one.SaveAsync(It.IsAny<IReadOnlyCollection<Video>>(), It.IsAny<CancellationToken>()))
            .Callback((IReadOnlyCollection<Video> videos, CancellationToken _) => saved.AddRange(videos))
            .Returns(Task.CompletedTask);
        draft = new Mock<IVideoDraft>();
        draft.Setup(one => one.SizeBytes).Returns(1000);
        draft.Setup(one => one.Sha256).Returns(Hash);
        folder = new Mock<IVideoFolder>();
        folder
            .Setup(one =>
                one.ReceiveAsync(It.IsAny<PipeReader>(), It.IsAny<long>(), It.IsAny<Action<long>>(), It.IsAny<CancellationToken>())
            )
            .ReturnsAsync(draft.Object);
        folder
            .Setup(one => one.Prepare(It.IsAny<IVideoDraft>(), It.IsAny<Video>()))
            .Returns(Mock.Of<IInstallation>(one => one.HeldBack == "held-back"));
        calls = new Mock<IIdempotencyRecords>();
        calls
            .Setup(one =>
                one.BeginAsync(It.IsAny<KeyedCall>(), It.IsAny<string>(), It.IsAny<DateTimeOffset>(), It.IsAny<CancellationToken>())
            )
            .ReturnsAsync(
                (KeyedCall call, string subject, DateTimeOffset _, CancellationToken _) => new KnownCall(call.Digest, subject, null)
            );

        var space = Mock.Of<IStorageSpace>(one => one.Measure() == new DiskSpace(1L << 40, 1L << 39));
        stored = new StoredVideos(records.Object, folder.Object, space: space, clock: clock, isTakenIn: true);
        clientRoom = new ClientRoom(Mock.Of<IStorageTotals>(), clock);
        var containers = Mock.Of<IContainerReader>(one =>
            one.Look(It.IsAny<VideoBytes>()) == ContainerFinding.Video(new MediaFacts("video/mp4"))
        );
        var links = new LinkTexts(records.Object, A.Watch(clock), clock, NullLogger<LinkTexts>.Instance);
        handler = new UploadVideoHandler(
            new UploadReceiver(folder.Object, stored.Finder, stored.Room, new UploadPace(clock), new UploadOptions(1 << 20)),
            new VideoIntake(stored.Finder, stored.Writer, links, containers, clientRoom, clock),
            new KeyedUploads(calls.Object, new KeysInUse(), clock),
            new RetentionOptions(8760),
            new TokenKey("key")
        );
    }

    [TearDown]
    public void Close()
    {
        clientRoom.Dispose();
        stored.Dispose();
    }

    [Test]
    public async Task A_clip_is_stored_under_its_id_and_its_link_is_handed_out()
    {
        var uploaded = await UploadAsync(Metadata("clip"), Clip);

        Assert.That(saved.Select(video => (video.Id.Text, video.Sha256)), Is.EqualTo(new[] { ("clip", Hash) }));
        Assert.That(uploaded.Token.Text, Is.EqualTo(saved[0].Token("key").Text));
        Assert.That(saved[0].Expiration.Utc, Is.EqualTo(A.Noon.AddHours(720)), "thirty days, as the caller does not say");
    }

    [Test]
    public void A_clip_with_another_hash_than_announced_is_refused_and_leaves_nothing()
    {
        var metadata = $$"""{"video_id":"clip","file_hash":"{{new string('b', 64)}}"}""";

        Assert.That(() => UploadAsync(metadata, Clip), Refuses("file_hash_mismatch"));

        Assert.That(saved, Is.Empty);
        draft.Verify(one => one.Dispose(), Times.Once);
    }

    [Test]
    public void A_clip_under_an_id_of_another_client_is_not_even_received()
    {
        records
            .Setup(one => one.FindAsync(VideoId.Parse("clip"), null, It.IsAny<CancellationToken>()))
            .ReturnsAsync(A.Video("clip", owner: "somebody-else"));

        Assert.That(() => UploadAsync(Metadata("clip"), Clip), Refuses("video_id_of_another_client"));

        folder.Verify(
            one => one.ReceiveAsync(It.IsAny<PipeReader>(), It.IsAny<long>(), It.IsAny<Action<long>>(), It.IsAny<CancellationToken>()),
            Times.Never
        );
    }

    [Test]
    public async Task A_call_that_was_answered_under_its_key_is_answered_again_and_stores_nothing()
    {
        var before = new StoredUpload("clip", "2026-10-04T12:00:00", 1000, Hash, new MediaFacts("video/mp4"));
        calls
            .Setup(one =>
                one.BeginAsync(It.IsAny<KeyedCall>(), It.IsAny<string>(), It.IsAny<DateTimeOffset>(), It.IsAny<CancellationToken>())
            )
            .ReturnsAsync(
                (KeyedCall call, string subject, DateTimeOffset _, CancellationToken _) =>
                    new KnownCall(call.Digest, subject, JsonSerializer.Serialize(before))
            );

        var uploaded = await UploadAsync(Metadata("clip"), Clip, key: "once");

        Assert.That((uploaded.Upload.ExpirationText, saved.Count), Is.EqualTo(("2026-10-04T12:00:00", 0)));
    }

    [Test]
    public void A_call_that_fails_may_be_sent_again_under_its_key()
    {
        records
            .Setup(one => one.SaveAsync(It.IsAny<IReadOnlyCollection<Video>>(), It.IsAny<CancellationToken>()))
            .ThrowsAsync(DatabaseRefusals.Away(TimeSpan.FromSeconds(5)));

        Assert.That(() => UploadAsync(Metadata("clip"), Clip, key: "once"), Refuses("database_unavailable"));

        calls.Verify(one => one.AbandonAsync(It.IsAny<KeyedCall>(), CancellationToken.None), Times.Once);
        calls.Verify(one => one.CompleteAsync(It.IsAny<KeyedCall>(), It.IsAny<string>(), It.IsAny<CancellationToken>()), Times.Never);
    }

    [Test]
    public async Task What_an_upload_set_aside_is_free_again_when_it_is_over()
    {
        var before = await stored.Room.FreeForOneAsync(default);
        await UploadAsync(Metadata("clip"), Clip);
        Assert.That(() => UploadAsync("no JSON", Clip), Refuses("metadata_invalid"));

        Assert.That(await stored.Room.FreeForOneAsync(default), Is.EqualTo(before));
    }

    private static UploadPart Clip => new("video", "clip.mp4", PipeReader.Create(new MemoryStream(new byte[1000])));

    private static string Metadata(string id) => $$"""{"video_id":"{{id}}"}""";

    private static NUnit.Framework.Constraints.EqualStringConstraint Refuses(string code) =>
        Throws.TypeOf<RefusedException>().With.Property(nameof(RefusedException.Code)).EqualTo(code);

    private Task<UploadedVideo> UploadAsync(string metadata, UploadPart clip, string? key = null) =>
        handler.Handle(
            new UploadVideoCommand(A.Client(), new Form([Field("metadata", metadata), clip]), IdempotencyKey.Of(key)),
            CancellationToken.None
        );

    private static UploadPart Field(string name, string text) =>
        new(name, null, PipeReader.Create(new MemoryStream(Encoding.UTF8.GetBytes(text))));

    private sealed class Form(IEnumerable<UploadPart> parts) : IUploadForm
    {
        private readonly Queue<UploadPart> left = new(parts);

        public long? AnnouncedBytes => 2000;

        public ValueTask<UploadPart?> NextAsync(CancellationToken cancellationToken) =>
            ValueTask.FromResult(left.TryDequeue(out var part) ? part : null);
    }
}
