using Microsoft.Extensions.Time.Testing;
using Moq;
using Vigint.Application.Common;
using Vigint.Application.Media;
using Vigint.Application.Storage;
using Vigint.Domain;
using Vigint.TestSupport;

namespace Vigint.UnitTests.Media;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class DownloadsTests
{
    private readonly FakeTimeProvider clock = new(A.Noon);
    private readonly Mock<IScratchFolder> folder = new();
    private readonly MediaIntake intake;

    public DownloadsTests()
    {
        folder.Setup(one => one.Open("created")).Returns(Mock.Of<VideoBytes>());
        var scratch = Mock.Of<IScratch>(one => one.NewFolder() == folder.Object);
        var space = Mock.Of<IStorageSpace>(one => one.Measure() == new DiskSpace(1 << 30, 1 << 30));
        intake = new MediaIntake(
            scratch,
            new StorageRoom(space, Mock.Of<IStorageTotals>(), new StorageOptions(null), clock),
            new UploadOptions(1000)
        );
    }

    [Test]
    public async Task Its_owner_and_the_operator_may_have_it()
    {
        var downloads = new Downloads(clock);
        var id = await KeepAsync(downloads, A.Client("client-a"));

        Assert.That(() => downloads.Open(A.Client("client-a"), id), Throws.Nothing);
        Assert.That(() => downloads.Open(A.Operator, id), Throws.Nothing);
    }

    [Test]
    public async Task To_another_client_it_is_like_an_unknown_one()
    {
        var downloads = new Downloads(clock);
        var id = await KeepAsync(downloads, A.Client("client-a"));

        Assert.That(Error(id), Is.EqualTo(Error("unknown")).And.EqualTo((Refusal.NotFound, "Download not found")));

        (Refusal, string) Error(string asked)
        {
            var refusal = Assert.Throws<RefusedException>(() => downloads.Open(A.Client("client-b"), asked))!;
            return (refusal.Refusal, refusal.Message);
        }
    }

    [Test]
    public async Task After_an_hour_it_is_no_more_and_its_files_go()
    {
        var downloads = new Downloads(clock);
        var id = await KeepAsync(downloads, A.Operator);
        clock.Advance(Downloads.Life);

        Assert.That(() => downloads.Open(A.Operator, id), Throws.TypeOf<RefusedException>());
        downloads.RemoveEnded();

        folder.Verify(one => one.Dispose(), Times.Once);
    }

    [Test]
    public async Task Before_the_hour_is_over_its_files_stay()
    {
        var downloads = new Downloads(clock);
        await KeepAsync(downloads, A.Operator);
        clock.Advance(Downloads.Life - TimeSpan.FromSeconds(1));

        downloads.RemoveEnded();

        folder.Verify(one => one.Dispose(), Times.Never);
    }

    [Test]
    public async Task Of_more_than_a_thousand_of_one_client_the_oldest_goes_and_nobody_elses()
    {
        var downloads = new Downloads(clock);
        var others = await KeepAsync(downloads, A.Client("client-b"));
        var first = await KeepAsync(downloads, A.Client("client-a"));
        var second = await KeepAsync(downloads, A.Client("client-a"));
        for (var i = 2; i <= 1000; i++)
            await KeepAsync(downloads, A.Client("client-a"));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(() => downloads.Open(A.Client("client-a"), first), Throws.TypeOf<RefusedException>());
            Assert.That(() => downloads.Open(A.Client("client-a"), second), Throws.Nothing);
            Assert.That(() => downloads.Open(A.Client("client-b"), others), Throws.Nothing);
            folder.Verify(one => one.Dispose(), Times.Once);
        }
    }

    private async Task<string> KeepAsync(Downloads downloads, Caller caller)
    {
        var media = await intake.OpenAsync(null, RoomTaker.Server, CancellationToken.None);
        return downloads.Keep(caller, media, "created", "video/mp4", "shop.mp4");
    }
}
