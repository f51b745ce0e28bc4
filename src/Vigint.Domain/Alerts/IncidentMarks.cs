using System.Security.Cryptography;
using System.Text;

namespace Vigint.Domain.Alerts;

/// <summary>What identifies an incident that is reported twice (contract §7, the same incident).</summary>
/// <param name="TextDigest">Of what was seen.</param>
/// <param name="SourceId">The camera; null where the client does not say.</param>
/// <param name="Kind">What happened, in one case; null where the client does not say.</param>
/// <param name="ClipSha256">Of the bytes of the clip that the client sent or named; null where it did neither.</param>
/// <param name="VideoId">Of the stored video that the client named; null where it named none.</param>
public sealed record IncidentMarks(string TextDigest, string? SourceId, string? Kind, string? ClipSha256 = null, string? VideoId = null)
{
    public static IncidentMarks Of(string analysis, string? sourceId, string? incidentType) =>
        new(
            Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(analysis.Trim()))),
            sourceId,
            string.IsNullOrWhiteSpace(incidentType) ? null : incidentType.Trim().ToUpperInvariant()
        );

    /// <summary>
    /// In doubt it is another one: a client may have many cameras behind one key, and old clients send neither source nor kind.
    /// </summary>
    public bool AreThoseOf(IncidentMarks other) => HaveSameClip(other) || HaveSameSourceAndKind(other) || HaveSameText(other);

    private bool HaveSameClip(IncidentMarks other) =>
        ((ClipSha256 is not null && ClipSha256 == other.ClipSha256) || (VideoId is not null && VideoId == other.VideoId))
        && MayBeOfOneSource(other);

    private bool HaveSameSourceAndKind(IncidentMarks other) =>
        SourceId is not null && SourceId == other.SourceId && Kind is not null && Kind == other.Kind;

    // Two cameras may well see the same kind of thing, and a model then says it in the same words.
    private bool HaveSameText(IncidentMarks other) => TextDigest == other.TextDigest && MayBeOfOneSource(other);

    private bool MayBeOfOneSource(IncidentMarks other) => SourceId is null || other.SourceId is null || SourceId == other.SourceId;
}
