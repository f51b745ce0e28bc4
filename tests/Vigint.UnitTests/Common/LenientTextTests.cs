using System.Text;
using Vigint.Application.Common;

namespace Vigint.UnitTests.Common;

public sealed class LenientTextTests
{
    [TestCase("plain", "plain", TestName = "ASCII")]
    [TestCase("caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x99\x82", "café € 🙂", TestName = "UTF_8")]
    [TestCase("caf\xe9", "café", TestName = "A_letter_of_Windows_1252_at_the_end")]
    [TestCase("\xe9t\xe9", "été", TestName = "Letters_of_Windows_1252_around_others")]
    [TestCase("\x80 \x85 \x92 \x9f", "€ … ’ Ÿ", TestName = "What_Windows_1252_has_beyond_Latin_1")]
    [TestCase("caf\xc3\xa9 caf\xe9", "café café", TestName = "A_mixture_of_both")]
    [TestCase("half \xed\xa0\x80.", "half \ufffd.", TestName = "Half_a_surrogate_pair_in_bytes")]
    [TestCase("\x81", "\u0081", TestName = "What_Windows_1252_does_not_have_is_a_control_character")]
    public void Text(string sent, string read) => Assert.That(LenientText.Decode(Encoding.Latin1.GetBytes(sent)), Is.EqualTo(read));

    [Test]
    public void Every_byte_alone_is_some_character() =>
        Assert.That(
            Enumerable.Range(0, 256).Select(one => LenientText.Decode([(byte)one])),
            Has.All.Length.EqualTo(1).And.None.EqualTo("\ufffd")
        );
}
