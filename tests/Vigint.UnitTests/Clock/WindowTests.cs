using System.Net;
using Moq;
using Vigint.Application.Analysis;
using Vigint.Application.Audit;
using Vigint.Application.Clients;
using Vigint.Application.Common;
using Vigint.Application.Media;
using Vigint.Application.Storage;
using Vigint.Application.Videos;
using Vigint.Application.Videos.PlayVideo;
using Vigint.Domain;
using Vigint.Domain.Clients;
using Vigint.Domain.Videos;
using Vigint.TestSupport;

namespace Vigint.UnitTests.Clock;

/// <summary>What is remembered for a while lasts as long as it should, whatever the time of day is set to.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class WindowTests
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    private readonly SteppedClock clock = new();

    [TestCase(-1)]
    [TestCase(1)]
    public async Task A_download_lives_an_hour(int daysAhead)
    {
        var downloads = new Downloads(clock);
        var folder = Mock.Of<IScratchFolder>(one => one.Open("made.mp4") == Mock.Of<VideoBytes>());
        var room = new StorageRoom(
            Mock.Of<IStorageSpace>(one => one.Measure() == new DiskSpace(1 << 30, 1 << 30)),
            Mock.Of<IStorageTotals>(),
            new StorageOptions(null),
            clock
        );
        var intake = new MediaIntake(Mock.Of<IScratch>(one => one.NewFolder() == folder), room, new UploadOptions(1000));
        var id = downloads.Keep(
            A.Operator,
            await intake.OpenAsync(null, RoomTaker.Of(A.Operator), default),
            "made.mp4",
            "video/mp4",
            "made.mp4"
        );

        clock.Step(daysAhead * Day);
        downloads.RemoveEnded();
        Assert.That(() => downloads.Open(A.Operator, id), Throws.Nothing, "it is as young as before");

        clock.Advance(Downloads.Life);
        Assert.That(() => downloads.Open(A.Operator, id), Throws.TypeOf<RefusedException>());
    }

    [TestCase(-1)]
    [TestCase(1)]
    public async Task A_judgement_is_known_for_an_hour(int daysAhead)
    {
        var cache = new JudgementCache(clock);
        var peace = Judgement.Of(new Observation(false, "none", "Nothing.", "An empty room.", null, null, null), confirmation: null);
        await cache.GetAsync("a", _ => Task.FromResult(peace), default);

        clock.Step(daysAhead * Day);
        Assert.That(cache.Find("a"), Is.SameAs(peace));

        clock.Advance(TimeSpan.FromHours(1));
        Assert.That(cache.Find("a"), Is.Null);
    }

    [TestCase(-1)]
    [TestCase(1)]
    public void Who_has_used_up_a_pace_waits_as_long_as_before(int daysAhead)
    {
        var pace = new Pace<string>(clock);
        for (var i = 0; i < 10; i++)
            pace.Take("one", 3, TimeSpan.FromSeconds(1), TimeSpan.MaxValue);

        clock.Step(daysAhead * Day);

        Assert.That(pace.Look("one", 3, TimeSpan.FromSeconds(1)), Is.EqualTo(TimeSpan.FromSeconds(8)));
    }

    [TestCase(-1)]
    [TestCase(1)]
    public void Wrong_keys_are_slowed_down_as_before(int daysAhead)
    {
        var wrong = new WrongKeys(clock);
        var from = IPAddress.Parse("192.0.2.7");
        for (var i = 0; i < WrongKeys.AtOnce + 11; i++)
            _ = wrong.WaitAsync(from, default);

        clock.Step(daysAhead * Day);
        Assert.That(wrong.FloodFrom(from), Is.Not.Null);

        clock.Advance(TimeSpan.FromSeconds(12));
        Assert.That(wrong.FloodFrom(from), Is.Null);
    }

    [TestCase(-1)]
    [TestCase(1)]
    public void The_uploads_of_a_minute_are_those_of_a_minute(int daysAhead)
    {
        var pace = new UploadPace(clock);
        var shop = A.Client() with { Limits = ClientLimits.None with { UploadsPerMinute = 1 } };
        pace.RequireUpload(shop);

        clock.Step(daysAhead * Day);
        Assert.That(() => pace.RequireUpload(shop), Throws.TypeOf<RefusedException>());

        clock.Advance(TimeSpan.FromMinutes(1));
        Assert.That(() => pace.RequireUpload(shop), Throws.Nothing);
    }

    [TestCase(-1)]
    [TestCase(1)]
    public async Task A_viewing_is_one_for_half_an_hour(int daysAhead)
    {
        var noted = new List<AuditEvent>();
        using var journal = new Journal<AuditEvent>(
            (batch, _) =>
            {
                noted.AddRange(batch);
                return Task.CompletedTask;
            },
            clock
        );
        var trail = new Viewings(new AuditTrail(journal, clock), new VideoMetrics(A.Meters), clock);
        var clip = new VideoKey(VideoId.Parse("clip"), "r1");
        var viewer = new CallOrigin("192.0.2.7", "player");
        trail.Note(clip, "operator", viewer);

        clock.Step(daysAhead * Day);
        trail.Note(clip, "operator", viewer);
        await journal.WriteAsync(default);
        Assert.That(noted, Has.Count.EqualTo(1));

        clock.Advance(TimeSpan.FromMinutes(30));
        trail.Note(clip, "operator", viewer);
        await journal.WriteAsync(default);
        Assert.That(noted, Has.Count.EqualTo(2));
    }

    [TestCase(-1)]
    [TestCase(1)]
    public async Task A_key_is_remembered_for_seconds(int daysAhead)
    {
        var records = new Mock<IClientRecords>();
        records
            .Setup(one => one.FindKeyAsync(It.IsAny<KeyDigest>(), It.IsAny<CancellationToken>()))
            .ReturnsAsync(new KnownKey(A.Client(), ExpiresAt: null));
        var keys = new CallerKeys(new OperatorOptions("operators-secret", "video-stores", null), records.Object, clock);
        await keys.FindAsync("key", default);

        clock.Step(daysAhead * Day);
        await keys.FindAsync("key", default);

        records.Verify(one => one.FindKeyAsync(It.IsAny<KeyDigest>(), It.IsAny<CancellationToken>()), Times.Once);
    }
}
