using MediatR;
using Microsoft.Extensions.Logging;
using Vigint.Domain.Clients;

namespace Vigint.Application.Clients.RevokeKey;

/// <summary>Revokes one key of a client for good; its other keys are accepted as before.</summary>
public sealed record RevokeKeyCommand(int ClientId, int KeyId) : IRequest<RevokedKey>;

/// <param name="WasActive">False when it was revoked already.</param>
public sealed record RevokedKey(string ClientName, string Name, bool WasActive);

internal sealed class RevokeKeyHandler(IClientRecords clients, CallerKeys keys, TimeProvider clock, ILogger<RevokeKeyHandler> logger)
    : IRequestHandler<RevokeKeyCommand, RevokedKey>
{
    public async Task<RevokedKey> Handle(RevokeKeyCommand request, CancellationToken cancellationToken)
    {
        var client = await clients.FindAsync(request.ClientId, cancellationToken) ?? throw ClientRefusals.UnknownClient(request.ClientId);
        var key = client.Keys.FirstOrDefault(one => one.Id == request.KeyId) ?? throw ClientRefusals.UnknownKey(request.KeyId);
        var wasActive = await keys.ForgetAfterAsync(clients.RevokeKeyAsync(client.Id, key.Id, clock.GetUtcNow(), cancellationToken));
        if (wasActive)
            logger.KeyRevoked(client.Id, key.Id);
        return new RevokedKey(client.Name, key.Name, wasActive);
    }
}
