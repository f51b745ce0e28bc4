using System.Text.Json.Nodes;
using Vigint.TestSupport;

namespace Vigint.ContractTests;

/// <summary>Contract §3 and §6: nothing that is named inside a file is ever opened, and what exhausts is refused.</summary>
[AnyDatabase]
public sealed class HostileMediaTests : ContractFixture
{
    private static readonly JsonObject Tiny = new() { ["max_size_mb"] = 0.00001 };

    [Test]
    public async Task A_script_is_no_video_whatever_it_is_dressed_as()
    {
        using var listener = new Listener();

        using (Assert.EnterMultipleScope())
        {
            foreach (var (name, bytes) in HostileClips.Scripts(listener.Address))
                Assert.That((await Api.CompressAsync(bytes, Tiny)).Status, Is.EqualTo(415), name);
        }

        Assert.That(listener.WasVisited, Is.False);
    }

    [Test]
    [OwnServer("the disk")]
    public async Task Samples_in_another_file_are_not_looked_for()
    {
        using var elsewhere = new TemporaryFolder();

        var answer = await Api.CompressAsync(
            await HostileClips.WithExternalDataAsync(elsewhere.At("samples")),
            new JsonObject { ["max_size_mb"] = 0.01 }
        );

        Assert.That((answer.Status, answer.Error), Is.EqualTo((415, "The video cannot be decoded")));
    }

    [Test]
    public async Task A_playing_time_of_thirty_years_that_is_not_there_is_not_believed() =>
        Assert.That((await Api.CompressAsync(await HostileClips.OfThirtyYearsAsync(), Tiny)).Error, Does.Not.Contain("too long"));

    [Test]
    public async Task A_hundred_streams_are_refused() =>
        Assert.That(
            (await Api.CompressAsync(await HostileClips.OfManyStreamsAsync(), Tiny)).Error,
            Is.EqualTo("The file holds too many streams: at most 32")
        );

    [Test]
    public async Task A_picture_much_larger_than_its_container_says_is_refused() =>
        Assert.That((await Api.CompressAsync(await HostileClips.BombAsync(), Tiny)).Status, Is.EqualTo(415).Or.EqualTo(422));
}
