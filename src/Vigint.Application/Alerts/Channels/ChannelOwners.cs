using Vigint.Application.Clients;
using Vigint.Domain;
using Vigint.Domain.Clients;
using Vigint.Domain.Videos;

namespace Vigint.Application.Alerts.Channels;

/// <summary>Whose ways an administrator means.</summary>
internal sealed class ChannelOwners(IClientRecords clients)
{
    private const int Operator = 0;

    /// <exception cref="RefusedException"><see cref="Refusal.NotFound"/>: no such client.</exception>
    public async Task<string> OfAsync(int clientId, CancellationToken cancellationToken) =>
        clientId == Operator
            ? Video.OperatorOwner
            : (await clients.FindAsync(clientId, cancellationToken))?.Owner ?? throw ClientRefusals.UnknownClient(clientId);
}
