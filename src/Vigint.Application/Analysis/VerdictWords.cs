namespace Vigint.Application.Analysis;

/// <summary>What is said of a clip when a model judges it without a word. An alert needs a text, so an analysis is never blank.</summary>
public sealed class VerdictWords(Language language)
{
    /// <summary>The same with a sentence made of the verdict in place of texts that are empty.</summary>
    public Observation Complete(Observation observation) =>
        observation with
        {
            Description = observation.Description.Length > 0 ? observation.Description : Of(observation),
            Analysis = observation.Analysis.Length > 0 ? observation.Analysis : Of(observation),
        };

    private string Of(Observation observation) =>
        (language, observation.IncidentDetected) switch
        {
            (Language.French, true) => $"Le modèle signale un incident ({observation.IncidentType}), sans le décrire.",
            (Language.French, false) => "Le modèle ne signale aucun incident et ne décrit pas ce qu'il a vu.",
            (_, true) => $"The model reports an incident ({observation.IncidentType}) and does not describe it.",
            (_, false) => "The model reports no incident and does not describe what it saw.",
        };
}
