using Vigint.Application.Videos.UploadVideo;
using Vigint.Domain;

namespace Vigint.UnitTests.Videos;

public sealed class ClipMetadataTests
{
    [TestCase("""{"video_id":"a"}""", ExpectedResult = "a", TestName = "A_text_is_the_id")]
    [TestCase("""{"video_id":42}""", ExpectedResult = "42", TestName = "A_number_is_used_as_its_text")]
    [TestCase("""{"video_id":1.50}""", ExpectedResult = "1.50", TestName = "A_number_keeps_its_digits")]
    [TestCase("""{"video_id":"a","video_id":"b"}""", ExpectedResult = "b", TestName = "The_last_of_two_wins_as_in_Python")]
    public string VideoId(string json) => ClipMetadata.Parse(json).VideoId.Text;

    [TestCase("{}", "video_id missing from metadata")]
    [TestCase("""{"video_id":""}""", "video_id missing from metadata")]
    [TestCase("""{"video_id":null}""", "video_id missing from metadata")]
    [TestCase("[]", "Invalid metadata")]
    [TestCase("\"text\"", "Invalid metadata")]
    [TestCase("", "Invalid metadata")]
    [TestCase("{", "Invalid metadata")]
    [TestCase(
        """{"video_id":true}""",
        "video_id cannot be used: it must be a text of letters, digits, dots, underscores and hyphens, not begin with a dot, and not "
            + "be too long"
    )]
    [TestCase("""{"video_id":"a","file_hash":"abc"}""", "file_hash cannot be used: it must be the SHA hash of the file in hexadecimal")]
    [TestCase("""{"video_id":"a","file_hash":7}""", "file_hash cannot be used: it must be the SHA hash of the file in hexadecimal")]
    public void Parse_refuses(string json, string error) =>
        Assert.That(() => ClipMetadata.Parse(json), Throws.TypeOf<RefusedException>().With.Message.EqualTo(error));

    [TestCase(64, ExpectedResult = true, TestName = "Sixty_four_levels_are_taken")]
    [TestCase(65, ExpectedResult = false, TestName = "Sixty_five_levels_are_refused")]
    public bool Levels(int levels)
    {
        var json = $$"""{"video_id":"a","x":{{new string('[', levels - 1)}}{{new string(']', levels - 1)}}}""";
        try
        {
            return ClipMetadata.Parse(json).Json == json;
        }
        catch (RefusedException)
        {
            return false;
        }
    }

    [TestCase("""{"video_id":"a"}""", ExpectedResult = null, TestName = "Without_a_time_there_is_no_client_link")]
    [TestCase(
        """{"video_id":"a","expiration_time":"2025-10-04T12:00:00.123456"}""",
        ExpectedResult = "2025-10-04T12:00:00.123456",
        TestName = "The_time_is_kept_as_written"
    )]
    [TestCase("""{"video_id":"a","expiration_time":1759579200}""", ExpectedResult = null, TestName = "A_number_makes_no_client_link")]
    [TestCase("""{"video_id":"a","expiration_time":""}""", ExpectedResult = null, TestName = "An_empty_time_makes_no_client_link")]
    public string? LinkText(string json) => ClipMetadata.Parse(json).LinkText;

    [TestCase(
        """{"video_id":"a","x":NaN,"y":[-Infinity,Infinity]}""",
        ExpectedResult = """{"video_id":"a","x":null,"y":[null,null]}""",
        TestName = "Pythons_numbers_that_are_none_become_null"
    )]
    [TestCase(
        """{"video_id":"a","x":"NaN \" Infinity"}""",
        ExpectedResult = """{"video_id":"a","x":"NaN \" Infinity"}""",
        TestName = "The_same_words_in_a_text_stay"
    )]
    [TestCase(
        """{"video_id":"a","x":"cam\udce9","y":"\ud83d\ude00","z":"\\ud800"}""",
        ExpectedResult = """{"video_id":"a","x":"cam\ufffd","y":"\ud83d\ude00","z":"\\ud800"}""",
        TestName = "Half_a_surrogate_pair_becomes_the_replacement_character"
    )]
    [TestCase("\ufeff{\"video_id\":\"a\"}", ExpectedResult = "{\"video_id\":\"a\"}", TestName = "A_byte_order_mark_is_skipped")]
    public string Json(string json) => ClipMetadata.Parse(json).Json;

    [Test]
    public void A_hash_may_be_written_in_capitals()
    {
        var capitals = new string('A', 64);

        var metadata = ClipMetadata.Parse($$"""{"video_id":"a","file_hash":"{{capitals}}"}""");

        Assert.That(metadata.FileHash, Is.EqualTo(new string('a', 64)));
    }
}
