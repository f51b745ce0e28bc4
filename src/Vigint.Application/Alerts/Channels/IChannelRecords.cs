using Vigint.Domain;

namespace Vigint.Application.Alerts.Channels;

/// <summary>The ways beside the mail by which alerts go. Every method throws <see cref="Refusal.Unavailable"/> when the database is away.</summary>
public interface IChannelRecords
{
    /// <summary>In the order in which they were set.</summary>
    Task<IReadOnlyList<ClientChannel>> ListAsync(string owner, CancellationToken cancellationToken);

    /// <summary>In place of all that were there.</summary>
    Task ReplaceAsync(string owner, IReadOnlyList<ClientChannel> channels, CancellationToken cancellationToken);
}
