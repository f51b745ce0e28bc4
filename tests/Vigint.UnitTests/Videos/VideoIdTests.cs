using Vigint.Domain;
using Vigint.Domain.Videos;

namespace Vigint.UnitTests.Videos;

public sealed class VideoIdTests
{
    [TestCase("a")]
    [TestCase("test_1234567890")]
    [TestCase("A-z.0_9")]
    [TestCase("-")]
    [TestCase("x..y")]
    public void Letters_digits_dots_underscores_and_hyphens_make_an_id(string text) =>
        Assert.That(VideoId.Parse(text).Text, Is.EqualTo(text));

    [TestCase(null, TestName = "Nothing_is_no_id")]
    [TestCase("", TestName = "An_empty_text_is_no_id")]
    [TestCase(".hidden", TestName = "A_leading_dot_makes_no_id")]
    [TestCase("..", TestName = "The_parent_folder_is_no_id")]
    [TestCase("a/b", TestName = "A_slash_makes_no_id")]
    [TestCase("a\\b", TestName = "A_backslash_makes_no_id")]
    [TestCase("a b", TestName = "A_space_makes_no_id")]
    [TestCase("é", TestName = "A_letter_beyond_ASCII_makes_no_id")]
    [TestCase("a\0", TestName = "A_zero_makes_no_id")]
    [TestCase("a\n", TestName = "A_line_break_makes_no_id")]
    public void Parse_refuses(string? text) =>
        Assert.That(
            () => VideoId.Parse(text),
            Throws.TypeOf<RefusedException>().With.Property(nameof(RefusedException.Refusal)).EqualTo(Refusal.Invalid)
        );

    [Test]
    public void An_id_has_at_most_128_characters()
    {
        Assert.That(VideoId.Parse(new string('x', 128)).Text, Has.Length.EqualTo(128));
        Assert.That(() => VideoId.Parse(new string('x', 129)), Throws.TypeOf<RefusedException>());
    }

    [TestCase("Kamera 3 (Eingang)", ExpectedResult = true, TestName = "An_old_id_with_spaces_may_be_stored")]
    [TestCase("caméra", ExpectedResult = true, TestName = "An_old_id_with_an_accent_may_be_stored")]
    [TestCase("..", ExpectedResult = true, TestName = "Dots_alone_are_a_plain_name_behind_the_prefix")]
    [TestCase("a/b", ExpectedResult = false, TestName = "No_stored_id_leaves_the_folder")]
    [TestCase("a\0b", ExpectedResult = false, TestName = "No_stored_id_holds_a_zero")]
    [TestCase("", ExpectedResult = false, TestName = "No_stored_id_is_empty")]
    public bool OfStored(string text) => VideoId.OfStored(text) is not null;
}
