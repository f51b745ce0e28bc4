using Vigint.Domain.Clients;
using Vigint.Domain.Videos;

namespace Vigint.Application.Common;

/// <summary>On whose behalf a call is made. Part of every command, never fetched from the surroundings.</summary>
/// <param name="ClientId">0 for the operator, else the client's number.</param>
/// <param name="ClientName">For logs and answers; <c>operator</c> for the operator's keys.</param>
/// <param name="Email">Where this caller's alerts go; null when not configured.</param>
/// <param name="Owner">What the caller's videos carry as <see cref="Video.Owner"/>.</param>
public sealed record Caller(int ClientId, string ClientName, string? Email, string Owner)
{
    /// <summary>What the operator is called where clients have names.</summary>
    public const string OperatorName = "operator";

    /// <summary>Which of the client's keys it is; 0 for the operator's.</summary>
    public int KeyId { get; init; }

    public ClientLimits Limits { get; init; } = ClientLimits.None;

    public CallOrigin Origin { get; init; } = CallOrigin.Unknown;

    /// <summary>The operator sees, extends and deletes every client's videos (contract §2).</summary>
    public bool IsOperator => Owner == Video.OperatorOwner;

    /// <summary>Whose videos a query may return: one owner's, or everybody's when null.</summary>
    public string? Scope => IsOperator ? null : Owner;

    /// <summary>Stricter than <see cref="Scope"/>: not even the operator uploads over a client's video.</summary>
    public bool MayReplace(Video video) => video.Owner == Owner;
}

/// <summary>Where a call came from, for the audit.</summary>
/// <param name="Address">The caller's IP address; null when it is not known.</param>
/// <param name="UserAgent">What the caller's program calls itself; null when it does not.</param>
public sealed record CallOrigin(string? Address, string? UserAgent)
{
    public static CallOrigin Unknown { get; } = new(null, null);
}
