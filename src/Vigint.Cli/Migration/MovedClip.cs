using System.Text.Json.Serialization;

namespace Vigint.Cli.Migration;

/// <summary>What became of a video.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Outcome>))]
internal enum Outcome
{
    /// <summary>It was uploaded, and the server has the same bytes.</summary>
    [JsonStringEnumMemberName("moved")]
    Moved,

    /// <summary>The server had the same bytes already.</summary>
    [JsonStringEnumMemberName("already_there")]
    AlreadyThere,

    /// <summary>Its links have ended, so it is nobody's to see any more.</summary>
    [JsonStringEnumMemberName("expired")]
    Expired,

    [JsonStringEnumMemberName("failed")]
    Failed,

    /// <summary>The migration ended before its turn came.</summary>
    [JsonStringEnumMemberName("not_tried")]
    NotTried,
}

/// <param name="VideoId">Or the line of the list that names none.</param>
/// <param name="PrivateLink">On the new server.</param>
/// <param name="Reason">Why it failed.</param>
internal sealed record MovedClip(
    string VideoId,
    Outcome Outcome,
    long? SizeBytes = null,
    string? Sha256 = null,
    string? PrivateLink = null,
    string? ExpirationTime = null,
    string? Reason = null
);
