using System.Text.Json.Nodes;
using Vigint.TestSupport;

namespace Vigint.ContractTests;

/// <summary>Contract §7, alert: what is taken, what is answered, and what arrives.</summary>
[OwnServer("its mail server")]
public sealed class AlertTests : ContractFixture
{
    private const string Recipient = "operator@example.org";

    private readonly FakeSmtp smtp = new();
    private int told;

    protected override VigintServer NewServer() =>
        new(settings: [.. smtp.Settings, ("EMAIL_TO", Recipient), ("PUBLIC_BASE_URL", "https://clips.example.org")]);

    [OneTimeTearDown]
    public async Task StopMail() => await smtp.DisposeAsync();

    [Test]
    public async Task A_recording_whose_index_never_came_goes_with_its_alert()
    {
        var clip = await RecorderClips.WithoutIndexAsync();

        var answer = await Api.RaiseAsync(NewText(), new JsonObject { ["video_data"] = Convert.ToBase64String(clip) });

        var link = new Uri(answer.Member("video_link")!["video_url"]!.GetValue<string>()).PathAndQuery;
        Assert.That((answer.Status, answer.Text("status")), Is.EqualTo((200, "delivered")));
        Assert.That((await Anybody.GetAsync(link)).Body, Is.EqualTo(clip));
    }

    [Test]
    public async Task A_page_in_place_of_a_clip_does_not_stop_its_alert()
    {
        byte[] page = [.. Mp4Boxes.FileType(), .. "<html><body>log in</body></html>"u8];

        var answer = await Api.RaiseAsync(NewText(), new JsonObject { ["video_data"] = Convert.ToBase64String(page) });

        Assert.That((answer.Status, answer.Text("status")), Is.EqualTo((200, "delivered")));
        Assert.That(answer.Member("video_link")!["error"]!.GetValue<string>(), Is.EqualTo("Not a video"));
    }

    [Test]
    public async Task A_delivered_alert_is_answered_with_all_the_members()
    {
        var answer = await Api.RaiseAsync(
            NewText(),
            new JsonObject
            {
                ["risk_level"] = "high",
                ["frame_count"] = 250,
                ["incident_type"] = "shoplifting",
            }
        );

        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                answer.Json.AsObject().Select(one => one.Key),
                Is.EqualTo(
                    new[]
                    {
                        "success",
                        "error",
                        "status",
                        "timestamp",
                        "alert_id",
                        "to",
                        "client_name",
                        "risk_level",
                        "frame_count",
                        "incident_summary",
                        "video_link",
                        "email_delivery",
                    }
                )
            );
            Assert.That(
                (answer.Status, answer.Member("success")!.GetValue<bool>(), answer.Member("error"), answer.Text("status")),
                Is.EqualTo((200, true, (JsonNode?)null, "delivered"))
            );
            Assert.That(answer.Text("alert_id"), Does.Match("^VIG-[0-9]{8}-250-HIGH-[A-Z2-7]{12}$"));
            Assert.That(
                (answer.Text("to"), answer.Text("client_name"), answer.Text("risk_level"), answer.Number("frame_count")),
                Is.EqualTo((Recipient, "operator", "HIGH", 250))
            );
            Assert.That(
                answer.Member("email_delivery")!.ToJsonString(),
                Does.Match(
                    """^\{"success":true,"delivery_status":"delivered","attempts":1,"retry_count":0,"delivery_time":"""
                        + """[0-9.]+,"error":null\}$"""
                )
            );
            Assert.That(
                answer.Member("video_link")!.ToJsonString(),
                Is.EqualTo("""{"available":false,"video_url":"","video_id":"","expiration_time":"","error":null,"file_size_mb":0}""")
            );
        }
    }

    [Test]
    public async Task The_mail_goes_to_the_callers_address_and_is_named_after_the_alert()
    {
        var answer = await Api.RaiseAsync(NewText());

        var mail = MailOf(answer);
        Assert.That(mail.Recipients, Is.EqualTo(new[] { Recipient }));
        Assert.That(mail.Read().MessageId, Does.StartWith(answer.Text("alert_id")));
    }

    [TestCase("{}", "Missing analysis data")]
    [TestCase("""{"analysis":"  "}""", "Missing analysis data")]
    [TestCase("""{"analysis":null,"risk_level":"GRAVE"}""", "Missing analysis data")]
    [TestCase("""{"analysis":"x","risk_level":"GRAVE"}""", "risk_level must be one of LOW, MEDIUM, HIGH")]
    [TestCase("""{"analysis":"x","risk_level":"1"}""", "risk_level must be one of LOW, MEDIUM, HIGH")]
    [TestCase("""{"analysis":["x"]}""", "analysis has the wrong type")]
    [TestCase("""{"analysis":"x"} y""", "The body is not JSON")]
    public async Task What_cannot_be_used_is_refused(string body, string error)
    {
        var answer = await Api.PostAsync(AlertCalls.Alert, body);

        Assert.That((answer.Status, answer.Error), Is.EqualTo((400, error)));
    }

    [TestCase("", "MEDIUM")]
    [TestCase("low", "LOW")]
    [TestCase(" Medium ", "MEDIUM")]
    public async Task The_case_of_the_risk_does_not_matter(string sent, string risk)
    {
        var answer = await Api.RaiseAsync(NewText(), new JsonObject { ["risk_level"] = sent });

        Assert.That((answer.Status, answer.Text("risk_level")), Is.EqualTo((200, risk)));
    }

    [TestCase("\"250\"", 250)]
    [TestCase("12.9", 12)]
    [TestCase("-3", 0)]
    [TestCase("\"many\"", 0)]
    [TestCase("null", 0)]
    public async Task Numbers_are_taken_as_old_clients_write_them(string sent, int count)
    {
        var answer = await Api.RaiseAsync(NewText(), new JsonObject { ["frame_count"] = JsonNode.Parse(sent) });

        Assert.That((answer.Status, answer.Number("frame_count")), Is.EqualTo((200, count)));
    }

    [Test]
    public async Task The_clip_that_came_is_stored_for_two_days_and_linked()
    {
        var clip = Clips.Fake(seed: 11);

        var answer = await Api.RaiseAsync(
            NewText(),
            new JsonObject { ["video_data"] = Convert.ToBase64String(clip), ["video_filename"] = "x.mp4" }
        );

        var link = answer.Inner("video_link", "video_url")!;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(answer.Inner("video_link", "available"), Is.EqualTo("true"));
            Assert.That(link, Does.StartWith("https://clips.example.org/video/"));
            Assert.That((await Anybody.GetAsync(new Uri(link).PathAndQuery)).Body, Is.EqualTo(clip));
            Assert.That(MailOf(answer).Read().TextBody, Does.Contain(link));
        }

        var record = await Api.GetAsync(Record(answer.Inner("video_link", "video_id")!));
        Assert.That(
            (record.Number("expiration_hours"), record.Member("metadata")!["alert_id"]!.GetValue<string>()),
            Is.EqualTo((48, answer.Text("alert_id")))
        );
    }

    [Test]
    public async Task A_form_with_a_file_is_taken_too()
    {
        var form = new UploadForm()
            .Video(Clips.Fake(seed: 12))
            .Field("analysis", NewText())
            .Field("risk_level", "LOW")
            .Field("frame_count", "7");

        var answer = await Api.SendAsync(HttpMethod.Post, AlertCalls.Alert, form.ToContent());

        Assert.That(
            (answer.Status, answer.Text("risk_level"), answer.Number("frame_count"), answer.Inner("video_link", "available")),
            Is.EqualTo((200, "LOW", 7, "true"))
        );
    }

    [Test]
    public async Task A_stored_video_is_linked_as_it_is()
    {
        var stored = await Api.StoreAsync(NewId(), Clips.Fake(seed: 13));

        var answer = await Api.RaiseAsync(NewText(), new JsonObject { ["video_id"] = stored.Id });

        Assert.That(
            (answer.Inner("video_link", "video_id"), answer.Inner("video_link", "expiration_time")),
            Is.EqualTo((stored.Id, stored.Expiration))
        );
        Assert.That(answer.Inner("video_link", "video_url"), Does.EndWith(stored.Link));
    }

    [Test]
    public async Task The_current_clip_is_the_clip_of_an_alert_that_brings_none()
    {
        using var shop = await NewShopAsync();
        var clip = await Clips.FiveSecondsAsync();
        await shop.UploadClipAsync(clip);

        var answer = await shop.RaiseAsync(NewText(), new JsonObject { ["use_server_buffer"] = true });

        Assert.That((await Anybody.GetAsync(new Uri(answer.Inner("video_link", "video_url")!).PathAndQuery)).Body, Is.EqualTo(clip));
    }

    [Test]
    public async Task Buffered_frames_become_the_clip_of_an_alert_that_brings_none()
    {
        using var shop = await NewShopAsync();
        var frame = await Clips.PictureAsync("64x48");
        await shop.BufferBatchAsync([.. Enumerable.Repeat(frame, 25)]);

        var answer = await shop.RaiseAsync(NewText());

        var clip = (await Anybody.GetAsync(new Uri(answer.Inner("video_link", "video_url")!).PathAndQuery)).Body;
        Assert.That(
            await Clips.ProbeAsync(clip, "stream=codec_name,width,height,nb_frames"),
            Is.EqualTo(new[] { "mjpeg", "64", "48", "25" })
        );
    }

    [Test]
    public async Task Frames_of_the_camera_that_is_named_come_before_the_others()
    {
        using var shop = await NewShopAsync();
        await shop.BufferAsync(await Clips.PictureAsync("64x48"));
        await shop.BufferOfSourceAsync("till", await Clips.PictureAsync("96x64"));

        var answer = await shop.RaiseAsync(NewText(), new JsonObject { ["source_id"] = "till" });

        var clip = (await Anybody.GetAsync(new Uri(answer.Inner("video_link", "video_url")!).PathAndQuery)).Body;
        Assert.That(await Clips.ProbeAsync(clip, "stream=width"), Is.EqualTo(new[] { "96" }));
    }

    private static IEnumerable<TestCaseData> BadClips()
    {
        yield return Case("no_base64", new JsonObject { ["video_data"] = "%%%" }, "video_data is not base64");
        yield return Case("no_video", new JsonObject { ["video_data"] = Convert.ToBase64String(new byte[5000]) }, "Not a video");
        yield return Case("an_unknown_id", new JsonObject { ["video_id"] = "no-such-video" }, "Video not found");
        yield return Case("an_id_that_is_none", new JsonObject { ["video_id"] = "../x" }, "Video not found");

        static TestCaseData Case(string name, JsonObject members, string error) =>
            new TestCaseData(members, error).SetName($"A_clip_that_is_{name}_does_not_stop_the_alert");
    }

    [TestCaseSource(nameof(BadClips))]
    public async Task A_bad_clip_does_not_stop_the_alert(JsonObject members, string error)
    {
        var answer = await Api.RaiseAsync(NewText(), members);

        using (Assert.EnterMultipleScope())
        {
            Assert.That((answer.Status, answer.Text("status")), Is.EqualTo((200, "delivered")));
            Assert.That((answer.Inner("video_link", "available"), answer.Inner("video_link", "error")), Is.EqualTo(("false", error)));
            Assert.That(MailOf(answer).Read().TextBody, Does.Contain(error));
        }
    }

    [Test]
    public async Task A_hostile_kind_arrives_harmless()
    {
        var hostile = $"theft\r\nBcc: evil@example.org\0<img src=x onerror=alert(1)>\u202e{new string('x', 5_000_000)}";

        var answer = await Api.RaiseAsync(NewText(), new JsonObject { ["incident_type"] = hostile });

        var mail = MailOf(answer);
        var shown = await Api.ShowAlertAsync(answer.Text("alert_id"));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(answer.Status, Is.EqualTo(200));
            Assert.That(mail.Recipients, Is.EqualTo(new[] { Recipient }));
            Assert.That(mail.Read().HtmlBody, Does.Not.Contain("<img src=x"));
            Assert.That(shown.Text("incident_type"), Has.Length.LessThanOrEqualTo(200).And.StartWith("theft  Bcc: evil@example.org <img"));
        }
    }

    [Test]
    public async Task A_long_analysis_is_cut()
    {
        var answer = await Api.RaiseAsync($"{NewText()}\0é{new string('x', 300_000)}");

        var kept = (await Api.ShowAlertAsync(answer.Text("alert_id"))).Text("analysis");
        Assert.That(answer.Status, Is.EqualTo(200));
        Assert.That(kept, Has.Length.EqualTo(65_536).And.Contain("\ufffdéxxx"));
    }

    [Test]
    public async Task An_invented_incident_is_recorded_and_not_sent()
    {
        var text = $"Mock analysis of frame {Interlocked.Increment(ref told)}: suspicious";

        var answer = await Api.RaiseAsync(text, new JsonObject { ["video_data"] = Convert.ToBase64String(Clips.Fake(seed: 14)) });
        var again = await Api.RaiseAsync(text);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                (answer.Status, answer.Text("status"), answer.Inner("email_delivery", "delivery_status")),
                Is.EqualTo((200, "ignored", "ignored"))
            );
            Assert.That(answer.Inner("video_link", "available"), Is.EqualTo("false"));
            Assert.That(smtp.Mails.Select(mail => mail.Read().MessageId), Has.None.StartsWith(answer.Text("alert_id")));
            Assert.That((await Api.ShowAlertAsync(answer.Text("alert_id"))).Text("state"), Is.EqualTo("ignored"));
            Assert.That(again.Text("alert_id"), Is.Not.EqualTo(answer.Text("alert_id")));
        }
    }

    [Test]
    public async Task A_server_that_refuses_for_good_ends_it()
    {
        using var shop = await NewShopAsync();
        smtp.Answers(SmtpStep.Recipient, "550 5.1.1 No such user");

        var answer = await shop.RaiseAsync(NewText());

        var shown = await shop.ShowAlertAsync(answer.Text("alert_id"));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                (answer.Status, answer.Member("success")!.GetValue<bool>(), answer.Text("status")),
                Is.EqualTo((207, false, "failed"))
            );
            Assert.That(
                (answer.Error, answer.Inner("email_delivery", "error")),
                Is.EqualTo((answer.Inner("email_delivery", "error"), answer.Error))
            );
            Assert.That(answer.Error, Does.Contain("No such user"));
            Assert.That((shown.Text("state"), shown.Member("deliveries")![0]!["attempts"]!.AsArray().Count), Is.EqualTo(("failed", 1)));
        }
    }

    [Test]
    public async Task An_alert_costs_its_price_even_when_it_waits()
    {
        using var shop = await NewShopAsync();
        await shop.RaiseAsync(NewText());
        await shop.RaiseAsync("");

        var costs = (await shop.GetAsync("/api/usage"))
            .Member("usage")!
            .AsArray()
            .Select(call => call!["cost"]!.GetValue<decimal>())
            .ToList();

        Assert.That(costs, Has.Count.EqualTo(2));
        Assert.That((costs[0], costs[1]), Is.EqualTo((0m, costs[1])));
        Assert.That(costs[1], Is.InRange(0.005m, 0.006m));
    }

    private async Task<VideoApi> NewShopAsync()
    {
        using var admin = new AdminApi(Server.NewClient(key: null));
        return new VideoApi(Server.NewClient((await admin.AddClientAsync()).Key));
    }

    private SentMail MailOf(Answer answer) =>
        smtp.Mails.Single(mail => mail.Read().MessageId!.StartsWith(answer.Text("alert_id"), StringComparison.Ordinal));

    // Another incident each time.
    private string NewText() => $"A man takes bottle {Interlocked.Increment(ref told)} and hides it.";
}
