using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using Vigint.TestSupport;

namespace Vigint.ContractTests;

/// <summary>Contract §5, analyze: against a server that plays Gemini.</summary>
[OwnServer("its model")]
public sealed class AnalyzeTests
{
    private const string Analyze = "/api/video/analyze";

    private FakeTimeProvider clock = null!;
    private FakeGemini gemini = null!;
    private VigintServer server = null!;
    private VideoApi api = null!;
    private AdminApi admin = null!;
    private byte[] clip = null!;
    private int clips;

    [SetUp]
    public async Task Start()
    {
        clock = new FakeTimeProvider(A.Noon);
        gemini = await FakeGemini.StartAsync();
        server = new VigintServer(clock, settings: [.. gemini.Settings, ("EMAIL_TO", "operator@example.org")]);
        api = new VideoApi(server.NewClient());
        admin = new AdminApi(server.NewClient(key: null));
        clip = Clips.Fake(seed: ++clips);
    }

    [TearDown]
    public async Task Stop()
    {
        api.Dispose();
        admin.Dispose();
        await server.DisposeAsync();
        await gemini.DisposeAsync();
    }

    // The verdicts

    [Test]
    public async Task Without_an_incident_the_members_of_the_second_look_are_absent()
    {
        gemini.Screening.Answers(incident: false, type: "none", description: "Nothing happens.", analysis: "An empty room.");

        var answer = await AnalyzeAsync();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(answer.Status, Is.EqualTo(200));
            Assert.That(
                (answer.Text("analysis"), answer.Text("description"), answer.Text("incident_type"), answer.Text("risk_level")),
                Is.EqualTo(("An empty room.", "Nothing happens.", "none", "LOW"))
            );
            Assert.That((Flag(answer, "has_security_incident"), Flag(answer, "incident_detected")), Is.EqualTo((false, false)));
            Assert.That(
                (answer.Text("timestamp"), answer.Text("client_email")),
                Is.EqualTo(("2026-10-04T12:00:00", "operator@example.org"))
            );
            Assert.That(
                answer.Json.AsObject().Select(one => one.Key),
                Has.None.StartsWith("flash_").And.None.EqualTo("veto_reason").And.None.EqualTo("detailed_analysis")
            );
            Assert.That(gemini.Confirmation.Count, Is.Zero);
        }
    }

    [Test]
    public async Task A_confirmed_incident_says_when_and_how_sure()
    {
        gemini.Screening.Answers(incident: true);
        gemini.Confirmation.Answers(
            incident: true,
            type: "shoplifting",
            description: "A theft.",
            analysis: "Seen closely.",
            startSeconds: 1.5,
            endSeconds: 3,
            confidence: 0.9
        );

        var answer = await AnalyzeAsync();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                (Flag(answer, "has_security_incident"), Flag(answer, "incident_detected"), Flag(answer, "flash_confirmation")),
                Is.EqualTo((true, true, true))
            );
            Assert.That(
                (answer.Text("risk_level"), answer.Text("incident_type"), answer.Text("detailed_analysis")),
                Is.EqualTo(("HIGH", "shoplifting", "Seen closely."))
            );
            Assert.That(
                (answer.Number("incident_start_seconds"), answer.Number("incident_end_seconds"), answer.Number("confidence")),
                Is.EqualTo((1.5, 3, 0.9))
            );
            Assert.That(answer.Member("models")!.AsArray(), Has.Count.EqualTo(2));
            Assert.That(answer.Number("cost_eur"), Is.Positive);
            Assert.That(answer.Member("token_usage")!["input_tokens"]!.GetValue<int>(), Is.EqualTo(2000));
            Assert.That(Flag(answer, "cached"), Is.False);
            Assert.That(answer.Json.AsObject().ContainsKey("flash_veto"), Is.False);
        }
    }

    [Test]
    public async Task A_veto_ends_the_matter_and_says_why()
    {
        gemini.Screening.Answers(incident: true);
        gemini.Confirmation.Answers(
            incident: false,
            type: "none",
            description: "She puts it back.",
            analysis: "She looks and puts it back."
        );

        var answer = await AnalyzeAsync();

        Assert.That(
            (
                Flag(answer, "has_security_incident"),
                Flag(answer, "incident_detected"),
                Flag(answer, "flash_confirmation"),
                Flag(answer, "flash_veto")
            ),
            Is.EqualTo((false, false, false, true))
        );
        Assert.That((answer.Text("veto_reason"), answer.Text("risk_level")), Is.EqualTo(("She puts it back.", "LOW")));
    }

    [Test]
    public async Task A_quiet_no_is_an_answer()
    {
        gemini.Screening.Says("""{"incident_detected":false,"incident_type":"","description":" ","analysis":"","confidence":"high"}""");

        var answer = await AnalyzeAsync();

        Assert.That(
            (
                answer.Status,
                Flag(answer, "incident_detected"),
                answer.Text("incident_type"),
                answer.Text("analysis"),
                gemini.Screening.Count
            ),
            Is.EqualTo((200, false, "none", "The model reports no incident and does not describe what it saw.", 1))
        );
    }

    [Test]
    public async Task A_quiet_veto_is_a_veto()
    {
        gemini.Screening.Answers(incident: true);
        gemini.Confirmation.Says("""{"incident_detected":false,"incident_type":"","description":"","analysis":""}""");

        var answer = await AnalyzeAsync();

        Assert.That(
            (answer.Status, Flag(answer, "incident_detected"), Flag(answer, "flash_veto"), answer.Text("veto_reason")),
            Is.EqualTo((200, false, true, "The model reports no incident and does not describe what it saw."))
        );
    }

    [Test]
    public async Task When_the_second_look_fails_the_first_one_stands_marked()
    {
        gemini.Screening.Answers(incident: true, analysis: "Seen quickly.");
        gemini.Confirmation.Blocks("OTHER");

        var answer = await AnalyzeAsync();

        Assert.That(
            (answer.Status, Flag(answer, "has_security_incident"), answer.Text("risk_level"), answer.Text("analysis")),
            Is.EqualTo((200, true, "HIGH", "Seen quickly."))
        );
        Assert.That(answer.Json.AsObject().ContainsKey("flash_confirmation") && answer.Member("flash_confirmation") is null, Is.True);
    }

    // What is analysed

    [Test]
    public async Task A_form_with_a_clip_is_analysed()
    {
        var form = new UploadForm().Video(clip).Field("frame_count", "77");

        var answer = await api.SendAsync(HttpMethod.Post, Analyze, form.ToContent());

        Assert.That((answer.Status, answer.Number("frame_count"), gemini.Screening.Count), Is.EqualTo((200, 77, 1)));
    }

    [Test]
    public async Task A_stored_video_is_analysed()
    {
        await api.StoreAsync("stored", clip);

        var answer = await api.PostAsync(Analyze, """{"video_id":"stored","frame_count":250}""");

        Assert.That((answer.Status, answer.Number("frame_count"), gemini.Screening.Count), Is.EqualTo((200, 250, 1)));
    }

    [Test]
    public async Task The_current_clip_counts_more_than_the_frame_that_comes_with_the_call()
    {
        var real = await Clips.FiveSecondsAsync();
        await api.PostAsync(
            "/api/video/upload",
            new JsonObject { ["video_data"] = Convert.ToBase64String(real), ["video_filename"] = "x.mp4" }.ToJsonString()
        );
        var frame = Convert.ToBase64String(await Clips.PictureAsync("64x64"));

        var answer = await api.PostAsync(Analyze, $$"""{"frame":"{{frame}}","frame_count":250,"buffer_type":"x"}""");

        Assert.That((answer.Status, gemini.Asked.Single().MimeType), Is.EqualTo((200, "video/mp4")));
    }

    [Test]
    public async Task Of_buffered_frames_it_is_said_how_many_could_not_be_decoded()
    {
        var good = await Clips.PictureAsync("64x48");
        await api.BufferBatchAsync([good, good, await Clips.BrokenPictureAsync("64x48")]);

        var answer = await api.PostAsync(Analyze, "{}");

        Assert.That((answer.Status, answer.Number("frame_count"), answer.Number("failed_frames")), Is.EqualTo((200, 2, 1)));
    }

    [TestCase("frame")]
    [TestCase("frame_data")]
    public async Task A_single_picture_is_analysed_when_there_is_nothing_else(string member)
    {
        var frame = Convert.ToBase64String(await Clips.PictureAsync("64x64"));

        var answer = await api.PostAsync(Analyze, new JsonObject { [member] = frame }.ToJsonString());

        Assert.That((answer.Status, answer.Number("frame_count"), gemini.Asked.Single().MimeType), Is.EqualTo((200, 1, "image/jpeg")));
    }

    [TestCase("""{"video_id":"stored","frame":"###","frame_count":"250"}""")]
    [TestCase("""{"video_id":"stored","frame":[1,2],"frame_count":250}""")]
    public async Task A_frame_that_does_not_count_does_not_matter(string body)
    {
        await api.StoreAsync("stored", clip);

        var answer = await api.PostAsync(Analyze, body);

        Assert.That((answer.Status, answer.Number("frame_count")), Is.EqualTo((200, 250)));
    }

    // What cannot be

    [TestCase("""{"frame":"###"}""", 400, "frame is not base64")]
    [TestCase("{}", 400, "No video uploaded")]
    [TestCase("""{"video_id":"unknown"}""", 404, "Video not found")]
    [TestCase("""{"video_data":"###"}""", 400, "video_data is not base64")]
    [TestCase("""{"video_data":"bm8gdmlkZW8gYXQgYWxsLCBqdXN0IHRleHQ="}""", 415, "Not a video")]
    [TestCase("""{"frame_data":"bm8gdmlkZW8gYXQgYWxsLCBqdXN0IHRleHQ="}""", 415, "frame_data is not a JPEG")]
    [TestCase("""{"video_id":7}""", 400, "video_id has the wrong type")]
    public async Task What_cannot_be_analysed_is_refused(string body, int status, string error)
    {
        var answer = await api.PostAsync(Analyze, body);

        Assert.That((answer.Status, answer.Error), Is.EqualTo((status, error)));
        Assert.That(gemini.Screening.Count, Is.Zero);
    }

    [Test]
    public async Task Without_a_model_it_is_said_so()
    {
        await using var without = new VigintServer();
        using var caller = new VideoApi(without.NewClient());

        var answer = await AnalyzeAsync(caller);

        Assert.That((answer.Status, answer.Error), Is.EqualTo((503, "AI analysis not available")));
    }

    [Test]
    public async Task An_answer_that_does_not_fit_twice_is_no_verdict()
    {
        gemini.Screening.Says("no JSON").Says("{}");

        var answer = await AnalyzeAsync();

        Assert.That((answer.Status, gemini.Screening.Count), Is.EqualTo((502, 2)));
    }

    [Test]
    public async Task A_model_that_refuses_is_no_verdict()
    {
        gemini.Screening.Blocks("PROHIBITED_CONTENT");

        var answer = await AnalyzeAsync();

        Assert.That(answer.Status, Is.EqualTo(502));
        Assert.That(answer.Json.AsObject().ContainsKey("has_security_incident"), Is.False);
    }

    [Test]
    public async Task A_wrong_key_of_the_operators_is_no_verdict_and_is_not_told()
    {
        gemini.RefusesKeysWith = 403;

        var answer = await AnalyzeAsync();

        Assert.That((answer.Status, answer.Error), Is.EqualTo((503, "AI analysis not available")));
        Assert.That(answer.Header("Retry-After"), Is.Not.Null);
    }

    // Cost

    [Test]
    public async Task The_same_clip_again_costs_nothing()
    {
        gemini.Screening.Answers(incident: true);
        gemini.Confirmation.Answers(incident: true);
        await AnalyzeAsync();

        var again = await AnalyzeAsync();

        Assert.That(
            (Flag(again, "cached"), again.Number("cost_eur"), gemini.Screening.Count, Flag(again, "has_security_incident")),
            Is.EqualTo((true, 0, 1, true))
        );
    }

    [Test]
    public async Task The_same_clip_costs_nothing_again_whichever_way_it_comes()
    {
        var real = await Clips.FiveSecondsAsync();
        var text = Convert.ToBase64String(real);
        await AnalyzeAsync(clip: real);

        var form = await api.SendAsync(HttpMethod.Post, Analyze, new UploadForm().Video(real).ToContent());
        await api.StoreAsync("stored", real);
        var stored = await api.PostAsync(Analyze, """{"video_id":"stored"}""");
        await api.PostAsync("/api/video/upload", new JsonObject { ["video_data"] = text }.ToJsonString());
        var current = await api.PostAsync(Analyze, "{}");
        await api.SendAsync(HttpMethod.Post, "/api/video/upload", new UploadForm().Video(real).ToContent());
        var currentOfForm = await api.PostAsync(Analyze, "{}");

        Assert.That(new[] { form, stored, current, currentOfForm }.Select(answer => Flag(answer, "cached")), Is.All.True);
        Assert.That(gemini.Screening.Count, Is.EqualTo(1));
    }

    [Test]
    public async Task When_the_first_of_two_callers_leaves_the_other_is_answered_and_nothing_is_left()
    {
        var gate = gemini.Screening.Holds();
        gemini.Screening.Answers(incident: true);
        gemini.Confirmation.Answers(incident: true);
        using var leaving = new CancellationTokenSource();
        using var client = server.NewClient();
        using var content = new StringContent(new JsonObject { ["video_data"] = Convert.ToBase64String(clip) }.ToJsonString());
        var first = client.PostAsync(Analyze, content, leaving.Token);
        await gate.Reached;
        var second = AnalyzeAsync();
        await Eventually.RequireAsync("both clips are there", async () => await TemporaryFilesAsync() == 2);

        await leaving.CancelAsync();
        Assert.That(async () => await first, Throws.InstanceOf<OperationCanceledException>());
        gate.Open();
        var answer = await second;

        Assert.That((answer.Status, Flag(answer, "has_security_incident")), Is.EqualTo((200, true)));
        Assert.That(await Eventually.ComesAsync(async () => await TemporaryFilesAsync() == 0), Is.True);
    }

    [Test]
    public async Task A_large_clip_that_is_lost_after_the_first_of_two_callers_has_left_is_put_before_the_model_again()
    {
        var gate = gemini.Screening.Holds();
        var large = Clips.Fake(15 * 1024 * 1024, seed: 5000);
        using var leaving = new CancellationTokenSource();
        using var client = server.NewClient();
        using var content = new StringContent(new JsonObject { ["video_data"] = Convert.ToBase64String(large) }.ToJsonString());
        gemini.Files.LooksUntilReady = 0;
        var first = client.PostAsync(Analyze, content, leaving.Token);
        await gate.Reached;
        gemini
            .Screening.Fails(403, "PERMISSION_DENIED", "You do not have permission to access the File or it may not exist.")
            .Answers(incident: false);
        var second = AnalyzeAsync(clip: large);
        await Eventually.RequireAsync("both clips are there", async () => await TemporaryFilesAsync() == 2);

        await leaving.CancelAsync();
        Assert.That(async () => await first, Throws.InstanceOf<OperationCanceledException>());
        gate.Open();
        var answer = await second;

        Assert.That((answer.Status, gemini.Files.Present.Count), Is.EqualTo((200, 0)));
        Assert.That(await Eventually.ComesAsync(async () => await TemporaryFilesAsync() == 0), Is.True);
    }

    [Test]
    public async Task Another_clients_same_clip_is_asked_for_itself()
    {
        using var shop = new VideoApi(server.NewClient((await admin.AddClientAsync()).Key));
        await AnalyzeAsync();

        var theirs = await AnalyzeAsync(shop);

        Assert.That((Flag(theirs, "cached"), gemini.Screening.Count), Is.EqualTo((false, 2)));
    }

    [Test]
    public async Task Every_analysis_is_in_the_usage_with_its_price_and_one_from_the_cache_without()
    {
        await AnalyzeAsync();
        await AnalyzeAsync();

        var costs = (await api.GetAsync("/api/usage")).Member("usage")!.AsArray().Select(one => one!["cost"]!.GetValue<decimal>());

        Assert.That(costs, Is.EqualTo(new[] { 0, 0.01m }));
    }

    [Test]
    public async Task What_the_models_cost_is_in_the_usage_per_model()
    {
        gemini.Screening.Answers(incident: true, inputTokens: 1_000_000, outputTokens: 0);
        gemini.Confirmation.Answers(incident: true, inputTokens: 2000, outputTokens: 100);
        var cost = (await AnalyzeAsync()).Number("cost_eur") + (await AnalyzeAsync(clip: Clips.Fake(seed: 3000))).Number("cost_eur");

        var models = (await api.GetAsync("/api/usage")).Member("models")!.AsArray();

        Assert.That(models.Select(ModelLine), Is.EqualTo(new[] { "gemini-3.5-flash-lite 2 2000000 0", "gemini-3.8-flash 2 4000 200" }));
        Assert.That(models.Sum(model => model!["cost_eur"]!.GetValue<double>()), Is.EqualTo(cost).Within(0.000_01));
    }

    [Test]
    public async Task What_a_clients_models_cost_is_shown_to_it_and_to_the_administrator_and_to_nobody_else()
    {
        var made = await admin.AddClientAsync();
        using var shop = new VideoApi(server.NewClient(made.Key));
        using var other = new VideoApi(server.NewClient((await admin.AddClientAsync()).Key));
        await AnalyzeAsync(shop);

        var all = (await admin.GetAsync("/admin/usage")).Member("clients")!.AsArray();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(await ModelsOfAsync(shop), Is.EqualTo(new[] { "gemini-3.5-flash-lite 1 1000 100" }));
            Assert.That(await ModelsOfAsync(other), Is.Empty);
            Assert.That(await ModelsOfAsync(api), Is.Empty);
            Assert.That(
                all.Single(one => one!["client_id"]!.GetValue<int>() == made.Id)!["models"]!.AsArray().Select(ModelLine),
                Is.EqualTo(new[] { "gemini-3.5-flash-lite 1 1000 100" })
            );
        }
    }

    [Test]
    public async Task A_clients_other_key_shows_what_its_models_cost_too()
    {
        var made = await admin.AddClientAsync();
        using var shop = new VideoApi(server.NewClient(made.Key));
        await AnalyzeAsync(shop);
        var added = await admin.PostAsync($"/admin/clients/{made.Id}/keys", "{}");
        using var again = new VideoApi(server.NewClient(added.Text("api_key")));

        Assert.That(await ModelsOfAsync(again), Is.EqualTo(new[] { "gemini-3.5-flash-lite 1 1000 100" }));
    }

    [Test]
    public async Task Models_of_days_outside_the_period_are_left_out()
    {
        await AnalyzeAsync();
        clock.Advance(TimeSpan.FromDays(1));

        Assert.That(await ModelsOfAsync(api, "?from=2026-10-05"), Is.Empty);
        Assert.That(await ModelsOfAsync(api, "?to=2026-10-04"), Has.Length.EqualTo(1));
    }

    [Test]
    public async Task A_refused_analysis_costs_its_client_nothing()
    {
        gemini.Screening.Blocks("OTHER");
        await AnalyzeAsync();

        Assert.That((await api.GetAsync("/api/usage")).Member("usage")![0]!["cost"]!.GetValue<decimal>(), Is.Zero);
    }

    [Test]
    public async Task When_the_months_budget_is_used_up_it_is_said_until_when()
    {
        var made = await admin.AddClientAsync();
        await admin.PutAsync($"/admin/clients/{made.Id}/limits", """{"analysis_eur_per_month":0.01}""");
        using var shop = new VideoApi(server.NewClient(made.Key));
        gemini.Screening.Answers(incident: false, inputTokens: 10_000_000);
        var first = await AnalyzeAsync(shop);

        var refused = await AnalyzeAsync(shop, Clips.Fake(seed: 1000));
        var known = await AnalyzeAsync(shop);
        clock.Advance(new DateTimeOffset(2026, 11, 1, 0, 0, 0, TimeSpan.Zero) - clock.GetUtcNow());
        var nextMonth = await AnalyzeAsync(shop, Clips.Fake(seed: 1001));

        Assert.That(
            (first.Status, refused.Status, refused.Error, known.Status, nextMonth.Status),
            Is.EqualTo((200, 429, "AI analysis budget is used up", 200, 200))
        );
        Assert.That(refused.Header("Retry-After"), Is.EqualTo($"{(27 * 24 + 12) * 3600}"));
    }

    [Test]
    public async Task What_a_client_wants_to_be_looked_for_is_asked_and_cannot_be_anothers()
    {
        var made = await admin.AddClientAsync();
        using var shop = new VideoApi(server.NewClient(made.Key));

        var set = await admin.PutAsync(
            $"/admin/clients/{made.Id}/analysis",
            """{"watch_for":"people behind the till","normal":"the cleaner at night"}"""
        );
        await AnalyzeAsync(shop);
        await AnalyzeAsync();

        Assert.That(
            (set.Status, set.Text("watch_for"), set.Text("normal")),
            Is.EqualTo((200, "people behind the till", "the cleaner at night"))
        );
        Assert.That(gemini.Asked[0].Prompt, Does.Contain("people behind the till").And.Contain("the cleaner at night"));
        Assert.That(gemini.Asked[1].Prompt, Does.Not.Contain("the till"));
    }

    [Test]
    public async Task Nothing_is_left_in_the_temporary_area()
    {
        await AnalyzeAsync();
        gemini.Screening.Blocks("OTHER");
        await AnalyzeAsync(clip: Clips.Fake(seed: 2000));

        Assert.That((await api.GetAsync("/api/storage/status")).Number("temp_files_count"), Is.Zero);
    }

    // What the model sees

    [TestCase("clip.mp4", "libx264")]
    [TestCase("clip.mov", "libx264")]
    [TestCase("clip.mkv", "libx264")]
    [TestCase("clip.avi", "mpeg4")]
    [TestCase("clip.ts", "libx264")]
    public async Task A_clip_whose_pixels_are_not_square_is_seen_as_wide_as_people_see_it(string name, string encoder)
    {
        var wide = await Clips.MakeAsync(
            name,
            "-f",
            "lavfi",
            "-i",
            "testsrc2=s=704x576:r=15:d=1",
            "-vf",
            "setsar=16/11",
            "-c:v",
            encoder,
            "-pix_fmt",
            "yuv420p"
        );

        var answer = await AnalyzeAsync(clip: wide);

        Assert.That(answer.Status, Is.EqualTo(200), answer.ToString());
        Assert.That(gemini.Asked[0].MimeType, Is.EqualTo("video/mp4"));
        Assert.That(
            await Clips.ProbeAsync(gemini.Asked[0].Clip!, "stream=width,height,sample_aspect_ratio"),
            Is.EqualTo(new[] { "1024", "576", "1:1" })
        );
        Assert.That(await TemporaryFilesAsync(), Is.Zero);
    }

    [Test]
    public async Task A_clip_with_square_pixels_is_seen_bit_for_bit()
    {
        var square = await Clips.FiveSecondsAsync();

        await AnalyzeAsync(clip: square);

        Assert.That(gemini.Asked[0].Clip, Is.EqualTo(square));
    }

    // Without a model

    [Test]
    public async Task With_motion_alone_movement_is_told_and_nothing_is_judged()
    {
        await using var motion = new VigintServer(clock, settings: ("ANALYZER", "motion"));
        using var caller = new VideoApi(motion.NewClient());

        var answer = await AnalyzeAsync(caller, await Clips.FiveSecondsAsync());

        using (Assert.EnterMultipleScope())
        {
            Assert.That((answer.Status, answer.Text("analyzer")), Is.EqualTo((200, "motion")));
            Assert.That(answer.Text("analysis"), Does.StartWith("Movement").And.Contain("not judged"));
            Assert.That(answer.Member("movement")!.AsArray(), Is.Not.Empty);
            Assert.That(
                answer.Json.AsObject().ContainsKey("has_security_incident") && answer.Member("has_security_incident") is null,
                Is.True
            );
        }
    }

    [Test]
    public async Task The_motion_gate_lets_a_short_clip_that_moves_and_a_damaged_one_through()
    {
        var brief = await Clips.MakeAsync(
            "brief.mp4",
            "-f",
            "lavfi",
            "-i",
            "testsrc2=duration=0.2:size=160x120:rate=25",
            "-c:v",
            "libx264",
            "-pix_fmt",
            "yuv420p"
        );
        var still = await Clips.MakeAsync(
            "still.mp4",
            "-f",
            "lavfi",
            "-i",
            "color=gray:duration=10:size=320x240:rate=10,noise=alls=5",
            "-c:v",
            "libx264",
            "-pix_fmt",
            "yuv420p",
            "-movflags",
            "+faststart"
        );
        await using var gated = new VigintServer(clock, settings: [.. gemini.Settings, ("MOTION_GATE", "true")]);
        using var caller = new VideoApi(gated.NewClient());

        var ofBrief = await AnalyzeAsync(caller, brief);
        var ofDamaged = await AnalyzeAsync(caller, still[..(still.Length / 2)]);

        Assert.That((ofBrief.Text("analyzer"), ofDamaged.Text("analyzer"), gemini.Screening.Count), Is.EqualTo(("model", "model", 2)));
    }

    [Test]
    public async Task The_motion_gate_keeps_a_still_clip_from_the_model_and_lets_others_through()
    {
        var still = await Clips.MakeAsync(
            "still.mp4",
            "-f",
            "lavfi",
            "-i",
            "color=gray:duration=2:size=160x120:rate=10",
            "-c:v",
            "libx264",
            "-pix_fmt",
            "yuv420p"
        );
        await using var gated = new VigintServer(clock, settings: [.. gemini.Settings, ("MOTION_GATE", "true")]);
        using var caller = new VideoApi(gated.NewClient());

        var answer = await AnalyzeAsync(caller, still);
        var asked = gemini.Screening.Count;
        var moving = await AnalyzeAsync(caller, await Clips.FiveSecondsAsync());

        Assert.That((answer.Text("analyzer"), Flag(answer, "has_security_incident"), asked), Is.EqualTo(("motion-gate", false, 0)));
        Assert.That((moving.Text("analyzer"), gemini.Screening.Count), Is.EqualTo(("model", 1)));
    }

    private static async Task<string[]> ModelsOfAsync(VideoApi of, string query = "") =>
        [.. (await of.GetAsync($"/api/usage{query}")).Member("models")!.AsArray().Select(ModelLine)];

    private static string ModelLine(JsonNode? model) =>
        $"{model!["model"]} {model["calls"]} {model["input_tokens"]} {model["output_tokens"]}";

    private async Task<double> TemporaryFilesAsync() => (await api.GetAsync("/api/storage/status")).Number("temp_files_count");

    private static bool Flag(Answer answer, string name) => answer.Member(name)!.GetValue<bool>();

    private Task<Answer> AnalyzeAsync(VideoApi? by = null, byte[]? clip = null) =>
        (by ?? api).PostAsync(Analyze, new JsonObject { ["video_data"] = Convert.ToBase64String(clip ?? this.clip) }.ToJsonString());
}
