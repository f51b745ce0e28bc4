using Vigint.Application.Media;
using Vigint.Domain;
using Vigint.TestSupport;

namespace Vigint.AdapterTests.Ffmpeg;

/// <summary>Nothing that a file names is opened, and nothing that exhausts is decoded; a listener tells whether somebody came.</summary>
public sealed class HostileFileTests : FfmpegFixture
{
    private static readonly VideoTrack Claimed = new("mpeg4", null, null, "yuv420p", 320, 240, 0, 25);

    [Test]
    public void A_script_is_no_video_and_nothing_in_it_is_fetched()
    {
        using var listener = new Listener();

        using (Assert.EnterMultipleScope())
        {
            foreach (var (name, bytes) in HostileClips.Scripts(listener.Address))
            {
                var file = Put(bytes, name.Replace(' ', '-'));
                Assert.That(
                    () => Probe.ReadAsync(file, CancellationToken.None),
                    Throws.TypeOf<RefusedException>().With.Property("Refusal").EqualTo(Refusal.NotAVideo),
                    name
                );
            }
        }

        Assert.That(listener.WasVisited, Is.False);
    }

    [Test]
    public void Even_where_it_is_taken_for_a_video_nothing_in_it_is_fetched([Values] MediaContainer container)
    {
        using var listener = new Listener();

        using (Assert.EnterMultipleScope())
        {
            foreach (var (name, bytes) in HostileClips.Scripts(listener.Address))
                Assert.That(() => PlayAsync(Put(bytes, name.Replace(' ', '-')), container), Throws.TypeOf<RefusedException>(), name);
        }

        Assert.That(listener.WasVisited, Is.False);
    }

    [Test]
    public async Task Samples_in_another_file_are_not_looked_for()
    {
        using var elsewhere = new TemporaryFolder();
        var file = Put(await HostileClips.WithExternalDataAsync(elsewhere.At("samples")));

        Assert.That(() => PlayAsync(file, MediaContainer.QuickTime), Throws.TypeOf<RefusedException>());
    }

    [Test]
    public async Task What_is_attached_stays_out_of_what_is_made()
    {
        var secret = Put("file:///etc/passwd"u8.ToArray(), "attached.txt");
        var (source, report) = await PutAsync(
            "x.mkv",
            "-f",
            "lavfi",
            "-i",
            "testsrc=duration=1:size=64x64:rate=10",
            "-attach",
            secret.Path,
            "-metadata:s:t",
            "mimetype=text/plain",
            "-c:v",
            "mpeg4"
        );

        await Encoder.MakePlayableAsync(source, report, PlayablePlan.Of(report), Work.At("target"), null, CancellationToken.None);

        var made = await File.ReadAllBytesAsync(Work.At("target").Path);
        Assert.That(made.AsSpan().IndexOf("passwd"u8), Is.Negative);
        Assert.That((await Probe.ReadAsync(Work.At("target"), CancellationToken.None)).Streams, Is.EqualTo(1));
    }

    [Test]
    public async Task A_hundred_streams_are_refused() =>
        Assert.That(
            await RefusalOfAsync(await HostileClips.OfManyStreamsAsync()),
            Is.EqualTo((Refusal.TooDemanding, "The file holds too many streams: at most 32"))
        );

    [Test]
    public async Task A_picture_that_is_much_larger_than_its_container_says_is_not_decoded()
    {
        var bomb = Put(await HostileClips.BombAsync());
        UseBounds(new EncoderOptions(1, 1, MemoryBytes: 256L << 20, Longest: TimeSpan.FromMinutes(1)));

        Assert.That(() => PlayAsync(bomb, MediaContainer.Avi), Throws.TypeOf<RefusedException>());
    }

    [Test]
    public async Task A_file_that_breaks_off_anywhere_is_read_or_refused([Range(5, 95, 15)] int percent)
    {
        var whole = await Clips.FiveSecondsAsync();
        var file = Put(whole[..(whole.Length * percent / 100)]);

        Assert.That(await StillAsync(file), Is.EqualTo("read").Or.EqualTo("refused"));
    }

    private async Task<string> StillAsync(MediaFile file)
    {
        try
        {
            var report = await Probe.ReadAsync(file, CancellationToken.None);
            await Encoder.StillAsync(file, report, 1, Work.At("still"), CancellationToken.None);
            return "read";
        }
        catch (RefusedException)
        {
            return "refused";
        }
    }

    private Task PlayAsync(MediaFile file, MediaContainer container)
    {
        var report = new MediaReport(container, 1000, TimeSpan.FromSeconds(1), Claimed, null, 1, true);
        return Encoder.MakePlayableAsync(
            file,
            report,
            new PlayablePlan(PlayableWay.Encode, ""),
            Work.At("target"),
            null,
            CancellationToken.None
        );
    }

    private async Task<(Refusal Refusal, string Message)> RefusalOfAsync(byte[] bytes)
    {
        try
        {
            await Probe.ReadAsync(Put(bytes), CancellationToken.None);
            throw new InvalidOperationException("It was not refused.");
        }
        catch (RefusedException refusal)
        {
            return (refusal.Refusal, refusal.Message);
        }
    }
}
