using Microsoft.Extensions.Time.Testing;
using Moq;
using Vigint.Application.Storage;
using Vigint.Domain;
using Vigint.TestSupport;

namespace Vigint.UnitTests.Storage;

/// <summary>100 bytes of room, of which one call may take 40.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class StorageRoomTests
{
    private static readonly RoomTaker One = RoomTaker.Of(A.Client("one"));
    private static readonly RoomTaker Other = RoomTaker.Of(A.Client("other"));
    private static readonly RoomTaker Operator = RoomTaker.Of(A.Operator);

    private readonly FakeTimeProvider clock = new(A.Noon);
    private readonly StorageRoom room;

    public StorageRoomTests()
    {
        var space = Mock.Of<IStorageSpace>(one => one.Measure() == new DiskSpace(1000, 1000));
        var stored = new Mock<IStorageTotals>();
        stored
            .Setup(r => r.TotalsAsync(It.IsAny<string?>(), It.IsAny<DateTimeOffset>(), It.IsAny<CancellationToken>()))
            .ReturnsAsync(new StorageTotals(0, 0, 0, null));
        room = new StorageRoom(space, stored.Object, new StorageOptions(100) { LargestCallBytes = 40 }, clock);
    }

    [Test]
    public async Task A_client_may_announce_half_of_the_room_and_no_more()
    {
        using var first = await ReserveAsync(40, One);
        using var second = await ReserveAsync(10, One);

        var refusal = Assert.ThrowsAsync<RefusedException>(() => ReserveAsync(1, One))!;

        Assert.That((refusal.Refusal, refusal.Figures["limit_bytes"], refusal.Figures["free_bytes"]), Is.EqualTo((Refusal.TooMany, 50, 0)));
        Assert.That(refusal.RetryAfter, Is.Not.Null);
    }

    [Test]
    public async Task What_has_come_counts_as_what_was_announced()
    {
        using var first = await ReserveAsync(0, One);
        first.Use(45);

        Assert.That(Assert.ThrowsAsync<RefusedException>(() => ReserveAsync(20, One))!.Refusal, Is.EqualTo(Refusal.TooMany));
    }

    [Test]
    public async Task Who_announces_nothing_is_held_to_it_as_the_bytes_come()
    {
        using var first = await ReserveAsync(40, One);
        using var second = await ReserveAsync(0, One);

        Assert.That(Assert.Throws<RefusedException>(() => second.Use(20))!.Refusal, Is.EqualTo(Refusal.TooMany));
    }

    [Test]
    public async Task One_largest_call_is_always_taken_if_there_is_room_for_it()
    {
        using var stored = await ReserveAsync(0, Operator);
        stored.Use(60);

        using var largest = await ReserveAsync(40, One);

        Assert.That(Assert.ThrowsAsync<RefusedException>(() => ReserveAsync(21, Other))!.Refusal, Is.EqualTo(Refusal.NoRoom));
    }

    [Test]
    public async Task The_operator_has_no_ceiling()
    {
        using var first = await ReserveAsync(40, Operator);
        using var second = await ReserveAsync(40, Operator);

        Assert.That(
            Assert.ThrowsAsync<RefusedException>(() => ReserveAsync(40, Operator))!.Refusal,
            Is.EqualTo(Refusal.NoRoom),
            "but no more than there is"
        );
    }

    [Test]
    public async Task Alerts_have_a_ceiling_of_their_own()
    {
        using var first = await ReserveAsync(40, One);

        Assert.That(async () => (await ReserveAsync(40, RoomTaker.OfAlert(A.Client("one")))).Dispose(), Throws.Nothing);
    }

    [Test]
    public async Task What_others_announce_takes_no_more_than_half_of_the_room_each()
    {
        using var greedy = await ReserveAsync(90, Operator);

        Assert.That(async () => (await ReserveAsync(40, One)).Dispose(), Throws.Nothing);
    }

    [Test]
    public async Task A_promise_counts_in_full_while_it_is_young()
    {
        using var first = await ReserveAsync(40, One);
        using var second = await ReserveAsync(40, Other);
        clock.Advance(TimeSpan.FromSeconds(19));

        Assert.That(Assert.ThrowsAsync<RefusedException>(() => ReserveAsync(40, Operator))!.Refusal, Is.EqualTo(Refusal.NoRoom));
    }

    [Test]
    public async Task A_promise_of_which_nothing_comes_lapses()
    {
        using var first = await ReserveAsync(40, One);
        using var second = await ReserveAsync(40, Other);
        clock.Advance(TimeSpan.FromSeconds(20));

        Assert.That(async () => (await ReserveAsync(100, Operator)).Dispose(), Throws.Nothing);
    }

    // A byte in ten seconds: sixty within the ten minutes that count.
    [Test]
    public async Task A_promise_counts_as_far_as_it_comes_in_ten_minutes()
    {
        using var quick = await ReserveAsync(40, One);
        for (var i = 0; i < 3; i++)
        {
            clock.Advance(TimeSpan.FromSeconds(10));
            quick.Use(1);
        }

        Assert.That(Free(), Is.EqualTo(100 - 40), "all of it will come");
        clock.Advance(TimeSpan.FromSeconds(20));
        Assert.That(Free(), Is.EqualTo(100 - 3), "it has stopped");
    }

    [Test]
    public async Task What_has_ended_is_free_again()
    {
        var first = await ReserveAsync(40, One);
        first.Use(30);
        first.Dispose();
        first.Dispose();

        Assert.That(Free(), Is.EqualTo(100));
    }

    // The largest that fits.
    private int Free() =>
        Enumerable
            .Range(0, 101)
            .Last(size =>
            {
                try
                {
                    room.ReserveAsync(size, Operator, default).GetAwaiter().GetResult().Dispose();
                    return true;
                }
                catch (RefusedException)
                {
                    return false;
                }
            });

    private Task<RoomReservation> ReserveAsync(long bytes, RoomTaker taker) => room.ReserveAsync(bytes, taker, default);
}
