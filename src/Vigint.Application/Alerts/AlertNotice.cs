using Vigint.Domain.Alerts;

namespace Vigint.Application.Alerts;

/// <summary>
/// What every channel says about an alert. The texts are the caller's: encode them where you write them into something else.
/// </summary>
/// <param name="AlertId">Of a closed character set: letters, digits and hyphens.</param>
/// <param name="ClientName">The site.</param>
/// <param name="Email">The client's address.</param>
/// <param name="IncidentType">Null where the caller does not say.</param>
/// <param name="Analysis">What was seen.</param>
/// <param name="DetailedAnalysis">What the closer look found; null where there was none.</param>
/// <param name="Source">The camera; null where the caller does not say.</param>
/// <param name="StartSeconds">When in the clip it begins; null where the caller does not say.</param>
/// <param name="Clip">Null without a clip.</param>
/// <param name="ClipTrouble">Why there is no clip although there should be; null when nothing went wrong.</param>
/// <param name="Repeats">How often the same incident was reported again since, without another message.</param>
public sealed record AlertNotice(
    string AlertId,
    string ClientName,
    string Email,
    RiskLevel Risk,
    string? IncidentType,
    string Analysis,
    string? DetailedAnalysis,
    AlertSource? Source,
    double? StartSeconds,
    DateTimeOffset At,
    AlertClip? Clip,
    string? ClipTrouble,
    int Repeats
);

/// <param name="Name">For people; the id where it has no name.</param>
public sealed record AlertSource(string Id, string Name);

/// <param name="Link">The private link: a secret, for the recipient only.</param>
/// <param name="Still">A JPEG of the incident; null where none could be made, or not yet.</param>
public sealed record AlertClip(string Link, DateTimeOffset LinkEnds, byte[]? Still);
