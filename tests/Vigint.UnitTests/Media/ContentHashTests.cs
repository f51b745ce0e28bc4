using Vigint.Application.Media;

namespace Vigint.UnitTests.Media;

internal sealed class ContentHashTests
{
    [Test]
    public async Task It_does_not_matter_in_what_pieces_a_clip_comes()
    {
        var clip = new byte[300_000];
        new Random(1).NextBytes(clip);
        var whole = HashOf(clip);

        var pieces = new ContentHash();
        foreach (var piece in clip.Chunk(7_001))
            pieces.Append(piece);
        var stream = new ContentHash();
        await stream.AppendAsync(new MemoryStream(clip), CancellationToken.None);

        Assert.That(pieces.Text(), Is.EqualTo(whole));
        Assert.That(stream.Text(), Is.EqualTo(whole));
        Assert.That(whole, Does.Match("^[0-9a-f]{32}$"));
    }

    [TestCase(0)]
    [TestCase(150_000)]
    [TestCase(299_999)]
    public void One_bit_makes_another_clip_of_it(int at)
    {
        var clip = new byte[300_000];
        var before = HashOf(clip);

        clip[at] ^= 1;

        Assert.That(HashOf(clip), Is.Not.EqualTo(before));
    }

    [Test]
    public void A_clip_that_goes_on_is_another_one() => Assert.That(HashOf(new byte[1001]), Is.Not.EqualTo(HashOf(new byte[1000])));

    private static string HashOf(byte[] clip)
    {
        var hash = new ContentHash();
        hash.Append(clip);
        return hash.Text();
    }
}
