using MediatR;
using Microsoft.Extensions.Logging;
using Vigint.Domain.Clients;

namespace Vigint.Application.Clients.ReactivateClient;

/// <summary>
/// Takes back a revocation of the client (contract §8). A key that was revoked by itself stays so: it may be in wrong hands.
/// </summary>
public sealed record ReactivateClientCommand(int ClientId) : IRequest<ReactivatedClient>;

/// <param name="Count">How many keys are accepted again.</param>
public sealed record ReactivatedClient(string Name, int Count);

internal sealed class ReactivateClientHandler(IClientRecords clients, CallerKeys keys, ILogger<ReactivateClientHandler> logger)
    : IRequestHandler<ReactivateClientCommand, ReactivatedClient>
{
    public async Task<ReactivatedClient> Handle(ReactivateClientCommand request, CancellationToken cancellationToken)
    {
        var client = await clients.FindAsync(request.ClientId, cancellationToken) ?? throw ClientRefusals.UnknownClient(request.ClientId);
        if (client.IsBeingErased)
            throw ClientRefusals.BeingErased(client.Id);
        var count = await keys.ForgetAfterAsync(clients.ResumeKeysAsync(client.Id, cancellationToken));
        if (count > 0)
            logger.KeysResumed(client.Id, count);
        return new ReactivatedClient(client.Name, count);
    }
}
