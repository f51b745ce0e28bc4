using Vigint.Application.Usage;
using Vigint.Domain;

namespace Vigint.AdapterTests.Gemini;

/// <summary>Answers that fit, and those that do not.</summary>
public sealed class AnswerTests : GeminiFixture
{
    private const string NotJson = "There was no incident.";
    private const string InAFence =
        "```json\n{\"analysis\":\"a\",\"description\":\"d\",\"incident_detected\":false,\"incident_type\":\"none\"}\n```";
    private const string Incomplete = "{\"analysis\":\"a\",\"description\":\"d\",\"incident_type\":\"none\"}";

    [TestCase(NotJson, TestName = "A_sentence_is_no_verdict")]
    [TestCase(InAFence, TestName = "A_verdict_between_other_words_is_none")]
    [TestCase(Incomplete, TestName = "A_verdict_without_its_main_member_is_none")]
    public void What_does_not_fit_is_asked_for_once_more_and_then_refused(string text)
    {
        Gemini.Screening.Says(text);

        var refused = Assert.ThrowsAsync<RefusedException>(() => AskAsync());

        Assert.That((refused!.Refusal, Gemini.Screening.Count), Is.EqualTo((Refusal.BadGateway, 2)));
    }

    [Test]
    public void An_answer_without_an_answer_in_it_is_asked_for_once_more_and_then_refused()
    {
        Gemini.Screening.SaysNothing();

        var refused = Assert.ThrowsAsync<RefusedException>(() => AskAsync());

        Assert.That((refused!.Refusal, Gemini.Screening.Count), Is.EqualTo((Refusal.BadGateway, 2)));
    }

    [TestCase("<html>Welcome to the proxy</html>", "text/html; charset=nonsense", TestName = "A_page_is_no_answer")]
    [TestCase("", "application/json", TestName = "Nothing_is_no_answer")]
    [TestCase("null", "application/json", TestName = "Null_is_no_answer")]
    [TestCase("{\"candidates\":[null]}", "application/json", TestName = "A_candidate_that_is_null_is_no_answer")]
    [TestCase("{\"candidates\":[{\"content\":{\"parts\":[null]}}]}", "application/json", TestName = "A_part_that_is_null_is_no_answer")]
    [TestCase("{\"candidates\":[{\"finishReason\":\"STOP\"}]}", "application/json", TestName = "A_candidate_without_content_is_no_answer")]
    [TestCase("{\"candidates\":\"none\"}", "application/json", TestName = "Another_form_is_no_answer")]
    public void What_cannot_be_read_is_asked_for_once_more_and_then_refused(string body, string contentType)
    {
        Gemini.Screening.Sends(body, contentType);

        var refused = Assert.ThrowsAsync<RefusedException>(() => AskAsync());

        Assert.That((refused!.Refusal, Gemini.Screening.Count), Is.EqualTo((Refusal.BadGateway, 2)));
    }

    [Test]
    public void A_verdict_that_was_cut_off_is_not_believed_even_when_it_can_be_read()
    {
        Gemini.Screening.Says(
            "{\"analysis\":\"a\",\"description\":\"d\",\"incident_detected\":false,\"incident_type\":\"none\"}",
            finishReason: "MAX_TOKENS"
        );

        var refused = Assert.ThrowsAsync<RefusedException>(() => AskAsync());

        Assert.That((refused!.Refusal, Gemini.Screening.Count), Is.EqualTo((Refusal.BadGateway, 2)));
    }

    [Test]
    public async Task The_second_answer_counts_when_it_fits()
    {
        Gemini.Screening.Says(NotJson).Answers(incident: true);

        var observation = await AskAsync();

        Assert.That(observation.IncidentDetected, Is.True);
    }

    [Test]
    public async Task What_answers_that_did_not_fit_used_is_counted_too()
    {
        Gemini.Screening.Says(NotJson);
        await using var shown = await Model.ShowAsync(Clip(), CancellationToken.None);
        Assert.ThrowsAsync<RefusedException>(() => shown.AskAsync(AnalysisStage.Screening, Question, CancellationToken.None));

        Assert.That(shown.Uses.Select(use => use.InputTokens), Is.EqualTo(new[] { 1000, 1000 }));
    }

    [Test]
    public async Task What_the_model_only_thinks_is_no_part_of_its_answer()
    {
        Gemini.Screening.Sends(
            """
            { "candidates": [{ "finishReason": "STOP", "content": { "parts": [
              { "text": "Let me see: {\"incident_detected\": false}", "thought": true },
              { "text": "{\"analysis\":\"a\",\"description\":\"d\",\"incident_detected\":true," },
              { "text": "\"incident_type\":\"fight\"}" } ] } }] }
            """
        );

        var observation = await AskAsync();

        Assert.That((observation.IncidentDetected, observation.IncidentType), Is.EqualTo((true, "fight")));
    }

    [Test]
    public void A_question_that_the_model_does_not_take_is_refused_with_its_word()
    {
        Gemini.Screening.Blocks("PROHIBITED_CONTENT");

        var refused = Assert.ThrowsAsync<RefusedException>(() => AskAsync());

        Assert.That(
            (refused!.Refusal, refused.Advice, Gemini.Screening.Count),
            Is.EqualTo((Refusal.BadGateway, "It says PROHIBITED_CONTENT; nothing was judged", 1))
        );
    }

    [TestCase("SAFETY")]
    [TestCase("RECITATION")]
    [TestCase("BLOCKLIST")]
    [TestCase("SPII")]
    public void A_model_that_stops_on_principle_refuses(string finishReason)
    {
        Gemini.Screening.StopsFor(finishReason);

        var refused = Assert.ThrowsAsync<RefusedException>(() => AskAsync());

        Assert.That(
            (refused!.Refusal, refused.Advice, Gemini.Screening.Count),
            Is.EqualTo((Refusal.BadGateway, $"It says {finishReason}; nothing was judged", 1))
        );
    }

    [Test]
    public async Task What_a_refusal_used_is_counted_too()
    {
        Gemini.Screening.Blocks("OTHER");
        await using var shown = await Model.ShowAsync(Clip(), CancellationToken.None);
        Assert.ThrowsAsync<RefusedException>(() => shown.AskAsync(AnalysisStage.Screening, Question, CancellationToken.None));

        Assert.That(shown.Uses, Is.EqualTo(new[] { new ModelUse("gemini-3.5-flash-lite", AnalysisStage.Screening, 1000, 0) }));
    }

    [Test]
    public void A_clip_that_the_host_cannot_read_is_refused_and_not_tried_again()
    {
        Gemini.Screening.Fails(400, "INVALID_ARGUMENT", "Request contains an invalid argument.");

        var refused = Assert.ThrowsAsync<RefusedException>(() => AskAsync());

        Assert.That(
            (refused!.Refusal, refused.Advice, Gemini.Screening.Count),
            Is.EqualTo((Refusal.BadGateway, "It says INVALID_ARGUMENT; nothing was judged", 1))
        );
    }

    [Test]
    public void Only_a_word_of_the_hosts_is_repeated()
    {
        Gemini.Screening.Fails(413, "<script>", "Too large, caller 10.0.0.1");

        var refused = Assert.ThrowsAsync<RefusedException>(() => AskAsync());

        Assert.That(refused!.Advice, Is.EqualTo("It says HTTP 413; nothing was judged"));
    }
}
