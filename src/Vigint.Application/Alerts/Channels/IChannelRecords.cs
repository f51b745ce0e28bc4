using Vigint.Domain;

namespace Vigint.Application.Alerts.Channels;

/// <summary>
/// The ways beside the mail by which alerts go. Every method throws <see cref="Refusal.Unavailable"/> when the database is away.
/// </summary>
public interface IChannelRecords
{
    /// <summary>In the order in which they were set.</summary>
    Task<IReadOnlyList<ClientChannel>> ListAsync(string owner, CancellationToken cancellationToken);

    /// <summary>In place of all that were there.</summary>
    /// <exception cref="RefusedException">
    /// <see cref="Refusal.Forbidden"/> when the owner is a client that is being erased, or has been.
    /// </exception>
    Task ReplaceAsync(string owner, IReadOnlyList<ClientChannel> channels, CancellationToken cancellationToken);

    /// <summary>All of them, with their secrets.</summary>
    Task RemoveAsync(string owner, CancellationToken cancellationToken);
}
