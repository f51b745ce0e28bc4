using Microsoft.Extensions.Logging.Abstractions;
using Moq;
using Vigint.Application.Alerts;
using Vigint.Application.Alerts.Channels;
using Vigint.Application.Videos;
using Vigint.Domain;
using Vigint.Domain.Alerts;
using Vigint.TestSupport;

namespace Vigint.UnitTests.Alerts;

/// <summary>One attempt, whatever comes in between.</summary>
public sealed class AlertSenderTests : IDisposable
{
    private static readonly Alert Alert = A.Alert();
    private static readonly Delivery Mail = A.MailOf(Alert).Delivery;

    private SteppedClock clock = null!;
    private PlayedKernelClock kernel = null!;
    private Mock<IAlertChannel> channel = null!;
    private Mock<IDeliveryRecords> deliveries = null!;
    private AlertSender sending = null!;
    private DeliverySignal bell = null!;
    private MockedStills stills = null!;

    [SetUp]
    public void Make()
    {
        clock = new SteppedClock();
        kernel = new PlayedKernelClock();
        channel = new Mock<IAlertChannel>();
        channel.Setup(one => one.Kind).Returns(ChannelKind.Mail);
        Answers().ReturnsAsync(new DeliveryOutcome.Delivered("250 Ok"));
        deliveries = new Mock<IDeliveryRecords>();
        bell = new DeliverySignal();
        stills = new MockedStills(clock);
        var notices = new AlertNotices(
            new AlertVideos(Mock.Of<IVideoRecords>()),
            new AlertLinks(new TokenKey("key")),
            stills.Stills,
            clock
        );
        var alerts = Mock.Of<IAlertRecords>(one =>
            one.FindAsync(Alert.Id, null, It.IsAny<CancellationToken>()) == Task.FromResult<Alert?>(Alert)
        );
        sending = new AlertSender(
            [channel.Object],
            Mock.Of<IChannelRecords>(),
            alerts,
            deliveries.Object,
            notices,
            Mock.Of<IInstallationName>(one => one.Text == "here"),
            bell,
            new AlertMetrics(A.Meters, deliveries.Object, clock),
            A.Watch(clock, kernel),
            clock,
            NullLogger<AlertSender>.Instance
        );
    }

    [TearDown]
    public void Dispose()
    {
        sending.Dispose();
        stills.Dispose();
    }

    [Test]
    public async Task What_was_handed_over_is_recorded_with_the_answer()
    {
        var attempt = await RunAsync();

        Assert.That(
            (attempt!.State, attempt.Answer, attempt.Number, attempt.Next),
            Is.EqualTo((AlertState.Delivered, "250 Ok", 1, (DateTimeOffset?)null))
        );
        deliveries.Verify(one => one.RecordAsync(attempt, "here", It.IsAny<CancellationToken>()), Times.Once);
    }

    [Test]
    public async Task What_failed_in_passing_is_due_again_and_those_who_deliver_are_told()
    {
        Answers().ReturnsAsync(new DeliveryOutcome.TryLater("421 Busy"));
        var ring = bell.NextRing;

        var attempt = await RunAsync();

        Assert.That((attempt!.State, attempt.Answer, ring.IsCompleted), Is.EqualTo((AlertState.Queued, "421 Busy", true)));
        Assert.That(attempt.Next, Is.InRange(A.Noon.AddSeconds(5), A.Noon.AddSeconds(5.5)));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task A_clock_that_is_set_ahead_during_an_attempt_ends_no_delivery(bool isSynchronized)
    {
        kernel.IsSynchronized = isSynchronized;
        Answers().Callback(() => clock.Step(TimeSpan.FromHours(30))).ReturnsAsync(new DeliveryOutcome.TryLater("421 Busy"));

        var attempt = await RunAsync();

        Assert.That(attempt!.State, Is.EqualTo(AlertState.Queued));
        Assert.That(attempt.Next, Is.InRange(A.Noon.AddHours(30).AddSeconds(5), A.Noon.AddHours(30).AddSeconds(5.5)));
    }

    [Test]
    public async Task While_the_clock_is_in_doubt_no_delivery_is_given_up()
    {
        kernel.IsSynchronized = false;
        clock.Step(TimeSpan.FromHours(30));
        Answers().ReturnsAsync(new DeliveryOutcome.TryLater("421 Busy"));

        Assert.That((await RunAsync())!.State, Is.EqualTo(AlertState.Queued));
    }

    [Test]
    public async Task What_was_refused_for_good_has_failed()
    {
        Answers().ReturnsAsync(new DeliveryOutcome.GiveUp("550 No such user"));

        Assert.That((await RunAsync())!.State, Is.EqualTo(AlertState.Failed));
    }

    [Test]
    public async Task What_fails_after_a_day_has_failed()
    {
        Answers().ReturnsAsync(new DeliveryOutcome.TryLater("421 Busy"));
        clock.Advance(DeliverySchedule.Life);

        Assert.That((await RunAsync())!.State, Is.EqualTo(AlertState.Failed));
    }

    [Test]
    public async Task A_fault_is_tried_again_and_tells_nothing_of_itself()
    {
        Answers().ThrowsAsync(new InvalidOperationException("at /srv/secret"));

        var attempt = await RunAsync();

        Assert.That((attempt!.State, attempt.Answer), Is.EqualTo((AlertState.Queued, "The server made a mistake; its log has the reason")));
    }

    [Test]
    public async Task What_had_no_turn_is_put_back_and_counts_as_no_attempt()
    {
        Answers().ReturnsAsync(new DeliveryOutcome.NoTurn());
        var ring = bell.NextRing;

        var attempt = await RunAsync();

        Assert.That((attempt, ring.IsCompleted), Is.EqualTo(((Attempt?)null, true)));
        deliveries.Verify(one => one.PutBackAsync(Mail, "here", A.Noon.AddSeconds(1), It.IsAny<CancellationToken>()), Times.Once);
        deliveries.Verify(one => one.RecordAsync(It.IsAny<Attempt>(), It.IsAny<string>(), It.IsAny<CancellationToken>()), Times.Never);
    }

    [Test]
    public async Task A_channel_that_hangs_is_ended()
    {
        var reached = new TaskCompletionSource();
        Answers()
            .Returns(
                async Task<DeliveryOutcome> (AlertNotice _, ChannelTarget _, CancellationToken token) =>
                {
                    reached.SetResult();
                    await Task.Delay(Timeout.InfiniteTimeSpan, token);
                    return new DeliveryOutcome.Delivered("");
                }
            );
        var running = sending.Begin(Mail, TimeSpan.Zero)!;
        await reached.Task;

        clock.Advance(AlertSender.LongestAttempt);

        Assert.That((await running.Ended)!.Answer, Is.EqualTo("It took longer than 100 seconds"));
    }

    [Test]
    public async Task What_was_handed_over_while_the_database_is_away_is_recorded_later_and_not_sent_again()
    {
        var away = new RefusedException(Refusal.Unavailable, "some_code", "The database cannot be used at the moment");
        deliveries
            .SetupSequence(one => one.RecordAsync(It.IsAny<Attempt>(), It.IsAny<string>(), It.IsAny<CancellationToken>()))
            .ThrowsAsync(away)
            .ThrowsAsync(away)
            .Returns(Task.CompletedTask);

        var running = sending.Begin(Mail, TimeSpan.Zero)!;
        await running.Ended;
        var second = sending.Begin(Mail, TimeSpan.Zero);
        await Eventually.RequireAsync(
            "it is recorded",
            () =>
            {
                clock.Advance(TimeSpan.FromSeconds(1));
                return Task.FromResult(running.Recorded.IsCompleted);
            }
        );

        Assert.That(second, Is.Null);
        channel.Verify(
            one => one.DeliverAsync(It.IsAny<AlertNotice>(), It.IsAny<ChannelTarget>(), It.IsAny<CancellationToken>()),
            Times.Once
        );
        deliveries.Verify(one => one.RecordAsync(It.IsAny<Attempt>(), It.IsAny<string>(), It.IsAny<CancellationToken>()), Times.Exactly(3));
    }

    [Test]
    public async Task Whoever_waits_gives_up_and_the_attempt_goes_on()
    {
        var letGo = new TaskCompletionSource<DeliveryOutcome>();
        Answers().Returns(letGo.Task);
        var running = sending.Begin(Mail, TimeSpan.Zero)!;

        var gaveUp = await running.WithinAsync(TimeSpan.Zero, clock);
        letGo.SetResult(new DeliveryOutcome.Delivered("250 Ok"));

        Assert.That(gaveUp, Is.Null);
        Assert.That((await running.Ended)!.State, Is.EqualTo(AlertState.Delivered));
    }

    [Test]
    public async Task Whoever_stops_waits_for_what_is_under_way()
    {
        var letGo = new TaskCompletionSource<DeliveryOutcome>();
        Answers().Returns(letGo.Task);
        sending.Begin(Mail, TimeSpan.Zero);

        var stopping = sending.StopAsync();
        var hadStopped = stopping.IsCompleted;
        letGo.SetResult(new DeliveryOutcome.Delivered("250 Ok"));
        await stopping;

        Assert.That(hadStopped, Is.False);
        deliveries.Verify(one => one.RecordAsync(It.IsAny<Attempt>(), "here", It.IsAny<CancellationToken>()), Times.Once);
    }

    private Moq.Language.Flow.ISetup<IAlertChannel, Task<DeliveryOutcome>> Answers() =>
        channel.Setup(one => one.DeliverAsync(It.IsAny<AlertNotice>(), It.IsAny<ChannelTarget>(), It.IsAny<CancellationToken>()));

    private async Task<Attempt?> RunAsync()
    {
        var running = sending.Begin(Mail, TimeSpan.Zero)!;
        await running.Recorded;
        return await running.Ended;
    }
}
