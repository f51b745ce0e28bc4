using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using Vigint.TestSupport;

namespace Vigint.ContractTests;

/// <summary>Contract §7: for how long the clip of an alert can be opened.</summary>
[OwnServer("its mail server and its clock")]
public sealed class AlertLinkLifeTests
{
    private FakeTimeProvider clock = null!;
    private FakeSmtp smtp = null!;

    [SetUp]
    public void StartMail() => (clock, smtp) = (new FakeTimeProvider(A.Noon), new FakeSmtp());

    [TearDown]
    public async Task StopMail() => await smtp.DisposeAsync();

    [TestCase("1", "8760", 48, TestName = "A_stored_video_that_would_end_within_the_hour_lives_for_48")]
    [TestCase("100", "8760", 100, TestName = "A_stored_video_that_lives_longer_keeps_its_link")]
    [TestCase("1", "24", 24, TestName = "No_link_outlives_MAX_RETENTION_HOURS")]
    public async Task The_link_of_a_stored_video(string hours, string longest, int expected)
    {
        await using var server = NewServer(("MAX_RETENTION_HOURS", longest));
        using var api = new VideoApi(server.NewClient());
        var before = await api.UploadAsync(UploadForm.Usual("clip", Clips.Fake(), hours));

        var answer = await api.RaiseAsync("Something.", new JsonObject { ["video_id"] = "clip" });

        var stored = await api.GetAsync("/api/v1/videos/clip");
        Assert.That(
            (answer.Inner("video_link", "expiration_time"), stored.Text("expiration_time")),
            Is.EqualTo((A.Noon.AddHours(expected).ToString("s"), A.Noon.AddHours(expected).ToString("s")))
        );
        clock.Advance(TimeSpan.FromHours(expected - 0.5));
        foreach (var link in new[] { before.Text("private_link"), answer.Inner("video_link", "video_url")! })
            Assert.That(await StatusOfAsync(link), Is.EqualTo(HttpStatusCode.OK));
    }

    [Test]
    public async Task A_stored_video_that_cannot_be_extended_again_is_linked_as_it_is()
    {
        using var folder = new TemporaryFolder();
        var ending = A.Noon.AddHours(1).ToString("s");
        await WriteWithLinksAsync(folder, "clip", ending, count: 1000);
        await using var server = NewServer(("VIDEO_STORAGE_DIR", folder.Path), ("DATABASE_URL", "sqlite:///vigint.db"));
        using var api = new VideoApi(server.NewClient());
        var extension = await api.PostAsync("/api/v1/videos/link/extend", """{"video_id":"clip","additional_hours":1}""");

        var answer = await api.RaiseAsync("Something.", new JsonObject { ["video_id"] = "clip" });

        Assert.That((extension.Status, extension.Error), Is.EqualTo((409, "The video has too many links to be extended once more")));
        Assert.That((answer.Status, answer.Inner("video_link", "expiration_time")), Is.EqualTo((200, ending)));
        Assert.That(smtp.Mails[0].Read().TextBody, Does.Contain(answer.Inner("video_link", "video_url")));
        Assert.That(await StatusOfAsync(answer.Inner("video_link", "video_url")!), Is.EqualTo(HttpStatusCode.OK));
    }

    [Test]
    public async Task A_mail_that_is_sent_again_has_the_link_as_it_was_extended_meanwhile()
    {
        await using var server = NewServer();
        using var api = new VideoApi(server.NewClient());
        var raised = await api.RaiseAsync("Something.", new JsonObject { ["video_data"] = Convert.ToBase64String(Clips.Fake()) });
        var extended = await api.PostAsync(
            "/api/v1/videos/link/extend",
            new JsonObject { ["video_id"] = raised.Inner("video_link", "video_id"), ["additional_hours"] = 48 }.ToJsonString()
        );
        clock.Advance(TimeSpan.FromHours(60));

        var again = await api.PostAsync($"/api/alerts/{raised.Text("alert_id")}/resend", "");

        var shown = await api.ShowAlertAsync(raised.Text("alert_id"));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(smtp.Mails[1].Read().TextBody, Does.Contain(extended.Text("private_link")).And.Not.Contains("deleted"));
            Assert.That(
                (again.Inner("video_link", "video_url"), again.Inner("video_link", "expiration_time")),
                Is.EqualTo((extended.Text("private_link"), extended.Text("new_expiration")))
            );
            Assert.That(shown.Member("video_link")!["available"]!.GetValue<bool>(), Is.True);
            Assert.That(
                (await api.GetAsync("/api/alerts")).Member("alerts")![0]!["video_link"]!["expiration_time"]!.GetValue<string>(),
                Is.EqualTo(extended.Text("new_expiration"))
            );
        }
    }

    private static async Task WriteWithLinksAsync(TemporaryFolder folder, string id, string expiration, int count)
    {
        var links = Enumerable.Range(1, count - 1).Select(n => A.Noon.AddSeconds(-n).ToString("s")).Prepend(expiration);
        var own = new JsonObject
        {
            ["owner"] = "operator",
            ["revision"] = "r1",
            ["uploaded_at_ms"] = A.Noon.ToUnixTimeMilliseconds(),
            ["link_texts"] = new JsonArray([.. links.Select(text => JsonValue.Create(text))]),
        };
        await File.WriteAllBytesAsync(folder.At($"video_{id}.mp4"), Clips.Fake());
        await File.WriteAllTextAsync(
            folder.At($"video_{id}.json"),
            new JsonObject { ["expiration_time"] = expiration, ["vigint"] = own }.ToJsonString()
        );
    }

    private static async Task<HttpStatusCode> StatusOfAsync(string link)
    {
        using var browser = new HttpClient();
        using var answer = await browser.GetAsync(new Uri(link));
        return answer.StatusCode;
    }

    private VigintServer NewServer(params (string Name, string Value)[] settings) =>
        new(clock, settings: [.. smtp.Settings, ("EMAIL_TO", "operator@example.org"), ("RENDITIONS", "off"), .. settings]);
}
