using Vigint.Domain;
using Vigint.Domain.Clients;

namespace Vigint.UnitTests.Clients;

public sealed class EmailAddressTests
{
    [TestCase("shop@example.org", ExpectedResult = "shop@example.org")]
    [TestCase("  shop@example.org ", ExpectedResult = "shop@example.org")]
    [TestCase("first.last+cam@sub.example.org", ExpectedResult = "first.last+cam@sub.example.org")]
    public string An_address_is_taken_as_it_is(string text) => EmailAddress.Parse(text).Text;

    [TestCase("")]
    [TestCase("shop")]
    [TestCase("shop@")]
    [TestCase("@example.org")]
    [TestCase("a@example.org,b@example.org")]
    [TestCase("a@example.org;b@example.org")]
    [TestCase("Shop <a@example.org>")]
    [TestCase("a@example.org\nBcc: b@example.org")]
    [TestCase("a@exam ple.org")]
    public void What_is_none_is_refused(string text) =>
        Assert.That(() => EmailAddress.Parse(text), Throws.TypeOf<RefusedException>().With.Message.EqualTo("email is not an address"));
}
