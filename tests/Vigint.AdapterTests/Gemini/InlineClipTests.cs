using System.Security.Cryptography;
using Vigint.Application.Analysis;

namespace Vigint.AdapterTests.Gemini;

/// <summary>Clips that go along with each question.</summary>
public sealed class InlineClipTests : GeminiFixture
{
    [Test]
    public async Task What_the_model_saw_is_told()
    {
        Gemini.Screening.Answers(incident: true, "shoplifting", "Someone takes a bottle.", "All of it.", startSeconds: 3.5, endSeconds: 8, confidence: 0.9);

        var observation = await AskAsync();

        Assert.That(observation, Is.EqualTo(new Observation(true, "shoplifting", "Someone takes a bottle.", "All of it.", 3.5, 8, 0.9)));
    }

    [TestCase(1, TestName = "A_clip_of_one_byte_arrives_as_it_is")]
    [TestCase(49_151, TestName = "A_clip_of_a_byte_less_than_a_piece_arrives_as_it_is")]
    [TestCase(49_152, TestName = "A_clip_of_one_piece_arrives_as_it_is")]
    [TestCase(49_153, TestName = "A_clip_of_a_byte_more_than_a_piece_arrives_as_it_is")]
    [TestCase(5_000_000, TestName = "A_clip_of_many_pieces_arrives_as_it_is")]
    public async Task A_clip_arrives_as_it_is(int sizeBytes)
    {
        var bytes = RandomNumberGenerator.GetBytes(sizeBytes);
        await using var shown = await Model.ShowAsync(Clip(bytes), CancellationToken.None);

        await shown.AskAsync(AnalysisStage.Screening, Question, CancellationToken.None);

        Assert.That(Gemini.Asked.Single().InlineSha256, Is.EqualTo(Convert.ToHexStringLower(SHA256.HashData(bytes))));
    }
}
