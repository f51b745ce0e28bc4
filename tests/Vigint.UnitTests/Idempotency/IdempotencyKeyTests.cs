using Vigint.Application.Idempotency;
using Vigint.Domain;

namespace Vigint.UnitTests.Idempotency;

public sealed class IdempotencyKeyTests
{
    [TestCase("a")]
    [TestCase("8e03978e-40d5-43dd-bc93-6894a57f9324")]
    [TestCase("!~")]
    public void Visible_characters_are_a_key(string text) => Assert.That(IdempotencyKey.Of(text)!.Text, Is.EqualTo(text));

    [Test]
    public void No_header_is_no_key() => Assert.That(IdempotencyKey.Of(null), Is.Null);

    [TestCase("")]
    [TestCase("two words")]
    [TestCase("é")]
    [TestCase("tab\t")]
    public void Anything_else_is_refused(string text) =>
        Assert.That(
            () => IdempotencyKey.Of(text),
            Throws.TypeOf<RefusedException>().With.Property(nameof(RefusedException.Refusal)).EqualTo(Refusal.Invalid)
        );

    [TestCase(255, ExpectedResult = true)]
    [TestCase(256, ExpectedResult = false)]
    public bool It_has_255_characters_at_most(int length)
    {
        try
        {
            return IdempotencyKey.Of(new string('k', length)) is not null;
        }
        catch (RefusedException)
        {
            return false;
        }
    }
}
