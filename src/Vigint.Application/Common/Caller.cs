using Vigint.Domain.Videos;

namespace Vigint.Application.Common;

/// <summary>On whose behalf a call is made. Part of every command, never fetched from the surroundings.</summary>
/// <param name="ClientId">0 for the operator, else the client's number.</param>
/// <param name="ClientName">For logs and answers; <c>operator</c> for the operator's keys.</param>
/// <param name="Email">Where this caller's alerts go; null when not configured.</param>
/// <param name="Owner">What the caller's videos carry as <see cref="Video.Owner"/>.</param>
public sealed record Caller(int ClientId, string ClientName, string? Email, string Owner)
{
    /// <summary>The operator sees, extends and deletes every client's videos (contract §2).</summary>
    public bool IsOperator => Owner == Video.OperatorOwner;

    /// <summary>Whose videos a query may return: one owner's, or everybody's when null.</summary>
    public string? Scope => IsOperator ? null : Owner;

    public bool MayUse(Video video) => IsOperator || video.Owner == Owner;

    /// <summary>Stricter than <see cref="MayUse"/>: not even the operator uploads over a client's video.</summary>
    public bool MayReplace(Video video) => video.Owner == Owner;
}
