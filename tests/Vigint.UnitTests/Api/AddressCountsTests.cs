using System.Net;
using Vigint.Api.Http;

namespace Vigint.UnitTests.Api;

public sealed class AddressCountsTests
{
    [TestCase("192.0.2.1", "192.0.2.1", ExpectedResult = true)]
    [TestCase("192.0.2.1", "192.0.2.2", ExpectedResult = false)]
    [TestCase("192.0.2.1", "::ffff:192.0.2.1", ExpectedResult = true)]
    [TestCase("2001:db8:0:1::1", "2001:db8:0:1:ffff::2", ExpectedResult = true)]
    [TestCase("2001:db8:0:1::1", "2001:db8:0:2::1", ExpectedResult = false)]
    public bool An_address_of_IPv6_is_a_network_of_64_bits(string one, string other)
    {
        var counts = new AddressCounts(most: 10, mostOfOne: 1);
        counts.TryEnter(IPAddress.Parse(one));

        return counts.TryEnter(IPAddress.Parse(other)) is null;
    }

    [Test]
    public void Beyond_all_nobody_enters_until_one_leaves()
    {
        var counts = new AddressCounts(most: 2, mostOfOne: 2);
        var first = counts.TryEnter(IPAddress.Loopback);
        counts.TryEnter(null);
        var third = counts.TryEnter(IPAddress.IPv6Loopback);
        first!.Dispose();
        first.Dispose();

        Assert.That((third is null, counts.TryEnter(null) is null, counts.TryEnter(null) is null), Is.EqualTo((true, false, true)));
    }
}
