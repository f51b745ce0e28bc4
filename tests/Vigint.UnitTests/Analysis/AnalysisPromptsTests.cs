using Vigint.Application.Analysis;
using Vigint.Application.Usage;
using Vigint.Domain;
using Vigint.Domain.Analysis;

namespace Vigint.UnitTests.Analysis;

public sealed class AnalysisPromptsTests
{
    [TestCase(Language.English, AnalysisStage.Screening, "Answer in English")]
    [TestCase(Language.English, AnalysisStage.Confirmation, "your answer is final")]
    [TestCase(Language.French, AnalysisStage.Screening, "Répondez en français")]
    [TestCase(Language.French, AnalysisStage.Confirmation, "votre réponse est définitive")]
    public void Every_stage_has_its_words_in_every_language(Language language, AnalysisStage stage, string words) =>
        Assert.That(new AnalysisPrompts(language).Of(stage, AnalysisInstructions.None), Does.Contain(words));

    [Test]
    public void What_a_client_adds_stands_at_the_end_in_quotation_marks()
    {
        var prompt = new AnalysisPrompts(Language.English).Of(
            AnalysisStage.Screening,
            new AnalysisInstructions("the till", "the \"\"\" dog")
        );

        Assert.That(prompt, Does.Contain("\"\"\"\nthe till\n\"\"\"").And.EndsWith("\"\"\"\nthe ''' dog\n\"\"\""));
    }

    [Test]
    public void Other_questions_have_another_fingerprint()
    {
        var english = new AnalysisPrompts(Language.English);
        string[] fingerprints =
        [
            english.FingerprintOf(AnalysisInstructions.None),
            english.FingerprintOf(new AnalysisInstructions("x", null)),
            english.FingerprintOf(new AnalysisInstructions(null, "x")),
            new AnalysisPrompts(Language.French).FingerprintOf(AnalysisInstructions.None),
        ];

        Assert.That(fingerprints, Is.Unique);
    }

    [Test]
    public void Instructions_have_a_bound() =>
        Assert.That(
            () => AnalysisInstructions.Of(new string('x', 2001), null),
            Throws.TypeOf<RefusedException>().With.Message.StartsWith("watch_for must be")
        );

    [Test]
    public void Blank_instructions_are_none() => Assert.That(AnalysisInstructions.Of(" ", ""), Is.EqualTo(AnalysisInstructions.None));
}
