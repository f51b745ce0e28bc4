using System.Globalization;

namespace Vigint.Application.Analysis;

/// <summary>What is said of a clip when nobody judged what happens in it.</summary>
public sealed class MotionWords(Language language)
{
    private bool IsFrench => language == Language.French;

    /// <summary>Nothing moves, and the motion gate kept the clip from the model.</summary>
    public string Still =>
        IsFrench
            ? "Rien ne bouge dans l'extrait ; il n'a pas été montré à un modèle."
            : "Nothing moves in the clip; it was not shown to a model.";

    /// <summary>No model is in use: where there is movement, and that nothing more is known.</summary>
    public string NotJudged(IReadOnlyList<MotionInterval> motion) =>
        motion.Count == 0
            ? IsFrench
                ? "Aucun mouvement trouvé. Le comportement n'a pas été jugé : aucun modèle n'est utilisé."
                : "No movement found. Behaviour was not judged: no model is in use."
            : IsFrench
                ? $"Mouvement {Seconds(motion, "de", "à")}. Le comportement n'a pas été jugé : aucun modèle n'est utilisé."
                : $"Movement {Seconds(motion, "from", "to")}. Behaviour was not judged: no model is in use.";

    private static string Seconds(IReadOnlyList<MotionInterval> motion, string from, string to) =>
        string.Join(
            ", ",
            motion.Select(one => string.Create(CultureInfo.InvariantCulture, $"{from} {one.StartSeconds:0.0} {to} {one.EndSeconds:0.0} s"))
        );
}
