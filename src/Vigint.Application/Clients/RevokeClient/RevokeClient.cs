using MediatR;
using Microsoft.Extensions.Logging;
using Vigint.Domain.Clients;

namespace Vigint.Application.Clients.RevokeClient;

/// <summary>From the next request on, the client's keys are refused (contract §8).</summary>
public sealed record RevokeClientCommand(int ClientId) : IRequest<RevokedClient>;

/// <param name="Count">How many keys were not revoked before.</param>
public sealed record RevokedClient(string Name, int Count);

internal sealed class RevokeClientHandler(IClientRecords clients, CallerKeys keys, TimeProvider clock, ILogger<RevokeClientHandler> logger)
    : IRequestHandler<RevokeClientCommand, RevokedClient>
{
    public async Task<RevokedClient> Handle(RevokeClientCommand request, CancellationToken cancellationToken)
    {
        var client = await clients.FindAsync(request.ClientId, cancellationToken) ?? throw ClientRefusals.UnknownClient(request.ClientId);
        var count = await keys.ForgetAfterAsync(clients.SuspendKeysAsync(client.Id, clock.GetUtcNow(), cancellationToken));
        if (count > 0)
            logger.KeysSuspended(client.Id, count);
        return new RevokedClient(client.Name, count);
    }
}
