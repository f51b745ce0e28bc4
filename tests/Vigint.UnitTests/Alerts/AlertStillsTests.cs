using Microsoft.Extensions.Time.Testing;
using Moq;
using Vigint.Application.Media;
using Vigint.Domain.Media;
using Vigint.TestSupport;

namespace Vigint.UnitTests.Alerts;

/// <summary>A mail with a still says more, and goes out without one too.</summary>
public sealed class AlertStillsTests
{
    private static readonly TimeSpan MayTake = TimeSpan.FromSeconds(2);
    private static readonly byte[] Jpeg = [0xFF, 0xD8, 1, 2, 3];

    private readonly FakeTimeProvider clock = new(A.Noon);
    private MockedStills made = null!;

    [SetUp]
    public void Make() => made = new MockedStills(clock);

    [TearDown]
    public void Close() => made.Dispose();

    [Test]
    public async Task The_renditions_still_is_taken_where_it_is_there()
    {
        made.Files.Setup(one => one.OpenPoster(made.Video.Key)).Returns(() => new BytesInMemory(Jpeg));

        Assert.That(await OfAsync(TimeSpan.Zero), Is.EqualTo(Jpeg));
        made.Encoder.VerifyNoOtherCalls();
    }

    [TestCase(1.5, ExpectedResult = 1.5, TestName = "One_is_taken_where_the_incident_begins")]
    [TestCase(null, ExpectedResult = 2.5, TestName = "Where_nobody_says_when_it_begins_one_is_taken_from_the_middle")]
    public async Task<double?> One_is_taken(double? startSeconds)
    {
        double? moment = null;
        SetupStill().ReturnsAsync((MediaFile _, MediaReport _, double? at, MediaFile _, CancellationToken _) => (moment = at)!.Value);
        made.Work.Setup(one => one.Open(It.IsAny<string>())).Returns(() => new BytesInMemory(Jpeg));

        Assert.That(await OfAsync(MayTake, startSeconds), Is.EqualTo(Jpeg));
        return moment;
    }

    [Test]
    public async Task Where_nobody_waits_none_is_made() => Assert.That(await OfAsync(TimeSpan.Zero), Is.Null);

    [Test]
    public async Task A_server_that_makes_no_stills_makes_none()
    {
        using var off = new MockedStills(clock, areMade: false);

        Assert.That(await off.Stills.OfAsync(A.Alert(), off.Video.Key, MayTake, CancellationToken.None), Is.Null);
        off.Encoder.VerifyNoOtherCalls();
    }

    [Test]
    public async Task One_that_takes_too_long_is_none()
    {
        var reached = new TaskCompletionSource();
        SetupStill()
            .Returns(
                async (MediaFile _, MediaReport _, double? _, MediaFile _, CancellationToken token) =>
                {
                    reached.SetResult();
                    await Task.Delay(Timeout.InfiniteTimeSpan, token);
                    return 0;
                }
            );
        var still = OfAsync(MayTake);
        await reached.Task;

        clock.Advance(MayTake);

        Assert.That(await still, Is.Null);
    }

    [Test]
    public async Task One_that_fails_is_none()
    {
        SetupStill().ThrowsAsync(MediaRefusals.CannotBeDecoded());
        Assert.That(await OfAsync(MayTake), Is.Null);

        SetupStill().ThrowsAsync(new IOException("odd"));
        Assert.That(await OfAsync(MayTake), Is.Null);
    }

    private Moq.Language.Flow.ISetup<IVideoEncoder, Task<double>> SetupStill() =>
        made.Encoder.Setup(one =>
            one.StillAsync(
                It.IsAny<MediaFile>(),
                It.IsAny<MediaReport>(),
                It.IsAny<double?>(),
                It.IsAny<MediaFile>(),
                It.IsAny<CancellationToken>()
            )
        );

    private Task<byte[]?> OfAsync(TimeSpan mayTake, double? startSeconds = null) =>
        made.Stills.OfAsync(A.Alert() with { StartSeconds = startSeconds }, made.Video.Key, mayTake, CancellationToken.None);

    private sealed class BytesInMemory(byte[] bytes) : VideoBytes
    {
        public override long SizeBytes => bytes.Length;

        public override int Read(Span<byte> into, long offset)
        {
            var read = Math.Min(into.Length, bytes.Length - (int)offset);
            bytes.AsSpan((int)offset, read).CopyTo(into);
            return read;
        }

        public override void Dispose()
        {
            // Nothing is open.
        }
    }
}
