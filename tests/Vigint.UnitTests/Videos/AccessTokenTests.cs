using Vigint.Domain.Videos;

namespace Vigint.UnitTests.Videos;

public sealed class AccessTokenTests
{
    private static readonly AccessToken Vector = AccessToken.For(
        VideoId.Parse("test_1234567890"),
        "2025-10-04T12:00:00",
        "your-secret-key"
    );

    [Test]
    public void The_contracts_test_vector_holds() => Assert.That(Vector.Text, Is.EqualTo("574408ff90c4faf102b3521bbba79b4a"));

    [TestCase("574408ff90c4faf102b3521bbba79b4a", ExpectedResult = true, TestName = "The_token_itself_opens")]
    [TestCase("574408FF90C4FAF102B3521BBBA79B4A", ExpectedResult = false, TestName = "Tokens_are_lower_case")]
    [TestCase("574408ff90c4faf102b3521bbba79b4b", ExpectedResult = false, TestName = "One_wrong_digit_does_not_open")]
    [TestCase("574408ff90c4faf102b3521bbba79b4", ExpectedResult = false, TestName = "A_shortened_token_does_not_open")]
    [TestCase("574408ff90c4faf102b3521bbba79b4a ", ExpectedResult = false, TestName = "A_lengthened_token_does_not_open")]
    [TestCase("５74408ff90c4faf102b3521bbba79b4a", ExpectedResult = false, TestName = "Digits_of_other_scripts_do_not_open")]
    [TestCase("", ExpectedResult = false, TestName = "Nothing_does_not_open")]
    public bool IsOpenedBy(string presented) => Vector.Is(presented);

    [Test]
    public void A_token_does_not_print_itself() => Assert.That($"{Vector}", Does.Not.Contain("5744"));
}
