using System.Security.Cryptography;
using Vigint.Application.Analysis;
using Vigint.Application.Usage;
using Vigint.Domain;
using Vigint.TestSupport;

namespace Vigint.AdapterTests.Gemini;

/// <summary>Clips that go along with each question, and what else goes along.</summary>
public sealed class InlineClipTests : GeminiFixture
{
    [Test]
    public async Task What_the_model_saw_is_told()
    {
        Gemini.Screening.Answers(
            incident: true,
            "shoplifting",
            "Someone takes a bottle.",
            "All of it.",
            startSeconds: 3.5,
            endSeconds: 8,
            confidence: 0.9
        );

        var observation = await AskAsync();

        Assert.That(observation, Is.EqualTo(new Observation(true, "shoplifting", "Someone takes a bottle.", "All of it.", 3.5, 8, 0.9)));
    }

    [TestCase(1, TestName = "A_clip_of_one_byte_arrives_as_it_is")]
    [TestCase(49_151, TestName = "A_clip_of_a_byte_less_than_a_piece_arrives_as_it_is")]
    [TestCase(49_152, TestName = "A_clip_of_one_piece_arrives_as_it_is")]
    [TestCase(49_153, TestName = "A_clip_of_a_byte_more_than_a_piece_arrives_as_it_is")]
    [TestCase(14 * 1024 * 1024, TestName = "The_largest_clip_that_goes_along_arrives_as_it_is")]
    public async Task A_clip_arrives_as_it_is(int sizeBytes)
    {
        var bytes = RandomNumberGenerator.GetBytes(sizeBytes);

        var asked = await AskAboutAsync(Clip(bytes));

        Assert.That((asked.InlineBytes, asked.InlineSha256), Is.EqualTo((sizeBytes, Convert.ToHexStringLower(SHA256.HashData(bytes)))));
    }

    [TestCase(1000)]
    [TestCase(1001)]
    [TestCase(1002)]
    public async Task A_request_says_how_long_it_is(int sizeBytes)
    {
        var asked = await AskAboutAsync(Clip(sizeBytes));

        Assert.That(asked.ContentLength, Is.Not.Null);
    }

    [Test]
    public async Task The_largest_request_is_below_what_the_host_takes()
    {
        var asked = await AskAboutAsync(Clip(14 * 1024 * 1024), new string('?', 50_000));

        Assert.That(asked.ContentLength, Is.LessThan(20_000_000));
    }

    [Test]
    public async Task Whatever_the_question_holds_it_arrives_as_it_is()
    {
        const string question = "\"data\":\"\" {\"data\":\"\"} ¿Qué pasa? 🎥 \\ \n";

        var asked = await AskAboutAsync(Clip(), question);

        Assert.That(asked.Prompt, Is.EqualTo(question));
    }

    [TestCase(AnalysisStage.Screening, "gemini-3.5-flash-lite", 2, "MEDIA_RESOLUTION_LOW", TestName = "Screening_looks_cheaply")]
    [TestCase(AnalysisStage.Confirmation, "gemini-3.8-flash", 5, null, TestName = "Confirmation_looks_closely")]
    public async Task Each_stage_looks_in_its_own_way(AnalysisStage stage, string model, double fps, string? resolution)
    {
        await AskAsync(stage);

        var asked = Gemini.Asked.Single();
        Assert.That((asked.Model, asked.Fps, asked.MediaResolution), Is.EqualTo((model, fps, resolution)));
    }

    [TestCase("video/mp4", "video/mp4")]
    [TestCase("video/webm", "video/webm")]
    [TestCase("video/quicktime", "video/mov")]
    [TestCase("video/x-msvideo", "video/avi")]
    [TestCase("video/x-matroska", "video/webm")]
    [TestCase("image/jpeg", "image/jpeg")]
    public async Task A_clip_goes_under_a_name_that_the_host_knows(string contentType, string mimeType)
    {
        var asked = await AskAboutAsync(Clip(1000, contentType));

        Assert.That(asked.MimeType, Is.EqualTo(mimeType));
    }

    [Test]
    public async Task A_picture_has_no_frame_rate()
    {
        var asked = await AskAboutAsync(Clip(1000, "image/jpeg"));

        Assert.That(asked.Fps, Is.Null);
    }

    [TestCase("temperature")]
    [TestCase("topP")]
    [TestCase("topK")]
    public async Task What_is_deprecated_is_not_sent(string member)
    {
        var asked = await AskAboutAsync(Clip());

        Assert.That(asked.GenerationConfig.ContainsKey(member), Is.False);
    }

    [Test]
    public async Task The_answer_is_asked_for_by_schema()
    {
        var asked = await AskAboutAsync(Clip());

        using (Assert.EnterMultipleScope())
        {
            Assert.That(asked.GenerationConfig["responseMimeType"]!.GetValue<string>(), Is.EqualTo("application/json"));
            Assert.That(
                asked.GenerationConfig["responseSchema"]!["required"]!.AsArray().Select(name => name!.GetValue<string>()),
                Is.EquivalentTo(new[] { "analysis", "description", "incident_detected", "incident_type" })
            );
        }
    }

    [Test]
    public async Task The_key_travels_in_a_header_and_not_in_the_address()
    {
        var asked = await AskAboutAsync(Clip());

        using (Assert.EnterMultipleScope())
        {
            Assert.That(asked.Headers["x-goog-api-key"], Is.EqualTo(FakeGemini.Key));
            Assert.That(Gemini.Calls, Is.EqualTo(new[] { "POST /v1beta/models/gemini-3.5-flash-lite:generateContent" }));
        }
    }

    [Test]
    public async Task One_clip_is_asked_about_in_both_stages()
    {
        await using var shown = await Model.ShowAsync(Clip(), CancellationToken.None);
        await shown.AskAsync(AnalysisStage.Screening, Question, CancellationToken.None);

        await shown.AskAsync(AnalysisStage.Confirmation, Question, CancellationToken.None);

        Assert.That((Gemini.Screening.Count, Gemini.Confirmation.Count), Is.EqualTo((1, 1)));
    }

    [Test]
    public async Task What_was_used_is_known_for_each_question()
    {
        Gemini.Screening.Answers(incident: true, inputTokens: 3400, outputTokens: 120);
        Gemini.Confirmation.Answers(incident: true, inputTokens: 28_000, outputTokens: 900);
        await using var shown = await Model.ShowAsync(Clip(), CancellationToken.None);
        await shown.AskAsync(AnalysisStage.Screening, Question, CancellationToken.None);
        await shown.AskAsync(AnalysisStage.Confirmation, Question, CancellationToken.None);

        Assert.That(
            shown.Uses,
            Is.EqualTo(
                new[]
                {
                    new ModelUse("gemini-3.5-flash-lite", AnalysisStage.Screening, 3400, 120),
                    new ModelUse("gemini-3.8-flash", AnalysisStage.Confirmation, 28_000, 900),
                }
            )
        );
    }

    [Test]
    public async Task A_clip_that_is_deleted_meanwhile_is_still_seen()
    {
        var clip = Clip();
        await using var shown = await Model.ShowAsync(clip, CancellationToken.None);
        File.Delete(clip.Media.Path);

        await shown.AskAsync(AnalysisStage.Screening, Question, CancellationToken.None);

        Assert.That(Gemini.Asked.Single().InlineBytes, Is.EqualTo(clip.SizeBytes));
    }

    [Test]
    public void Without_a_key_nothing_is_sent()
    {
        UseOptions(NewOptions(key: null));

        var refused = Assert.ThrowsAsync<RefusedException>(() => AskAsync());

        using (Assert.EnterMultipleScope())
        {
            Assert.That((refused!.Refusal, refused.RetryAfter), Is.EqualTo((Refusal.Unavailable, (TimeSpan?)null)));
            Assert.That(Model.IsConfigured, Is.False);
            Assert.That(Gemini.Calls, Is.Empty);
        }
    }

    private async Task<AskedGemini> AskAboutAsync(ClipFile clip, string question = Question)
    {
        await using var shown = await Model.ShowAsync(clip, CancellationToken.None);
        await shown.AskAsync(AnalysisStage.Screening, question, CancellationToken.None);
        return Gemini.Asked.Single();
    }
}
