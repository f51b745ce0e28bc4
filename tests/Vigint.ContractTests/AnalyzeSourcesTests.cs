using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using Vigint.TestSupport;

namespace Vigint.ContractTests;

/// <summary>Contract §5, several sources.</summary>
[OwnServer("its model")]
public sealed class AnalyzeSourcesTests
{
    private const string Buffer = "/api/video/multi-source/buffer";
    private const string Analyze = "/api/video/multi-source/analyze";

    private FakeTimeProvider clock = null!;
    private FakeGemini gemini = null!;
    private VigintServer server = null!;
    private VideoApi api = null!;

    [SetUp]
    public async Task Start()
    {
        gemini = await FakeGemini.StartAsync();
        clock = new FakeTimeProvider(A.Noon);
        server = new VigintServer(clock, settings: [.. gemini.Settings, ("EMAIL_TO", "operator@example.org")]);
        api = new VideoApi(server.NewClient());
    }

    [TearDown]
    public async Task Stop()
    {
        api.Dispose();
        await server.DisposeAsync();
        await gemini.DisposeAsync();
    }

    [Test]
    public async Task Each_source_has_its_own_analysis_and_the_summary_counts_them()
    {
        await BufferAsync("cam-1", "Entrance", color: "red");
        await BufferAsync("cam-2", name: null, color: "blue");
        gemini.Screening.Answers(incident: true);
        gemini.Confirmation.Answers(incident: true, analysis: "Seen closely.", startSeconds: 0, endSeconds: 0.08);

        var answer = await api.PostAsync(Analyze, "{}");

        var first = answer.Member("sources")!["cam-1"]!;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                (answer.Status, answer.Text("client_name"), answer.Text("client_email"), answer.Number("sources_analyzed")),
                Is.EqualTo((200, "operator", "operator@example.org", 2))
            );
            Assert.That(
                (
                    first["source_name"]!.GetValue<string>(),
                    first["buffer_size"]!.GetValue<int>(),
                    first["incident_frames_count"]!.GetValue<int>()
                ),
                Is.EqualTo(("Entrance", 3, 2))
            );
            Assert.That(
                first["detailed_analysis"]![0]!.AsObject().Select(one => one.Key),
                Is.EqualTo(new[] { "frame_position", "frame_count", "analysis", "incident_type", "incident_detected" })
            );
            Assert.That(answer.Member("sources")!["cam-2"]!["source_name"]!.GetValue<string>(), Is.EqualTo("cam-2"));
            Assert.That(
                answer.Member("summary")!.ToJsonString(),
                Is.EqualTo(
                    """{"total_incidents_detected_by_flash_lite":2,"total_incidents_confirmed_by_flash":"""
                        + """2,"total_incidents_vetoed":0,"has_any_confirmed_incident":true,"total_incidents_unconfirmed":0}"""
                )
            );
        }
    }

    [Test]
    public async Task Frames_that_could_not_be_decoded_are_counted()
    {
        await BufferAsync("cam", name: null, color: "red");
        await BufferBrokenAsync("cam", frames: 2);
        gemini.Screening.Answers(incident: true);
        gemini.Confirmation.Answers(incident: true);

        var cam = (await api.PostAsync(Analyze, "{}")).Member("sources")!["cam"]!;

        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                (cam["frame_count"]!.GetValue<int>(), cam["buffer_size"]!.GetValue<int>(), cam["failed_frames"]!.GetValue<int>()),
                Is.EqualTo((3, 5, 2))
            );
            Assert.That(
                (cam["incident_frames_count"]!.GetValue<int>(), cam["detailed_analysis"]![0]!["frame_count"]!.GetValue<int>()),
                Is.EqualTo((3, 3))
            );
        }
    }

    [Test]
    public async Task A_source_of_which_most_frames_cannot_be_decoded_is_not_judged()
    {
        await BufferAsync("good", name: null, color: "red");
        await BufferAsync("broken", name: null, color: "red", frames: 1);
        await BufferBrokenAsync("broken", frames: 2);

        var sources = (await api.PostAsync(Analyze, "{}")).Member("sources")!;

        Assert.That(
            sources["broken"]!["error"]!.GetValue<string>(),
            Is.EqualTo("Most buffered frames cannot be decoded. It is 2 of 3; nothing was judged")
        );
        Assert.That((sources["good"]!["failed_frames"]!.GetValue<int>(), gemini.Screening.Count), Is.EqualTo((0, 1)));
    }

    [Test]
    public async Task Positions_in_the_frames_of_a_slow_camera_are_counted_at_its_speed()
    {
        await BufferAsync("cam", name: null, color: "red", frames: 21, apart: TimeSpan.FromMilliseconds(200));
        gemini.Screening.Answers(incident: true);
        gemini.Confirmation.Answers(incident: true, startSeconds: 1, endSeconds: 3);

        var cam = (await api.PostAsync(Analyze, "{}")).Member("sources")!["cam"]!;

        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                (cam["incident_start_seconds"]!.GetValue<double>(), cam["incident_end_seconds"]!.GetValue<double>()),
                Is.EqualTo((1, 3))
            );
            Assert.That(
                (cam["detailed_analysis"]![0]!["frame_position"]!.GetValue<int>(), cam["incident_frames_count"]!.GetValue<int>()),
                Is.EqualTo((5, 10))
            );
        }
    }

    [Test]
    public async Task One_that_fails_does_not_spoil_the_others()
    {
        await BufferAsync("good", name: null, color: "red");

        var answer = await api.PostAsync(Analyze, """{"source_ids":["good","unknown"]}""");

        var failed = answer.Member("sources")!["unknown"]!.AsObject();
        Assert.That((answer.Status, answer.Number("sources_analyzed")), Is.EqualTo((200, 1)));
        Assert.That(failed["error"]!.GetValue<string>(), Does.StartWith("No frames buffered"));
        Assert.That(failed["has_security_incident"]!.GetValue<bool>(), Is.False);
        Assert.That(answer.Member("sources")!["good"]!["analysis"]!.GetValue<string>(), Is.Not.Empty);
    }

    [Test]
    public async Task A_source_at_which_the_model_fails_does_not_spoil_the_analysis_of_another()
    {
        await BufferAsync("cam-1", "Entrance", color: "red");
        await BufferAsync("cam-2", "Till", color: "blue");
        gemini.Screening.Blocks("OTHER").Answers(incident: true);
        gemini.Confirmation.Answers(incident: true);

        var answer = await api.PostAsync(Analyze, "{}");

        // Both are asked about at once: whichever came first is the one that failed.
        var sources = answer.Member("sources")!.AsObject().Select(one => one.Value!.AsObject()).ToList();
        var failed = sources.Single(source => source.ContainsKey("error"));
        var whole = sources.Single(source => !source.ContainsKey("error"));
        using (Assert.EnterMultipleScope())
        {
            Assert.That((answer.Status, answer.Number("sources_analyzed"), sources.Count), Is.EqualTo((200, 1, 2)));
            Assert.That(failed["error"]!.GetValue<string>(), Does.StartWith("AI analysis was refused by the model"));
            Assert.That(failed["has_security_incident"]!.GetValue<bool>(), Is.False);
            Assert.That(
                (
                    whole["has_security_incident"]!.GetValue<bool>(),
                    whole["flash_confirmation"]!.GetValue<bool>(),
                    whole["buffer_size"]!.GetValue<int>()
                ),
                Is.EqualTo((true, true, 3))
            );
            Assert.That(answer.Member("summary")!["total_incidents_confirmed_by_flash"]!.GetValue<int>(), Is.EqualTo(1));
        }
    }

    [Test]
    public async Task A_source_that_the_model_refuses_says_so()
    {
        await BufferAsync("cam", name: null, color: "red");
        gemini.Screening.Blocks("OTHER");

        var answer = await api.PostAsync(Analyze, "{}");

        Assert.That((answer.Status, answer.Number("sources_analyzed")), Is.EqualTo((200, 0)));
        Assert.That(answer.Member("sources")!["cam"]!["error"]!.GetValue<string>(), Does.Contain("nothing was judged"));
        Assert.That(answer.Member("summary")!["has_any_confirmed_incident"], Is.Null);
    }

    [Test]
    public async Task When_the_model_is_away_for_all_of_them_it_is_no_answer()
    {
        await BufferAsync("cam-1", name: null, color: "red");
        await BufferAsync("cam-2", name: null, color: "blue");
        gemini.Screening.Fails(503, "UNAVAILABLE", retryAfter: TimeSpan.FromMinutes(1));

        var answer = await api.PostAsync(Analyze, "{}");

        Assert.That((answer.Status, answer.Error, answer.Header("Retry-After")), Is.EqualTo((503, "AI analysis not available", "60")));
    }

    [Test]
    public async Task An_incident_that_nobody_could_confirm_leaves_open_whether_there_was_one()
    {
        await BufferAsync("cam", name: null, color: "red");
        gemini.Screening.Answers(incident: true);
        gemini.Confirmation.Blocks("OTHER");

        var answer = await api.PostAsync(Analyze, "{}");

        Assert.That(answer.Member("summary")!["has_any_confirmed_incident"], Is.Null);
        Assert.That(answer.Member("summary")!["total_incidents_unconfirmed"]!.GetValue<int>(), Is.EqualTo(1));
    }

    [Test]
    public async Task Ids_that_are_none_are_refused()
    {
        var answer = await api.PostAsync(Analyze, """{"source_ids":[null]}""");

        Assert.That((answer.Status, answer.Error), Is.EqualTo((400, "source_ids must be a list of at most 64 texts")));
    }

    [Test]
    public async Task Without_any_source_there_is_nothing_to_analyse()
    {
        var answer = await api.PostAsync(Analyze, "{}");

        Assert.That((answer.Status, answer.Error), Is.EqualTo((400, "No video uploaded")));
    }

    [Test]
    public async Task Each_analysed_source_is_in_the_price()
    {
        await BufferAsync("a", name: null, color: "red");
        await BufferAsync("b", name: null, color: "blue");
        await api.PostAsync(Analyze, "{}");

        var cost = (await api.GetAsync("/api/usage")).Member("usage")![0]!["cost"]!.GetValue<decimal>();

        Assert.That(cost, Is.InRange(0.02m, 0.1m));
    }

    private async Task BufferBrokenAsync(string id, int frames)
    {
        for (var i = 0; i < frames; i++)
            Assert.That((await api.BufferOfSourceAsync(id, await Clips.BrokenPictureAsync("64x64"))).Status, Is.EqualTo(200));
    }

    private async Task BufferAsync(string id, string? name, string color, int frames = 3, TimeSpan apart = default)
    {
        var frame = Convert.ToBase64String(
            await Clips.MakeAsync("frame.jpg", "-f", "lavfi", "-i", $"color={color}:size=64x64", "-frames:v", "1")
        );
        for (var i = 0; i < frames; i++)
        {
            clock.Advance(apart);
            var answer = await api.PostAsync(
                Buffer,
                new JsonObject
                {
                    ["source_id"] = id,
                    ["source_name"] = name,
                    ["frame_data"] = frame,
                    ["frame_count"] = i,
                }.ToJsonString()
            );
            Assert.That(answer.Status, Is.EqualTo(200));
        }
    }
}
