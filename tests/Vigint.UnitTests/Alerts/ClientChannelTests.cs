using System.Net;
using Vigint.Application.Alerts.Channels;
using Vigint.Domain;

namespace Vigint.UnitTests.Alerts;

public sealed class ClientChannelTests
{
    private static readonly ChannelOptions Internet = new(AllowsPrivateAddresses: false);
    private static readonly ChannelOptions Anywhere = new(AllowsPrivateAddresses: true);

    [TestCase("93.184.216.34", true)]
    [TestCase("2606:2800:220:1:248:1893:25c8:1946", true)]
    [TestCase("::ffff:93.184.216.34", true)]
    [TestCase("0.0.0.0", false)]
    [TestCase("10.1.2.3", false)]
    [TestCase("100.64.0.1", false)]
    [TestCase("127.0.0.1", false)]
    [TestCase("169.254.169.254", false)]
    [TestCase("172.31.255.255", false)]
    [TestCase("172.32.0.1", true)]
    [TestCase("192.168.1.1", false)]
    [TestCase("224.0.0.1", false)]
    [TestCase("255.255.255.255", false)]
    [TestCase("::", false)]
    [TestCase("::1", false)]
    [TestCase("::ffff:10.0.0.1", false)]
    [TestCase("64:ff9b::a00:1", false)]
    [TestCase("2002:a00:1::", false)]
    [TestCase("fd00::1", false)]
    [TestCase("fe80::1", false)]
    [TestCase("ff02::1", false)]
    public void Machines_of_the_internet_are_told_from_others(string address, bool isPublic) =>
        Assert.That(PublicAddress.Is(IPAddress.Parse(address)), Is.EqualTo(isPublic));

    [TestCase(null)]
    [TestCase("")]
    [TestCase("example.org/hook")]
    [TestCase("ftp://example.org/hook")]
    [TestCase("file:///etc/passwd")]
    [TestCase("http://example.org/hook")]
    [TestCase("https://user:password@example.org/hook")]
    [TestCase("https://localhost/hook")]
    [TestCase("https://169.254.169.254/latest")]
    [TestCase("https://[::1]/hook")]
    [TestCase("https://2130706433/hook")]
    public void An_address_that_is_no_safe_one_of_the_internet_is_refused(string? url) =>
        Assert.That(
            () => ClientChannel.Webhook(url, null, Internet),
            Throws.InstanceOf<RefusedException>().With.Property(nameof(RefusedException.Refusal)).EqualTo(Refusal.Invalid)
        );

    [TestCase("http://192.168.1.10:8080/hook")]
    [TestCase("https://localhost/hook")]
    public void Where_it_is_allowed_it_may_be_in_a_private_network(string url) =>
        Assert.That(ClientChannel.Webhook(url, null, Anywhere).Address, Is.EqualTo(url));

    [Test]
    public void A_secret_is_made_where_none_is_given()
    {
        var (one, other) = (
            ClientChannel.Webhook("https://example.org/hook", null, Internet),
            ClientChannel.Webhook("https://example.org/hook", null, Internet)
        );

        Assert.That(one.Secret, Is.Not.EqualTo(other.Secret));
        Assert.That(ClientChannel.KeyOf(one.Secret!), Has.Length.EqualTo(32));
    }

    [TestCase("whsec_c2hvcnQ=")]
    [TestCase("whsec_not base64 at all, and long enough to be one")]
    [TestCase("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    [TestCase("")]
    public void A_secret_of_another_form_is_refused(string secret) =>
        Assert.That(() => ClientChannel.Webhook("https://example.org/hook", secret, Internet), Throws.InstanceOf<RefusedException>());

    [TestCase("https://ntfy.sh/")]
    [TestCase("https://ntfy.sh/my shop")]
    [TestCase("https://ntfy.sh/my-shop/")]
    [TestCase("https://ntfy.sh/my-shop?auth=x")]
    public void A_topic_is_needed(string url) =>
        Assert.That(() => ClientChannel.Ntfy(url, null, Internet), Throws.InstanceOf<RefusedException>().With.Message.Contains("topic"));

    [Test]
    public void A_token_cannot_carry_a_line_break() =>
        Assert.That(() => ClientChannel.Ntfy("https://ntfy.sh/my-shop", "tk_a\nX: y", Internet), Throws.InstanceOf<RefusedException>());
}
