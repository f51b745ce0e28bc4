using Vigint.Application.Common;

namespace Vigint.UnitTests.Common;

public sealed class ShownTextTests
{
    [TestCase("shop\r\nBcc: all@example.org", ExpectedResult = "shop Bcc: all@example.org", TestName = "A_line_break_becomes_a_space")]
    [TestCase("a\u2028b\u2029c\u0085d\ve\ff", ExpectedResult = "a b c d e f", TestName = "Rare_line_breaks_become_spaces")]
    [TestCase("  a \t\u00A0\u3000 b ", ExpectedResult = "a b", TestName = "A_row_of_spaces_becomes_one")]
    [TestCase("a\0b\u0007c\u001B[31md", ExpectedResult = "abc[31md", TestName = "Control_characters_go")]
    [TestCase(
        "\u202Egpj.exe\u202C \u2066x\u2069\u200E\u200F\u061C",
        ExpectedResult = "gpj.exe x",
        TestName = "What_turns_the_direction_of_reading_goes"
    )]
    [TestCase("pass\u200Bword\u200D\u2060\uFEFF\u00AD\u034F\u3164", ExpectedResult = "password", TestName = "What_has_no_width_goes")]
    [TestCase(
        "vol à l’étalage – 盗難 – سرقة 🙂",
        ExpectedResult = "vol à l’étalage – 盗難 – سرقة 🙂",
        TestName = "Whatever_language_it_is_in_stays"
    )]
    [TestCase("\u202E\u200B", ExpectedResult = "", TestName = "Of_what_cannot_be_seen_nothing_is_left")]
    public string One_line_is_made_of_any_text(string text) => ShownText.Line(text, 100);

    [Test]
    public void Half_a_character_is_shown_as_something_unknown() => Assert.That(ShownText.Line("a\uD83Db", 100), Is.EqualTo("a\uFFFDb"));

    [Test]
    public void Marks_are_not_heaped_upon_a_letter() =>
        Assert.That(ShownText.Line("e" + new string('\u0301', 100) + "f", 100), Is.EqualTo("e" + new string('\u0301', 4) + "f"));

    [TestCase("0123456789", ExpectedResult = "0123456789", TestName = "What_just_fits_is_not_cut")]
    [TestCase("01234567890", ExpectedResult = "012345678…", TestName = "What_does_not_fit_ends_with_an_ellipsis")]
    [TestCase("01234567🙂9012", ExpectedResult = "01234567…", TestName = "No_character_is_cut_in_two")]
    [TestCase("01234567e\u0301012", ExpectedResult = "01234567…", TestName = "No_letter_is_cut_from_its_accent")]
    [TestCase("01234567 9012", ExpectedResult = "01234567…", TestName = "No_space_is_left_before_the_ellipsis")]
    public string Longer_texts_are_cut(string text) => ShownText.Line(text, 10);

    [Test]
    public void Megabytes_are_cut() =>
        Assert.That(ShownText.Line(new string('x', 5 * 1024 * 1024), 120), Is.EqualTo(new string('x', 119) + "…"));

    [Test]
    public void Of_several_lines_the_empty_ones_go() =>
        Assert.That(ShownText.Lines("\n one \r\n\r\n\n two\u2028three \n", 100), Is.EqualTo(new[] { "one", "two", "three" }));

    [Test]
    public void Several_lines_are_bounded_together() =>
        Assert.That(string.Concat(ShownText.Lines(string.Concat(Enumerable.Repeat("line\n", 1000)), 50)), Has.Length.LessThanOrEqualTo(50));
}
