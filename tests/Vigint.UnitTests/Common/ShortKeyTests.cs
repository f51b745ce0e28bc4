using Vigint.Application.Common;

namespace Vigint.UnitTests.Common;

public sealed class ShortKeyTests
{
    [Test]
    public void The_same_texts_have_the_same_key_however_long()
    {
        var (one, again) = (new string('x', 100_000), new string('x', 100_000));

        Assert.That(ShortKey.Of("a", again), Is.EqualTo(ShortKey.Of("a", one)));
    }

    [Test]
    public void Other_texts_have_other_keys()
    {
        var keys = new[]
        {
            ShortKey.Of("a", "b"),
            ShortKey.Of("ab", ""),
            ShortKey.Of("", "ab"),
            ShortKey.Of("ab", null),
            ShortKey.Of("ab"),
            ShortKey.Of("b", "a"),
            ShortKey.Of("a", new string('x', 100_000)),
            ShortKey.Of("a", new string('x', 100_001)),
            ShortKey.Of("ä", "b"),
        };

        Assert.That(keys, Is.Unique);
    }
}
