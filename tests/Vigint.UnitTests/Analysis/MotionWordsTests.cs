using Vigint.Application.Analysis;

namespace Vigint.UnitTests.Analysis;

public sealed class MotionWordsTests
{
    private static readonly MotionInterval[] Twice = [new(1, 2.5, 0.1), new(4, 5, 0.2)];

    [TestCase(Language.English, "Movement from 1.0 to 2.5 s, from 4.0 to 5.0 s. Behaviour was not judged")]
    [TestCase(Language.French, "Mouvement de 1.0 à 2.5 s, de 4.0 à 5.0 s. Le comportement n'a pas été jugé")]
    public void Movement_is_told_and_that_nothing_was_judged(Language language, string text) =>
        Assert.That(new MotionWords(language).NotJudged(Twice), Does.StartWith(text));

    [TestCase(Language.English, "Behaviour was not judged")]
    [TestCase(Language.French, "n'a pas été jugé")]
    public void Without_movement_it_is_told_too_that_nothing_was_judged(Language language, string text) =>
        Assert.That(new MotionWords(language).NotJudged([]), Does.Contain(text));
}
