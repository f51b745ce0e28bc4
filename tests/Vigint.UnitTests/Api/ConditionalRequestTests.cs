using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using Vigint.Api.Videos;

namespace Vigint.UnitTests.Api;

public sealed class ConditionalRequestTests
{
    private const string Before = "Sun, 04 Oct 2026 11:59:59 GMT";
    private const string Modified = "Sun, 04 Oct 2026 12:00:00 GMT";

    private static string Decide(long length, bool isHead, params string[] headers)
    {
        var request = new DefaultHttpContext().Request;
        foreach (var header in headers)
            request.Headers.Append(
                header[..header.IndexOf(':', StringComparison.Ordinal)],
                header[(header.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim()
            );
        var selection = ConditionalRequest.Decide(
            request.GetTypedHeaders(),
            new EntityTagHeaderValue("\"tag\""),
            DateTimeOffset.Parse(Modified, CultureInfo.InvariantCulture),
            length,
            isHead
        );
        return $"{selection.Status} {selection.From}+{selection.Count}";
    }

    [TestCase("", ExpectedResult = "200 0+100", TestName = "Without_conditions_the_whole")]
    [TestCase("Range: bytes=0-9", ExpectedResult = "206 0+10", TestName = "The_first_ten")]
    [TestCase("Range: bytes=90-", ExpectedResult = "206 90+10", TestName = "From_a_byte_to_the_end")]
    [TestCase("Range: bytes=-10", ExpectedResult = "206 90+10", TestName = "The_last_ten")]
    [TestCase("Range: bytes=-1000", ExpectedResult = "206 0+100", TestName = "More_last_bytes_than_there_are_is_the_whole")]
    [TestCase("Range: bytes=50-1000", ExpectedResult = "206 50+50", TestName = "An_end_beyond_the_end_is_the_end")]
    [TestCase("Range: bytes=99-99", ExpectedResult = "206 99+1", TestName = "The_last_byte_alone")]
    [TestCase("Range: bytes=100-", ExpectedResult = "416 0+0", TestName = "A_beginning_beyond_the_end_cannot_be_satisfied")]
    [TestCase("Range: bytes=-0", ExpectedResult = "416 0+0", TestName = "The_last_zero_bytes_cannot_be_satisfied")]
    [TestCase("Range: bytes=0-1,5-6", ExpectedResult = "200 0+100", TestName = "Several_ranges_get_the_whole")]
    [TestCase("Range: bytes=9-0", ExpectedResult = "200 0+100", TestName = "A_range_backwards_is_no_range")]
    [TestCase("Range: lines=0-1", ExpectedResult = "200 0+100", TestName = "Another_unit_is_no_range")]
    [TestCase("Range: nonsense", ExpectedResult = "200 0+100", TestName = "Nonsense_is_no_range")]
    [TestCase("If-None-Match: \"tag\"", ExpectedResult = "304 0+0", TestName = "The_same_tag_is_not_sent_again")]
    [TestCase("If-None-Match: W/\"tag\"", ExpectedResult = "304 0+0", TestName = "A_weak_tag_is_enough_for_not_sending")]
    [TestCase("If-None-Match: *", ExpectedResult = "304 0+0", TestName = "Any_tag_is_not_sent_again")]
    [TestCase("If-None-Match: \"other\"", ExpectedResult = "200 0+100", TestName = "Another_tag_is_sent")]
    [TestCase("If-Modified-Since: " + Modified, ExpectedResult = "304 0+0", TestName = "What_has_not_changed_is_not_sent_again")]
    [TestCase("If-Modified-Since: " + Before, ExpectedResult = "200 0+100", TestName = "What_has_changed_is_sent")]
    [TestCase("If-None-Match: \"other\"|If-Modified-Since: " + Modified, ExpectedResult = "200 0+100", TestName = "A_tag_outranks_a_date")]
    [TestCase("If-Match: \"other\"", ExpectedResult = "412 0+0", TestName = "Another_tag_than_required_fails")]
    [TestCase("If-Match: W/\"tag\"", ExpectedResult = "412 0+0", TestName = "A_weak_tag_is_not_enough_where_one_is_required")]
    [TestCase("If-Match: \"tag\"", ExpectedResult = "200 0+100", TestName = "The_required_tag_is_sent")]
    [TestCase("If-Unmodified-Since: " + Before, ExpectedResult = "412 0+0", TestName = "A_change_since_fails")]
    [TestCase("Range: bytes=0-9|If-Range: \"tag\"", ExpectedResult = "206 0+10", TestName = "The_rest_of_the_same_bytes")]
    [TestCase("Range: bytes=0-9|If-Range: \"other\"", ExpectedResult = "200 0+100", TestName = "The_rest_of_other_bytes_is_the_whole")]
    [TestCase("Range: bytes=0-9|If-Range: W/\"tag\"", ExpectedResult = "200 0+100", TestName = "A_weak_tag_does_not_continue")]
    [TestCase("Range: bytes=0-9|If-Range: " + Modified, ExpectedResult = "206 0+10", TestName = "The_rest_as_of_the_same_date")]
    [TestCase("Range: bytes=0-9|If-Range: " + Before, ExpectedResult = "200 0+100", TestName = "The_rest_as_of_another_date_is_the_whole")]
    [TestCase(
        "Range: bytes=0-9|If-Range: nonsense",
        ExpectedResult = "200 0+100",
        TestName = "The_rest_of_what_nobody_can_read_is_the_whole"
    )]
    [TestCase("Range: bytes=0-9|If-Range: tag", ExpectedResult = "200 0+100", TestName = "A_tag_without_quotation_marks_does_not_continue")]
    [TestCase(
        "Range: bytes=0-9|If-Range: \"tag\"|If-Range: \"tag\"",
        ExpectedResult = "200 0+100",
        TestName = "Two_conditions_do_not_continue"
    )]
    public string Get(string headers) => Decide(100, isHead: false, headers.Split('|', StringSplitOptions.RemoveEmptyEntries));

    [TestCase("Range: bytes=0-9", ExpectedResult = "200 0+100", TestName = "HEAD_knows_no_ranges")]
    [TestCase("If-None-Match: \"tag\"", ExpectedResult = "304 0+0", TestName = "HEAD_knows_conditions")]
    public string Head(string headers) => Decide(100, isHead: true, headers);

    [Test]
    public void No_range_of_an_empty_file_can_be_satisfied() => Assert.That(Decide(0, false, "Range: bytes=0-"), Does.StartWith("416"));
}
