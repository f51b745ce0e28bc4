using System.Text;
using System.Text.Json;
using Vigint.Domain.Videos;
using Vigint.Infrastructure.Disk;
using Vigint.TestSupport;

namespace Vigint.AdapterTests.Disk;

public sealed class SidecarFileTests
{
    private const string Metadata =
        """{"video_id":"clip","n":1.50,"vigint":[1],"é":{"expiration_time":1},"expiration_time":"2025-10-04T12:00:"""
        + """00.123456","empty":null}""";

    private static Video RoundTrip(Video video) => SidecarFile.Read(video.Id, SidecarFile.Write(video), video.SizeBytes, A.Noon);

    [Test]
    public void Everything_but_the_metadatas_order_comes_back()
    {
        var video = A.Video(metadata: Metadata).AlsoOpenedBy("2025-10-04T12:00:00.123456") with { Version = 3, ExpirationHours = 0.1 };

        var read = RoundTrip(video);

        Assert.That(read with { LinkTexts = video.LinkTexts, Metadata = Metadata }, Is.EqualTo(video));
        Assert.That(read.LinkTexts, Is.EqualTo(video.LinkTexts));
        Assert.That(Members(read.Metadata), Is.EquivalentTo(Members(Metadata)));
    }

    [Test]
    public void What_was_not_known_stays_unknown()
    {
        var video = A.Video() with { Sha256 = null, FileName = null, ExpirationHours = null, Media = new MediaFacts("video/webm") };

        Assert.That(RoundTrip(video) with { LinkTexts = video.LinkTexts }, Is.EqualTo(video));
    }

    [Test]
    public void An_old_server_can_read_it()
    {
        using var json = JsonDocument.Parse(SidecarFile.Write(A.Video(metadata: Metadata)));

        Assert.That(json.RootElement.GetProperty("expiration_time").GetString(), Is.EqualTo(A.Video().Expiration.Text));
        Assert.That(json.RootElement.GetProperty("n").GetRawText(), Is.EqualTo("1.50"));
    }

    [Test]
    public void An_old_servers_file_is_its_operators_and_keeps_its_text()
    {
        var read = SidecarFile.Read(
            VideoId.Parse("clip"),
            Encoding.UTF8.GetBytes("""{"video_id":"clip","expiration_time":"2026-10-04T12:00:00.123456","source":"cam"}"""),
            9,
            A.Noon
        );

        Assert.That(read.Owner, Is.EqualTo(Video.OperatorOwner));
        Assert.That(read.LinkTexts, Is.EqualTo(new[] { "2026-10-04T12:00:00.123456" }));
        Assert.That(read.UploadedAt, Is.EqualTo(A.Noon));
    }

    [Test]
    public void What_Python_writes_beyond_JSON_is_read()
    {
        var read = SidecarFile.Read(
            VideoId.Parse("clip"),
            Encoding.UTF8.GetBytes("""{"expiration_time":"2026-10-04T12:00:00","confidence":NaN,"source":"cam\udce9"}"""),
            9,
            A.Noon
        );

        Assert.That(read.Metadata, Does.Contain("\"confidence\":null").And.Contain("cam\\ufffd"));
        Assert.That(() => SidecarFile.Write(read), Throws.Nothing);
    }

    [Test]
    public void Deep_metadata_does_not_swell()
    {
        var levels = new string('[', 60) + string.Join(',', Enumerable.Repeat("0", 400_000)) + new string(']', 60);
        var video = A.Video(metadata: $$"""{"x":{{levels}}}""");

        Assert.That(SidecarFile.Write(video), Has.Length.LessThan(video.Metadata.Length + 10_000));
    }

    [Test]
    public void What_no_database_keeps_is_replaced_in_what_is_told_of_the_file()
    {
        var video = A.Video() with { FileName = "a\0\n.mp4", Sha256 = "a\0", Media = new MediaFacts("video/mp4\0", Codec: "h264\0") };

        var read = RoundTrip(video);

        Assert.That(
            (read.FileName, read.Sha256, read.Media.ContentType, read.Media.Codec),
            Is.EqualTo(("a\ufffd\ufffd.mp4", "a\ufffd", "video/mp4\ufffd", "h264\ufffd"))
        );
    }

    [TestCase("", TestName = "An_empty_file")]
    [TestCase("{", TestName = "Half_a_file")]
    [TestCase("[]", TestName = "A_list")]
    [TestCase("{}", TestName = "A_file_without_time")]
    [TestCase("""{"expiration_time":"soon"}""", TestName = "A_time_that_is_none")]
    [TestCase("""{"expiration_time":17}""", TestName = "A_time_that_is_a_number")]
    [TestCase("""{"expiration_time":"2026-10-04T12:00:00","vigint":{"revision":"r"}}""", TestName = "A_file_that_does_not_say_whose_it_is")]
    [TestCase(
        """{"expiration_time":"2026-10-04T12:00:00","vigint":{"revision":"r","owner":"a\u0000","uploaded_at_ms":0}}""",
        TestName = "An_owner_that_no_database_keeps"
    )]
    [TestCase(
        """{"expiration_time":"2026-10-04T12:00:00\u0000","vigint":{"revision":"r","owner":"a","uploaded_at_ms":0}}""",
        TestName = "A_time_with_a_zero_behind_it"
    )]
    [TestCase(
        """{"expiration_time":"2026-10-04T12:00:00","vigint":{"revision":"r","owner":"o","uploaded_at_ms":1e99}}""",
        TestName = "A_time_beyond_the_calendar"
    )]
    [TestCase(
        """{"expiration_time":"2026-10-04T12:00:00","vigint":{"revision":"r","owner":"o","uploaded_at_ms":1,"link_texts":7}}""",
        TestName = "Links_that_are_no_list"
    )]
    public void A_file_that_cannot_be_used_says_why(string content) =>
        Assert.That(
            () => SidecarFile.Read(VideoId.Parse("clip"), Encoding.UTF8.GetBytes(content), 9, A.Noon),
            Throws.TypeOf<InvalidDataException>()
        );

    private static List<string> Members(string json)
    {
        using var document = JsonDocument.Parse(json);
        return [.. document.RootElement.EnumerateObject().Select(member => $"{member.Name}={member.Value.GetRawText()}")];
    }
}
