using Vigint.Application.Alerts;
using Vigint.Domain.Alerts;
using Vigint.TestSupport;

namespace Vigint.UnitTests.Alerts;

/// <summary>Nobody takes all who deliver.</summary>
public sealed class DeliverySharesTests
{
    private DeliverySignal bell = null!;
    private DeliveryShares shares = null!;

    [SetUp]
    public void Make()
    {
        bell = new DeliverySignal();
        shares = new DeliveryShares(bell);
    }

    [Test]
    public async Task A_client_that_has_its_share_is_busy_and_its_neighbour_is_not()
    {
        await TakeAsync("shop", "https://a.example.org/1");
        await TakeAsync("shop", "https://b.example.org/1");
        await TakeAsync("bakery", "https://c.example.org/1");

        var busy = shares.BusyOf(ChannelKind.Webhook);

        Assert.That((busy.Owners, busy.Hosts), Is.EqualTo((new[] { "shop" }, Array.Empty<string>())));
        Assert.That(shares.BusyOf(ChannelKind.Ntfy).Owners, Is.Empty);
    }

    [Test]
    public async Task A_host_that_has_its_share_is_busy_for_every_client()
    {
        await TakeAsync("shop", "https://dead.example.org/1");
        await TakeAsync("bakery", "https://dead.example.org/2");

        Assert.That(shares.BusyOf(ChannelKind.Webhook).Hosts, Is.EqualTo(new[] { "dead.example.org" }));
    }

    [Test]
    public async Task Whoever_gives_back_the_last_of_a_share_wakes_those_who_wait()
    {
        var first = await TakeAsync("shop", "https://a.example.org/1");
        await TakeAsync("shop", "https://a.example.org/2");
        var ring = bell.NextRing;

        first.Dispose();

        Assert.That((ring.IsCompleted, shares.BusyOf(ChannelKind.Webhook).Owners.Count), Is.EqualTo((true, 0)));
    }

    [Test]
    public async Task Of_those_who_claim_at_the_same_moment_each_knows_of_the_one_before()
    {
        var found = new List<int>();

        await Task.WhenAll(
            Enumerable
                .Range(0, 8)
                .Select(_ =>
                    Task.Run(() =>
                        shares.TakeAsync(
                            ChannelKind.Mail,
                            async busy =>
                            {
                                await Task.Yield();
                                found.Add(busy.Owners.Count);
                                return busy.Owners.Count == 0 ? Of(ChannelKind.Mail, "shop", "shop@example.org") : null;
                            },
                            default
                        )
                    )
                )
        );

        Assert.That(found, Is.EqualTo(new[] { 0, 0, 1, 1, 1, 1, 1, 1 }));
    }

    private async Task<TakenDelivery> TakeAsync(string owner, string address) =>
        (await shares.TakeAsync(ChannelKind.Webhook, _ => Task.FromResult<Delivery?>(Of(ChannelKind.Webhook, owner, address)), default))!;

    private static Delivery Of(ChannelKind kind, string owner, string address) =>
        new(Guid.NewGuid().ToString("N"), AlertId.OfStored("VIG-1"), owner, kind, address, A.Noon, Attempts: 0);
}
