using Vigint.Domain.Alerts;

namespace Vigint.Application.Alerts.Mails;

/// <summary>What the templates know of an alert. Texts are bounded and fit to be shown; the template encodes them.</summary>
/// <param name="What">Null where the caller does not say.</param>
/// <param name="Camera">Null where the caller does not say.</param>
/// <param name="Second">Of the clip; null where the caller does not say.</param>
/// <param name="Link">Null without a clip.</param>
/// <param name="LinkEnds">Null without a clip.</param>
/// <param name="ClipTrouble">Null when nothing went wrong.</param>
/// <param name="Words">By their names in the file of the language, each as it reads for this alert.</param>
internal sealed record MailModel(
    RiskLevel Risk, string? What, string Site, string? Camera, string Clock, string When, string? Second, string? Link, string? LinkEnds, bool HasStill,
    string? ClipTrouble, int Repeats, IReadOnlyList<string> Analysis, IReadOnlyList<string> Details, string AlertId,
    IReadOnlyDictionary<string, string> Words)
{
    public bool IsHigh => Risk == RiskLevel.High;

    public bool IsMedium => Risk == RiskLevel.Medium;

    public bool HasAnalysis => Analysis.Count > 0;

    public bool HasDetails => Details.Count > 0;
}
