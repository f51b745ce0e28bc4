namespace Vigint.Domain.Clients;

/// <summary>A shop, or an integrator with several, that this server works for.</summary>
public sealed record Client
{
    /// <summary>What administrators call it by; a new database begins again at 1.</summary>
    public required int Id { get; init; }

    /// <summary>
    /// What its videos carry as <see cref="Videos.Video.Owner"/>: random, and never given twice, in a new database either.
    /// </summary>
    public required string Owner { get; init; }

    public required string Name { get; init; }

    /// <summary>Where its alerts go.</summary>
    public required EmailAddress Email { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required ClientLimits Limits { get; init; }

    /// <summary>Its erasure was begun and has not come to its end; nothing is stored for it any more.</summary>
    public bool IsBeingErased { get; init; }

    /// <summary>In the order in which they were made.</summary>
    public required IReadOnlyList<ClientKey> Keys { get; init; }
}

/// <summary>A key of a client, without its secret, of which only the digest is kept.</summary>
/// <param name="Name">What it is for: a site, a device.</param>
/// <param name="LastUsedAt">To within some seconds; null when it never was.</param>
/// <param name="ExpiresAt">From then on it is refused; null: never.</param>
/// <param name="IsSuspended">Its client is revoked, and it with it until the client is reactivated.</param>
/// <param name="IsRevoked">Revoked by itself, for good.</param>
public sealed record ClientKey(
    int Id,
    string Name,
    DateTimeOffset CreatedAt,
    DateTimeOffset? LastUsedAt,
    DateTimeOffset? ExpiresAt,
    bool IsSuspended,
    bool IsRevoked
)
{
    public bool IsActive(DateTimeOffset now) => !IsSuspended && !IsRevoked && !(ExpiresAt <= now);
}
