using Vigint.Application.Common;
using Vigint.Domain;
using Vigint.Domain.Analysis;
using Vigint.Domain.Clients;

namespace Vigint.Application.Clients;

/// <summary>
/// The clients and their keys. Every method throws <see cref="Refusal.Unavailable"/> when the database is away.
/// </summary>
public interface IClientRecords
{
    /// <summary>Whose a key is, for every call with a key that is not in memory.</summary>
    /// <returns>Null when it is nobody's, or was revoked.</returns>
    Task<KnownKey?> FindKeyAsync(KeyDigest digest, CancellationToken cancellationToken);

    /// <returns>Of every key that was not revoked.</returns>
    Task<IReadOnlyList<KeyDigest>> DigestsAsync(CancellationToken cancellationToken);

    /// <summary>In the order of their ids, each with all its keys.</summary>
    Task<IReadOnlyList<Client>> ListAsync(CancellationToken cancellationToken);

    Task<Client?> FindAsync(int clientId, CancellationToken cancellationToken);

    /// <summary>Adds a client with its first key, both or none.</summary>
    /// <returns>The client's number.</returns>
    /// <exception cref="RefusedException"><see cref="Refusal.Invalid"/> when another client has the address, in whatever case.</exception>
    Task<int> AddAsync(NewClient client, NewKey key, CancellationToken cancellationToken);

    /// <returns>The key's number; null when there is no such client.</returns>
    /// <exception cref="RefusedException"><see cref="Refusal.Conflict"/> when it is being erased.</exception>
    Task<int?> AddKeyAsync(int clientId, NewKey key, CancellationToken cancellationToken);

    /// <summary>Suspends every key of the client that is not.</summary>
    /// <returns>How many.</returns>
    Task<int> SuspendKeysAsync(int clientId, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Ends the suspension. Keys that were revoked by themselves stay so, and those of a client that is being erased.</summary>
    /// <returns>How many.</returns>
    Task<int> ResumeKeysAsync(int clientId, CancellationToken cancellationToken);

    /// <summary>Revokes one key for good.</summary>
    /// <returns>False when it was revoked already.</returns>
    Task<bool> RevokeKeyAsync(int clientId, int keyId, DateTimeOffset now, CancellationToken cancellationToken);

    /// <returns>False when there is no such client.</returns>
    Task<bool> SetLimitsAsync(int clientId, ClientLimits limits, CancellationToken cancellationToken);

    /// <returns>False when there is no such client.</returns>
    Task<bool> SetInstructionsAsync(int clientId, AnalysisInstructions instructions, CancellationToken cancellationToken);

    /// <summary>
    /// Revokes the client's keys for good and forgets what they are known by, and has nothing stored for it from now on. When this returns,
    /// what was being stored for it is. May be called again.
    /// </summary>
    Task BeginErasureAsync(int clientId, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>
    /// Forgets the client's name, address and settings. Its number is never given again, its address may be; it is found no more.
    /// </summary>
    Task CompleteErasureAsync(int clientId, DateTimeOffset now, CancellationToken cancellationToken);

    /// <returns>Those of the owners that are clients which are being erased, or have been.</returns>
    Task<IReadOnlySet<string>> ErasedAsync(IEnumerable<string> owners, CancellationToken cancellationToken);
}

/// <param name="ExpiresAt">From then on it is refused; null: never.</param>
public sealed record KnownKey(Caller Caller, DateTimeOffset? ExpiresAt);

public sealed record NewClient(string Owner, string Name, EmailAddress Email, DateTimeOffset CreatedAt);

public sealed record NewKey(KeyDigest Digest, string Name, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt);
