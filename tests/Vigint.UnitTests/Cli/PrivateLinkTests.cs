using Vigint.Cli.Servers;

namespace Vigint.UnitTests.Cli;

public sealed class PrivateLinkTests
{
    [TestCase(
        "https://old.example.org/video/a?token=0f",
        ExpectedResult = "https://old.example.org/video/a?original=1&token=0f",
        TestName = "The_bytes_as_uploaded_are_asked_for"
    )]
    [TestCase(
        "https://old.example.org/video/a%20b?x=%2F&token=0f#end",
        ExpectedResult = "https://old.example.org/video/a%20b?original=1&x=%2F&token=0f",
        TestName = "What_the_link_says_itself_stays_as_it_is"
    )]
    [TestCase(
        "https://old.example.org/video/a?original=0&token=0f",
        ExpectedResult = "https://old.example.org/video/a?original=1&original=0&token=0f",
        TestName = "The_first_of_two_counts"
    )]
    [TestCase(
        "https://old.example.org/video/a",
        ExpectedResult = "https://old.example.org/video/a?original=1",
        TestName = "A_link_without_a_query_gets_one"
    )]
    public string ToOriginal(string link) => PrivateLink.ToOriginal(new Uri(link)).AbsoluteUri;
}
