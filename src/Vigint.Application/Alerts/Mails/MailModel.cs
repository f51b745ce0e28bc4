using Vigint.Domain.Alerts;

namespace Vigint.Application.Alerts.Mails;

/// <summary>What the templates know of an alert. Texts are bounded and fit to be shown; the template encodes them.</summary>
/// <param name="SubjectPrefix">What subjects begin with; null for the words of the language.</param>
/// <param name="What">Null where the caller does not say.</param>
/// <param name="Site">May be empty, where nothing of it can be shown.</param>
/// <param name="Camera">Null where the caller does not say.</param>
/// <param name="Second">Of the clip; null where the caller does not say.</param>
/// <param name="Link">Null without a clip.</param>
/// <param name="LinkEnds">Null without a clip.</param>
/// <param name="ClipTrouble">Null when nothing went wrong.</param>
/// <param name="Words">By their names in the file of the language, each as it reads for this alert.</param>
internal sealed record MailModel(
    string? SubjectPrefix,
    RiskLevel Risk,
    string? What,
    string Site,
    string? Camera,
    string Clock,
    string When,
    string? Second,
    string? Link,
    string? LinkEnds,
    bool HasStill,
    string? ClipTrouble,
    int Repeats,
    IReadOnlyList<string> Analysis,
    IReadOnlyList<string> Details,
    string AlertId,
    IReadOnlyDictionary<string, string> Words
)
{
    /// <summary>The word of the wire, for rules of mail programs are written for it.</summary>
    public string Level => Risk.WireName();

    /// <summary>Camera and site, as far as they are known.</summary>
    public string Where => string.Join(", ", new[] { Camera, Site }.Where(place => !string.IsNullOrEmpty(place)));

    public bool IsHigh => Risk == RiskLevel.High;

    public bool IsMedium => Risk == RiskLevel.Medium;

    public bool HasAnalysis => Analysis.Count > 0;

    public bool HasDetails => Details.Count > 0;
}
