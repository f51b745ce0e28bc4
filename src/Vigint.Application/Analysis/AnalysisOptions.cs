namespace Vigint.Application.Analysis;

/// <summary>Who judges clips.</summary>
public enum AnalyzerKind
{
    /// <summary>A model, in two stages.</summary>
    Model,

    /// <summary>Nobody: movement is reported, for trying things out without a model.</summary>
    Motion,
}

/// <param name="Analyzer"><c>ANALYZER</c>.</param>
/// <param name="HasMotionGate"><c>MOTION_GATE</c>: a clip without movement is not shown to the model.</param>
/// <param name="Language"><c>ALERT_LANGUAGE</c>.</param>
public sealed record AnalysisOptions(AnalyzerKind Analyzer, bool HasMotionGate, Language Language);

/// <summary>In which the model answers and mails are written.</summary>
public enum Language
{
    English,
    French,
}
