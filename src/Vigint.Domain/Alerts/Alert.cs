using Vigint.Domain.Videos;

namespace Vigint.Domain.Alerts;

/// <summary>An incident that a client reported, as it is recorded.</summary>
public sealed record Alert
{
    /// <summary>Characters of what was seen, and of the closer look; what is longer is cut.</summary>
    public const int LongestAnalysis = 64 * 1024;

    /// <summary>Characters of a kind, of a camera's id and of its name; what is longer is cut.</summary>
    public const int LongestLabel = 200;

    // What a list shows of a text.
    private const int LongestSummary = 200;

    public required AlertId Id { get; init; }

    /// <summary>Whose it is: as <see cref="Video.Owner"/>.</summary>
    public required string Owner { get; init; }

    /// <summary>The site, as it was called at the time.</summary>
    public required string ClientName { get; init; }

    /// <summary>Where its mail goes.</summary>
    public required string Email { get; init; }

    /// <summary>To within a millisecond, as the record keeps it.</summary>
    public required DateTimeOffset At { get; init; }

    public required RiskLevel Risk { get; init; }

    /// <summary>That of its mail.</summary>
    public required AlertState State { get; init; }

    /// <summary>As the client counts.</summary>
    public required int FrameCount { get; init; }

    /// <summary>Null where the client does not say.</summary>
    public string? IncidentType { get; init; }

    public required string Analysis { get; init; }

    /// <summary>Null where there was no closer look.</summary>
    public string? DetailedAnalysis { get; init; }

    /// <summary>The camera; null where the client does not say.</summary>
    public string? SourceId { get; init; }

    /// <summary>What people call it; null where the client does not say.</summary>
    public string? SourceName { get; init; }

    /// <summary>When in the clip it begins; null where the client does not say.</summary>
    public double? StartSeconds { get; init; }

    /// <summary>Null without a clip.</summary>
    public AlertVideo? Video { get; init; }

    /// <summary>Why there is no clip although there should be; null when nothing went wrong. Fit for the wire.</summary>
    public string? ClipTrouble { get; init; }

    /// <summary>What its link begins with, without a slash at the end: the address by which the client knows this server.</summary>
    public required string LinkBase { get; init; }

    public required IncidentMarks Marks { get; init; }

    /// <summary>How often the same incident came again, without a message of its own.</summary>
    public int Repeats { get; init; }

    /// <summary>The beginning of what was seen.</summary>
    public string Summary => Analysis.Length <= LongestSummary ? Analysis : $"{Analysis.CutTo(LongestSummary - 1)}…";
}

/// <summary>The clip of an alert: a stored video and what its link is made of, which is kept instead of the link.</summary>
/// <param name="Link">Its text makes the token.</param>
public sealed record AlertVideo(VideoKey Key, LinkExpiration Link, long SizeBytes);
